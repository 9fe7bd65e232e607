"""The committed archive is what its sources give, and is enough for Lambda."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.package import ARCHIVE, DIGEST, archive, compare, digest, members, read

# What Lambda's runtime brings: boto3 with its own needs, and certifi, which botocore takes where there is one.
OF_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "urllib3", "dateutil", "six", "certifi")
HANDLERS = ("event_handler", "stream_trigger", "seed", "open_homes", "close_homes", "gate")
ONLY_THE_ARCHIVE = """
import importlib, sys
archive, site, handler, *of_the_runtime = sys.argv[1:]
sys.path[:0] = [archive]
sys.path.append(site)
importlib.import_module(f"studio_recovery.handlers.{handler}")
files = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
print(*{name.partition(".")[0] for name, file in files.items() if file.startswith(site)} - {*of_the_runtime})
"""
MEMBERS = {"a.py": b"a", "b.py": b"b"}


def test_the_committed_archive_is_what_its_sources_give() -> None:
    assert compare(members(), read(ARCHIVE)) == []


def test_the_command_line_knows_the_committed_archive() -> None:
    assert DIGEST.read_text().strip() == digest(ARCHIVE)


def test_the_archive_holds_the_functions_and_not_the_command_line() -> None:
    folders = {info.filename.partition("/")[0] for info, _ in read(ARCHIVE)}
    assert folders >= {"studio_recovery", "aws_lambda_powertools"}
    assert folders & {"studio_recovery_cli", "typer", "rich", "yaml", "plotly", "boto3"} == set()


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_needs_nothing_but_the_archive_and_boto3(handler: str) -> None:
    site = str(Path(pytest.__file__).parents[1])
    command = [sys.executable, "-I", "-S", "-c", ONLY_THE_ARCHIVE, str(ARCHIVE), site, handler, *OF_THE_RUNTIME]
    assert subprocess.check_output(command, text=True, timeout=60).split() == []


@pytest.mark.parametrize(
    ("committed", "told"),
    [
        ({"a.py": b"a"}, ["b.py: missing"]),
        (MEMBERS | {"c.py": b"c"}, ["c.py: not in the sources"]),
        (MEMBERS | {"b.py": b"other"}, ["b.py: other content"]),
        ({"b.py": b"b", "a.py": b"a"}, ["the members stand in another order"]),
        (MEMBERS, []),
    ],
)
def test_a_difference_is_told(committed: dict[str, bytes], told: list[str], tmp_path: Path) -> None:
    file = tmp_path / "lambda.zip"
    file.write_bytes(archive(committed))
    assert compare(MEMBERS, read(file)) == told
