"""`release`: replication on again for owners."""

from studio_recovery_cli.asking.answers import FIELDS
from studio_recovery_cli.asking.choices import ASKING, Owners, Yes
from studio_recovery_cli.registry import DECIDE, command
from studio_recovery_cli.session import Session


@command(DECIDE, actions=ASKING, fields=FIELDS)
def release(session: Session, owner: Owners, yes: Yes = False) -> int:
    """Switch the replication of owners on again.

    What was held back is copied now, also to others who wait for files of these owners.

    Example: studio-recovery release "user/*@lab"
    """
    from studio_recovery.requests import Action
    from studio_recovery_cli.asking.deciding import decided, rows_of

    return decided(session, Action.RELEASE, rows_of(session, owner), yes)
