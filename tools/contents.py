"""Lists in docs/package.md which packages lie in dist/lambda.zip: version, licence, files and bytes.

    python -m tools.contents           write the page
    python -m tools.contents --check   compare it

Exit statuses: 0 the page is right, 1 it is not, or a package does not say its licence.
"""

import argparse
import sys
from importlib.metadata import distribution

from tools.package import LOCK, PackagingError, files_of, requirements
from tools.pages import ROOT

PAGE = ROOT / "docs" / "package.md"
HEAD = (
    "# What the functions run\n\n"
    "`dist/lambda.zip` holds the module's own code (`lambda_src`, Apache-2.0) and what `requirements/lambda.txt`\n"
    "locks: {}. boto3 comes with Lambda's\n"
    "runtime. `make package` builds the archive and this page; `make lint` compares both with their sources.\n"
)
THESE = "these packages, each with the hashes of its wheel, and each with its licence in the archive"
NOTHING = "nothing, as [its cold start](decisions/0061-a-log-of-our-own.md) is the shorter for it"
TABLE = "\n| package | version | licence | files | bytes |\n|---|---|---|---|---|\n"


def main() -> int:
    """Write the page or compare it, by the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.contents", description="List what is in dist/lambda.zip.")
    parser.add_argument("--check", action="store_true", help="compare docs/package.md and write nothing")
    check = parser.parse_args().check
    try:
        wanted = page(requirements(LOCK))
    except PackagingError as error:
        print(error, file=sys.stderr)
        return 1
    if not check:
        PAGE.write_text(wanted)
    if not PAGE.exists() or PAGE.read_text() != wanted:
        print("docs/package.md is not what the lock gives; run `make package`.", file=sys.stderr)
        return 1
    print("docs/package.md lists every package of the archive")
    return 0


def page(locked: list[tuple[str, str]]) -> str:
    """The page about these packages, by name and version. Raises PackagingError for one without a licence."""
    if not locked:
        return HEAD.format(NOTHING)
    return HEAD.format(THESE) + TABLE + "".join(line(name, version) for name, version in locked)


def line(name: str, version: str) -> str:
    """The package's line of the table."""
    files = dict(files_of((name, version)))
    size = sum(map(len, files.values()))
    return f"| `{name}` | {version} | {licence(name)} | {len(files)} | {size:,} |\n"


def licence(name: str) -> str:
    """The licence of an installed package, as it says itself."""
    metadata = distribution(name).metadata
    fields = (metadata.get_all(field) or [] for field in ("License-Expression", "License", "Classifier"))
    told = [said for field in fields for said in field if "::" not in said or said.startswith("License")]
    if not told:
        raise PackagingError(f"{name} does not say under which licence it comes.")
    return str(told[0]).splitlines()[0].rpartition(" :: ")[2]


if __name__ == "__main__":
    sys.exit(main())
