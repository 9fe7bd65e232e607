"""`cancel`: a recovery that waits or runs is stopped."""

from studio_recovery_cli.asking.answers import FIELDS
from studio_recovery_cli.asking.choices import ASKING, AnOperation, MaybeOwners, Yes
from studio_recovery_cli.registry import RECOVER, command
from studio_recovery_cli.session import Session


@command(RECOVER, actions=(*ASKING, "dynamodb:Query"), fields=FIELDS)
def cancel(session: Session, owner: MaybeOwners = None, yes: Yes = False, operation: AnOperation = "") -> int:
    """Stop recoveries that wait or run, and remove what they made.

    What was copied until then stays in the new home, and the old one is kept. A retry goes on with the rest. Of a
    pattern or an operation, those are meant whose recovery waits or runs.

    Example: studio-recovery cancel user/ada@lab
    """
    from studio_recovery.requests import Action
    from studio_recovery_cli.asking.choices import owner_or_operation
    from studio_recovery_cli.asking.deciding import decided, rows_of
    from studio_recovery_cli.asking.operation import stopped

    owner = owner_or_operation(owner, operation)
    if operation:
        return stopped(session, operation, yes)
    return decided(session, Action.CANCEL, rows_of(session, owner), yes)
