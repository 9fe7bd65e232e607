"""The functions run from dist/lambda.zip alone, with nothing beside it but the boto3 that Lambda's runtime brings."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
HANDLERS = ["event_handler", "stream_trigger", "seed", "open_homes", "close_homes"]
RUNTIME = ["boto3", "botocore", "s3transfer", "urllib3", "dateutil", "six"]
PROGRAM = """
import importlib, sys
sys.path[:0] = sys.argv[1:3]
for name in sys.argv[3:]:
    module = importlib.import_module(f"studio_recovery.handlers.{name}")
    print(name, callable(module.handler), "lambda.zip" in module.__file__)
"""


def test_every_handler_can_be_imported_from_the_zip_alone(tmp_path: Path) -> None:
    for name in RUNTIME:
        spec = find_spec(name)
        assert spec
        assert spec.origin
        found = Path(spec.origin)
        there = found.parent if found.name == "__init__.py" else found
        (tmp_path / there.name).symlink_to(there)
    command = [sys.executable, "-I", "-S", "-c", PROGRAM, str(ROOT / "dist" / "lambda.zip"), str(tmp_path), *HANDLERS]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.stdout.splitlines() == [f"{name} True True" for name in HANDLERS], told.stderr
