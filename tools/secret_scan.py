"""Looks for secrets in every file of the tree that git knows or would take: keys, tokens, passwords in addresses.

    python -m tools.secret_scan

A finding that is none, such as an example of AWS's own documentation, is named in ALLOWED.

Exit statuses: 0 nothing is found, 1 something is.
"""

import re
import subprocess
import sys
from collections.abc import Iterator

from tools.pages import ROOT

PATTERNS = {
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    "an AWS access key": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    "an AWS secret key": r"(?i:secret_?access_?key|aws_secret)[\"']?\s*[:=]\s*[\"']?[A-Za-z0-9/+]{40}\b",
    "an AWS session token": r"(?i:session_?token)[\"']?\s*[:=]\s*[\"']?[A-Za-z0-9/+=]{100,}",
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "a token of GitHub": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})\b",
    "a token of GitLab": r"\bglpat-[A-Za-z0-9_-]{20,}",
    "a token of Slack": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
    "a token of PyPI": r"\bpypi-AgE[A-Za-z0-9_-]{50,}",
    "a token of Terraform Cloud": r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}",
    "a JSON web token": r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{15,}",
    "a password in an address": r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'{}$<>]{1,64}:[^\s/:@\"'{}$<>]{3,64}@",
}
ALLOWED: frozenset[str] = frozenset()


def main() -> int:
    """Look at every file; 0 when there is no secret in any."""
    names = files()
    found = [line for name in names for line in secrets(name, (ROOT / name).read_bytes())]
    print(*(found or [f"{len(names)} files, no secret"]), sep="\n")
    return 1 if found else 0


def files() -> list[str]:
    """What git knows, and what it would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.check_output(command, cwd=ROOT, text=True).split("\0")
    return sorted(name for name in set(listed) if name and (ROOT / name).is_file())


def secrets(name: str, content: bytes) -> Iterator[str]:
    """One line for each thing in a file that looks like a secret. The secret itself is not repeated."""
    text = content.decode("utf-8", "replace")
    for what, pattern in PATTERNS.items():
        for found in re.finditer(pattern, text):
            if found[0] not in ALLOWED:
                yield f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {what}"


if __name__ == "__main__":
    sys.exit(main())
