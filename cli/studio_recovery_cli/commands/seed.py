"""`seed`: the ledger is brought in line with what SageMaker really has."""

from typing import TYPE_CHECKING, Annotated

import typer

from studio_recovery_cli.registry import REPAIR, command
from studio_recovery_cli.session import Session

if TYPE_CHECKING:
    from rich.console import Console

    from studio_recovery_cli.repairing.reconcile import Reconciled


@command(
    REPAIR,
    actions=("lambda:GetFunctionConfiguration", "lambda:InvokeFunction"),
    fields={
        "dry_run": "true if nothing was written",
        "detached": "true if nobody waited for it: then what is not known yet is null",
        "passes": "how many calls of the seed function it took",
        "complete": "true if everybody was looked at who needs it",
        "domains": "how many domains the Region has",
        "owners": "how many user profiles and spaces they have",
        "protected": "how many of them would get their files back",
        "unprotected": "how many would not",
        "reasons": "why not: how many for each reason",
        "looked_at": "how many owners were looked at; the lists show that the others did not change",
        "changed": "how many rows that changed (0 in a dry run)",
        "finished": "how many rows whose recovery had died were finished or asked for again (0 in a dry run)",
        "swept": "of how many dead runs what they had left was removed (0 in a dry run)",
        "to_look_at": "how many owners needed a look",
        "troubles": "what went wrong, a sentence each",
        "would": "what a pass would do now; null unless it is a dry run",
        "would.changes": "what looks would change: the first 100",
        "would.changes.owner": "whose row",
        "would.changes.what": "what happened to the owner, as the history will say",
        "would.changes.status": "how the row will stand",
        "would.changes.reason": "why, if it needs a reason; null if not",
        "would.changes.from": "the home that the row has now; null if none",
        "would.changes.to": "the home that it will have; null if none",
        "would.finish": "rows that would be finished or asked for again, told like changes: the first 100",
        "would.remove": "what dead runs left and would be removed: the first 100",
        "would.counts": "how many of each",
        "log_group": "the log group of the seed function",
    },
)
def seed(
    session: Session,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do, and do nothing.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Begin, and do not wait for the end.")] = False,
) -> int:
    """Reconcile now: bring the ledger in line with what Studio really has.

    Finds events that were lost, recoveries that died, and what they left behind. The schedule does the same every
    hour. Pass by pass until all is done; each goes on where the last one ended, so Ctrl-C loses nothing.

    Example: studio-recovery seed --dry-run
    """
    from functools import partial

    from studio_recovery_cli.exits import DONE, INTERRUPTED, Trouble, Usage
    from studio_recovery_cli.hints import typed
    from studio_recovery_cli.repairing import reconcile

    if dry_run and detach:
        raise Usage("--dry-run and --detach do not go together: nobody would hear what it would do")
    log_group = f"/aws/lambda/{session.deployment.function('seed')}"
    if detach:
        session.admin.begin("seed", {"action": "seed"})
        told = reconcile.detached(log_group)
        session.screen.tell(told, partial(_begun, log_group, typed(session, "status")))
        return DONE
    session.deployment.settings("admin")
    again = typed(session, "seed")
    try:
        done = _done(session, dry_run)
    except KeyboardInterrupt as interrupt:
        said = "Nothing was changed." if dry_run else f"The pass that runs goes on in AWS. To do the rest: {again}"
        raise Trouble("", said, INTERRUPTED) from interrupt
    told = done.as_item(log_group, dry_run)
    if dry_run and session.screen.is_table and (changes := reconcile.changes(told)):
        session.screen.tell_each(changes, reconcile.COLUMNS, "")
    session.screen.tell(told, lambda console: reconcile.draw(told, console, again))
    return done.status


def _done(session: Session, dry_run: bool) -> "Reconciled":
    """What the passes did, or one would do, with a bar meanwhile."""
    from functools import partial

    from studio_recovery_cli.repairing import reconcile
    from studio_recovery_cli.waiting import bar

    call = partial(session.admin.call, "seed")
    with bar(session.screen.err, "Looks what would change" if dry_run else "Reconciles", "owners") as told:
        return reconcile.foretold(call) if dry_run else reconcile.reconcile(call, told)


def _begun(log_group: str, status: str, console: "Console") -> None:
    console.print("The seed has begun. It takes up to 15 minutes; then the schedule goes on with what is left.")
    console.print(f"What it did: log group {log_group}, the line with stage watch.", soft_wrap=True)
    console.print(f"How things stand then: {status}", soft_wrap=True)
