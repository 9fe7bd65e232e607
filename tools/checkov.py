"""Runs checkov over the module as its example uses it, without the network and without anybody's configuration.

    python -m tools.checkov

A finding is answered in the code, or by `# checkov:skip=ID:reason` in the resource. Checkov itself ends well when it
could not read a file, so its report is read here.

Exit statuses: 0 nothing is found, 1 something is, or checkov did not look at everything.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.module_copy import ROOT, module_copy

CHECKOV = ROOT / ".venv-lint" / "bin" / "checkov"
NO_REASON = "No comment provided"
OPTIONS = (
    "--directory=.",
    "--framework=terraform",
    "--output=json",
    "--skip-download",
    "--download-external-modules=false",
)


def main() -> int:
    """Look at a copy of the module; 0 when checkov finds nothing."""
    if not CHECKOV.exists():
        print("checkov is not installed; run `make lint`.", file=sys.stderr)
        return 1
    with module_copy() as copy:
        report = checkov(copy)
    wrong = findings(report)
    print(*(wrong or [summary(report)]), sep="\n")
    return 1 if wrong else 0


def checkov(folder: Path) -> dict[str, Any]:
    """Checkov's report about a folder. Its home is that folder: it takes settings from the user's, and writes there."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LOG_LEVEL": "ERROR"}
    told = subprocess.run(
        [CHECKOV, *OPTIONS], cwd=folder, env=env, stdout=subprocess.PIPE, text=True, timeout=150, check=False
    )
    report: dict[str, Any] = json.loads(told.stdout)
    return report


def findings(report: dict[str, Any]) -> list[str]:
    """One line for each thing to answer: failed checks, skips without a reason, files that were not read."""
    if "results" not in report:
        return ["checkov found nothing to look at."]
    results = report["results"]
    lines = {f"{spelled(check)}: {check['check_name']}" for check in results["failed_checks"]}
    lines |= {
        f"{spelled(check)}: skipped without a reason"
        for check in results["skipped_checks"]
        if check["check_result"]["suppress_comment"] == NO_REASON
    }
    return sorted(lines) + [f"{file}: checkov cannot read it" for file in results["parsing_errors"]]


def summary(report: dict[str, Any]) -> str:
    """How much was looked at, and how many places say why they do it otherwise."""
    skips = {spelled(check) for check in report["results"]["skipped_checks"]}
    return f"{report['summary']['passed']} checks passed, {len(skips)} are skipped with their reasons"


def spelled(check: dict[str, Any]) -> str:
    """Where a check stands and which it is; a resource of a module that is used five times stands there once."""
    return f"{check['file_path'].lstrip('/')}:{check['file_line_range'][0]}: {check['check_id']}"


if __name__ == "__main__":
    sys.exit(main())
