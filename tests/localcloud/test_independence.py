"""The local cloud judges the product, so it must not know it."""

import ast
from pathlib import Path

import pytest

import localcloud

FILES = sorted(Path(localcloud.__file__).parent.glob("*.py"))
PRIVY = ("ministack", "repairs", "repairs_network", "policies", "deliveries", "enforcement")
TOUCHES_MINISTACK = {f"{name}.py" for name in PRIVY}


def imported(file: Path) -> set[str]:
    """The top-level packages that a file imports."""
    tree = ast.walk(ast.parse(file.read_text()))
    plain = {alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names}
    tree = ast.walk(ast.parse(file.read_text()))
    return {
        name.partition(".")[0]
        for name in plain | {node.module or "" for node in tree if isinstance(node, ast.ImportFrom)}
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_file_imports_the_product(file: Path) -> None:
    assert not imported(file) & {"studio_recovery", "demo", "tools", "tests"}


@pytest.mark.parametrize(
    "file", [file for file in FILES if file.name not in TOUCHES_MINISTACK], ids=lambda file: file.name
)
def test_no_other_file_names_ministacks_modules(file: Path) -> None:
    assert "ministack" not in imported(file)
    assert "stack._" not in file.read_text()
