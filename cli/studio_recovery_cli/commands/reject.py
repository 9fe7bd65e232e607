"""`reject`: a recovery that waits for an approval is not to be."""

from studio_recovery_cli.asking.answers import FIELDS
from studio_recovery_cli.asking.choices import ASKING, Owners, Yes
from studio_recovery_cli.registry import DECIDE, command
from studio_recovery_cli.session import Session


@command(DECIDE, actions=ASKING, fields=FIELDS)
def reject(session: Session, owner: Owners, yes: Yes = False) -> int:
    """Reject recoveries that wait for an approval.

    The home that is next is set aside: it stays known and untouched, but is not copied by itself any more. The one
    before it is next. Of a pattern, those are meant that wait for an approval.

    Example: studio-recovery reject user/ada@lab
    """
    from studio_recovery.requests import Action
    from studio_recovery_cli.asking.deciding import decided, rows_of

    return decided(session, Action.REJECT, rows_of(session, owner), yes)
