"""Imports go one way: handlers, then aws, then the core, which knows the standard library only."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import studio_recovery

PACKAGE = Path(studio_recovery.__file__).parent
FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
CORE = [path for path in FILES if len(path.parts) == 1]
ADAPTERS = [path for path in FILES if path.parts[0] == "aws"]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((PACKAGE / path).read_text())):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module)):
                yield module


@pytest.mark.parametrize("path", CORE, ids=str)
def test_the_core_imports_the_standard_library_only(path: Path) -> None:
    foreign = [name for name in imports(path) if name.split(".")[0] not in sys.stdlib_module_names]
    assert [name for name in foreign if not name.startswith("studio_recovery.")] == []
    assert [name for name in foreign if name.startswith(("studio_recovery.aws", "studio_recovery.handlers"))] == []


@pytest.mark.parametrize("path", ADAPTERS, ids=str)
def test_an_adapter_imports_no_handler(path: Path) -> None:
    assert [name for name in imports(path) if name.startswith("studio_recovery.handlers")] == []


@pytest.mark.parametrize("path", [path for path in FILES if path.name != "settings.py"], ids=str)
def test_only_the_settings_read_the_environment(path: Path) -> None:
    assert "os" not in list(imports(path))


ROOT = Path(__file__).parents[2]
WORDS = ("localcloud", "ministack", "endpoint_url", "127.0.0.1", "localhost")
SHIPPED = [*(ROOT / "lambda_src").rglob("*.py"), *(ROOT / "statemachine").glob("*.json"), *ROOT.glob("*.tf")]


@pytest.mark.parametrize("file", [*SHIPPED, *(ROOT / "modules").rglob("*.tf")], ids=lambda file: file.name)
def test_nothing_that_is_shipped_knows_of_the_local_cloud(file: Path) -> None:
    said = file.read_text().lower()
    assert [word for word in WORDS if word in said] == []
