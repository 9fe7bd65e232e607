"""Runs `terraform validate` over the module, the modules below it and the examples, in a copy.

    python -m tools.validate

Exit statuses: 0 all are valid, 1 one is not, or terraform could not be initialised.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.module_copy import module_copy, modules
from tools.terraform_init import InitError, environment, init


def main() -> int:
    """Validate every folder; 0 when all are valid. Warnings do not fail: the next release of a provider brings some."""
    with module_copy() as copy:
        folders = modules(copy)
        try:
            told = [(folder.relative_to(copy), diagnostic) for folder in folders for diagnostic in diagnostics(folder)]
        except InitError as error:
            print(error)
            return 1
    for folder, diagnostic in told:
        print(spelled(folder, diagnostic))
    errors = [diagnostic for _, diagnostic in told if diagnostic["severity"] == "error"]
    print(f"{len(folders)} modules, {len(errors)} errors, {len(told) - len(errors)} warnings")
    return 1 if errors else 0


def diagnostics(folder: Path) -> list[dict[str, Any]]:
    """What terraform has to say against one folder; raises InitError."""
    init(folder)
    command = ["terraform", "validate", "-json"]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=120, check=False
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)["diagnostics"]
    return found


def spelled(folder: Path, diagnostic: dict[str, Any]) -> str:
    """One of terraform's diagnostics as a line: place, severity, words."""
    place = diagnostic.get("range") or {"filename": "", "start": {"line": 0}}
    words = " ".join([diagnostic["summary"] + ".", *diagnostic.get("detail", "").split()])
    return f"{folder / place['filename']}:{place['start']['line']}: {diagnostic['severity']}: {words}"


if __name__ == "__main__":
    sys.exit(main())
