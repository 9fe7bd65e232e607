"""`hold`: replication off for owners."""

from studio_recovery_cli.asking.answers import FIELDS
from studio_recovery_cli.asking.choices import ASKING, Owners, Yes
from studio_recovery_cli.registry import DECIDE, command
from studio_recovery_cli.session import Session


@command(DECIDE, actions=ASKING, fields=FIELDS)
def hold(session: Session, owner: Owners, yes: Yes = False) -> int:
    """Switch the replication of owners off.

    Nothing is copied to or from them until they are released, also after they are created again. A copy that runs
    goes on; cancel stops it.

    Example: studio-recovery hold user/ada@lab
    """
    from studio_recovery.requests import Action
    from studio_recovery_cli.asking.deciding import decided, rows_of

    return decided(session, Action.HOLD, rows_of(session, owner), yes)
