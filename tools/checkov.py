"""Runs checkov over the module as its examples use it, without the network and without anybody's configuration.

    python -m tools.checkov            look, and say what is to be answered
    python -m tools.checkov --write    write the summary into docs/security.md as well

A finding is answered in the code, or by `# checkov:skip=ID:reason` in the resource. Checkov itself ends well when it
could not read a file, so its report is read here.

Exit statuses: 0 nothing is found, 1 something is, or checkov did not look at everything, or docs/security.md says
something else.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.module_copy import module_copy
from tools.pages import ROOT, Place

CHECKOV = ROOT / ".venv-lint" / "bin" / "checkov"
PLACE = Place(ROOT / "docs" / "security.md", "checkov", "python -m tools.checkov --write")
NO_REASON = "No comment provided"
# More would hide one that matters: meet a check before another one is skipped.
MOST_SKIPS = 3
OPTIONS = (
    "--directory=.",
    "--framework=terraform",
    "--output=json",
    "--skip-download",
    "--download-external-modules=false",
)


def main() -> int:
    """Look at a copy of the module; 0 when checkov finds nothing, and docs/security.md says so."""
    parser = argparse.ArgumentParser(prog="python -m tools.checkov", description="Run checkov over the module.")
    parser.add_argument("--write", action="store_true", help="write the summary into docs/security.md")
    write = parser.parse_args().write
    if not CHECKOV.exists():
        print("checkov is not installed; run `make lint`.", file=sys.stderr)
        return 1
    with module_copy() as copy:
        report = checkov(copy)
    wrong = findings(report)
    if write and not wrong:
        PLACE.write(as_text(report))
    elif not wrong and not PLACE.holds(as_text(report)):
        wrong = ["docs/security.md: not this summary; run python -m tools.checkov --write."]
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
    """One line for each thing to answer: failed checks, skips that are too many or without reason, files not read."""
    if "results" not in report:
        return ["checkov found nothing to look at."]
    results = report["results"]
    lines = {f"{spelled(check)}: {check['check_name']}" for check in results["failed_checks"]}
    lines |= {
        f"{spelled(check)}: skipped without a reason"
        for check in results["skipped_checks"]
        if check["check_result"]["suppress_comment"] == NO_REASON
    }
    places = {spelled(check) for check in results["skipped_checks"]}
    if len(places) > MOST_SKIPS:
        lines.add(f"{len(places)} places skip a check, and {MOST_SKIPS} may: meet one of them.")
    return sorted(lines) + [f"{file}: checkov cannot read it" for file in results["parsing_errors"]]


def summary(report: dict[str, Any]) -> str:
    """How much was looked at, and how many places say why they do it otherwise."""
    skips = {spelled(check) for check in report["results"]["skipped_checks"]}
    return f"{report['summary']['passed']} checks passed, {len(skips)} are skipped with their reasons"


def as_text(report: dict[str, Any]) -> str:
    """The report in Markdown. Lines of files stay out: every change above them would be one here."""
    skips = {
        (check["check_id"], check["check_name"], place(check), check["check_result"]["suppress_comment"])
        for check in report["results"]["skipped_checks"]
    }
    ids = {check for check, *_ in skips}
    lines = [
        f"Failed: {len(findings(report))}. Skipped: {len(ids)} checks, in {len(skips)} places.",
        "",
        "| check | it asks | where | why it is not met |",
        "|---|---|---|---|",
    ]
    lines += [f"| {check} | {name} | `{where}` | {why} |" for check, name, where, why in sorted(skips)]
    return "\n".join(lines) + "\n"


def place(check: dict[str, Any]) -> str:
    """The file and the resource of a check, without the modules on the way to it and without an index."""
    resource = ".".join(re.sub(r"\[.*?\]", "", check["resource"]).split(".")[-2:])
    return f"{check['file_path'].lstrip('/')}: {resource}"


def spelled(check: dict[str, Any]) -> str:
    """Where a check stands and which it is; a resource of a module that is used five times stands there once."""
    return f"{check['file_path'].lstrip('/')}:{check['file_line_range'][0]}: {check['check_id']}"


if __name__ == "__main__":
    sys.exit(main())
