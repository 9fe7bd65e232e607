"""Knows what the module's variables let happen: nothing to mend, but good to know."""

from collections.abc import Mapping

from studio_recovery.guard import Guard, Scope
from studio_recovery_cli.checks.finding import Finding, ok, warning

NAME = "settings"


def judge(guard: Guard, scope: Scope, copies: Mapping[str, str], protected: bool) -> list[Finding]:
    """What a deployment was told; `copies` are the settings of open-homes."""
    without = f" without {', '.join(scope.exclude)}" if scope.exclude else ""
    told = [
        "recoveries wait for an approval" if guard.require_approval else "recoveries need no approval",
        *([f"homes left more than {guard.max_age_days:g} days ago do"] if guard.max_age_days else []),
        f"domains {', '.join(scope.include)}{without}",
        f"at most {copies['MAX_CONCURRENT']} at once",
        *(["a copy waits for its owner's app"] if copies["WAIT_FOR_APP"] == "true" else []),
        f"NFS is opened by {copies['SECURITY_GROUP_RULES']}",
    ]
    found = [ok(NAME, "; ".join(told))]
    if not protected:
        said = "deletion_protection is off: terraform destroy takes the ledger along"
        found.append(warning(NAME, said, "Apply deletion_protection = true, unless you are about to destroy."))
    return found
