"""Knows whether the functions are ready, and run the code that this installation's package holds.

API: GetFunctionConfiguration (Lambda). CodeSha256 is the SHA-256 of the zip file that was uploaded, in base64.
"""

from collections import Counter
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from studio_recovery_cli.checks.finding import Finding, all_of, bad, ok, warning

NAME, CODE = "functions", "version"
# Written beside the package by tools.package.
_DIGEST = "lambda.sha256"


def own_digest() -> str:
    """The SHA-256 of the package that this installation was made with, as Lambda writes it."""
    return files("studio_recovery_cli").joinpath(_DIGEST).read_text("ascii").strip()


def judge(functions: Mapping[str, Mapping[str, Any] | None], digest: str) -> list[Finding]:
    """How the functions stand, by name (None: there is none), and whether their code is that of this digest."""
    found = [finding for name, function in functions.items() if (finding := _readiness(name, function))]
    there = {name: function for name, function in functions.items() if function}
    return [*all_of(NAME, found, f"all {len(functions)} are ready"), *_code(there, digest)]


def _readiness(name: str, function: Mapping[str, Any] | None) -> Finding | None:
    if function is None:
        return bad(NAME, f"{name} is gone", "terraform apply makes it again.")
    state, reason = function.get("State", "Active"), function.get("StateReason", "")
    if state == "Failed":
        return bad(NAME, f"{name} cannot run: {reason}", "Mend the cause, then terraform apply.")
    if state != "Active":
        return warning(NAME, f"{name} is {state}", "Its next call takes longer: Lambda makes it ready again.")
    if function.get("LastUpdateStatus") == "Failed":
        said = f"{name}'s last update failed: {function.get('LastUpdateStatusReason', '')}"
        return bad(NAME, said, "Mend the cause, then terraform apply.")
    return None


def _code(functions: Mapping[str, Mapping[str, Any]], digest: str) -> list[Finding]:
    codes = Counter(function["CodeSha256"] for function in functions.values())
    if not codes:
        return []
    (most, _), *others = codes.most_common()
    if others:
        odd = [name for name, function in functions.items() if function["CodeSha256"] != most]
        said = f"{', '.join(odd)} run other code than the other functions"
        return [bad(CODE, said, "terraform apply puts the same package into all of them.")]
    if most != digest:
        at = max(function.get("LastModified", "") for function in functions.values())
        said = f"the functions run another package than this command line's (put in on {at[:10]})"
        remedy = "Install the command line from the commit that was applied, or apply the commit that it comes from."
        return [warning(CODE, said, remedy)]
    return [ok(CODE, "the functions run this command line's package")]
