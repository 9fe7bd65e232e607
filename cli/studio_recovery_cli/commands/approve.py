"""`approve`: a recovery that waits for an approval may begin."""

from studio_recovery_cli.asking.answers import FIELDS
from studio_recovery_cli.asking.choices import ASKING, Owners, Yes
from studio_recovery_cli.registry import DECIDE, command
from studio_recovery_cli.session import Session


@command(DECIDE, actions=ASKING, fields=FIELDS)
def approve(session: Session, owner: Owners, yes: Yes = False) -> int:
    """Approve recoveries that wait for it.

    An approval is for the home that is next, and starts its copy. A hold still stops it. Of a pattern, those are meant
    that wait for an approval.

    Example: studio-recovery approve user/ada@lab
    """
    from studio_recovery.requests import Action
    from studio_recovery_cli.asking.deciding import decided, rows_of

    return decided(session, Action.APPROVE, rows_of(session, owner), yes)
