"""`failures`: what failed, why, and what to do."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio_recovery_cli.asking.choices import Yes
from studio_recovery_cli.registry import REPAIR, command
from studio_recovery_cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studio_recovery.rows import Row
    from studio_recovery_cli.reading import Rows
    from studio_recovery_cli.repairing.letters import Letter
    from studio_recovery_cli.repairing.reconcile import Reconciled
    from studio_recovery_cli.repairing.redrive import Redrive, Redriven


@command(
    REPAIR,
    actions=(
        "dynamodb:Query",
        "dynamodb:Scan",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "elasticfilesystem:DescribeFileSystems",
        "elasticfilesystem:DescribeMountTargetSecurityGroups",
        "elasticfilesystem:DescribeMountTargets",
        "lambda:GetFunctionConfiguration",
        "lambda:InvokeFunction",
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
    ),
    fields={
        "recoveries": "recoveries that FAILED, are PARTIAL or BLOCKED, and wait for a person",
        "recoveries.owner": "whose",
        "recoveries.status": "FAILED, PARTIAL or BLOCKED",
        "recoveries.since": "when the history last told of the owner",
        "recoveries.reason": "the reason as the row holds it; null if none",
        "recoveries.cause": "the cause in a sentence",
        "recoveries.from": "the home with the files; null if none waits",
        "recoveries.to": "the owner's current home; null if none",
        "recoveries.execution_arn": "the last execution; null if none",
        "recoveries.steps": "what to do, in this order",
        "recoveries.steps.text": "a sentence",
        "recoveries.steps.command": "what to type; null if nothing",
        "queue": "messages in the failure queue, the oldest first; at most 1,000",
        "queue.id": "the message's id",
        "queue.at": "when it came",
        "queue.kind": "event, recovery not started, notice not sent, seed, restore of many, or not understood",
        "queue.what": "what failed, in words",
        "queue.error": "the error as AWS or the function told it; null if it told none",
        "queue.cause": "what that means",
        "queue.made_good_by": "by --redrive: event (the event handler), operation (the admin function), seed, nothing",
        "queue.raw": "the beginning of the message",
        "queue.outcome": "what became of it: done, stays, dropped, gone; null without --redrive and --drop",
        "queue.outcome_reason": "why; null if there is nothing to say",
        "queue_count": "about how many messages SQS counts",
    },
)
def failures(
    session: Session,
    redrive: Annotated[bool, typer.Option("--redrive", help="Make good what lies in the queue.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Delete what lies in the queue; nothing is made good.")] = False,
    yes: Yes = False,
) -> int:
    """Show what failed, with cause and remedy.

    First the recoveries that wait for you, then the messages in the failure queue. With --redrive events are taken in
    again, parts of operations are asked for again, and a seed makes good the rest; what was made good leaves the queue,
    and what nobody understands stays. Twice does no harm. Rows that cannot be read are told on standard error, and the
    exit status is 3 then.

    Example: studio-recovery failures --redrive
    """
    from studio_recovery_cli.exits import DONE, PARTIAL, Usage
    from studio_recovery_cli.hints import typed
    from studio_recovery_cli.reading import Rows
    from studio_recovery_cli.repairing import failures as told
    from studio_recovery_cli.repairing.failure_queue import FailureQueue
    from studio_recovery_cli.repairing.redrive import Outcome

    if redrive and drop:
        raise Usage("--redrive and --drop do not go together: what is dropped is not made good")
    session.deployment.settings("admin")
    queue = FailureQueue(session.deployment.client("sqs"), session.deployment.queue_url)
    reading = Rows(session)
    recoveries = list(_recoveries(session, reading))
    letters = queue.look()
    if session.screen.is_table:
        if not redrive and not drop:
            told.draw_recoveries(recoveries, session.screen.out)
        told.draw_messages([told.message(one, None) for one in letters], queue.count(), session.screen.out)
    ends = _done(session, letters, drop, yes) if letters and (redrive or drop) else {}
    messages = [told.message(one, ends.get(one.id)) for one in letters]
    data = {"recoveries": recoveries, "queue": messages, "queue_count": max(queue.count(), len(letters))}
    if not session.screen.is_table:
        session.screen.tell(data, lambda _: None)
    elif ends:
        told.draw_done(messages, session.screen.out)
    elif letters:
        session.screen.note(f"Mend the cause, then: {typed(session, 'failures --redrive')}")
    return reading.warn(PARTIAL if any(end.outcome is Outcome.STAYS for end in ends.values()) else DONE)


def _recoveries(session: Session, reading: "Rows") -> "Iterator[Any]":
    """The recoveries that wait for a person; for those that the network may have stopped, with a fresh look at it."""
    from studio_recovery.statuses import Status
    from studio_recovery_cli.asking.remedies import cause, needs_a_person, steps
    from studio_recovery_cli.repairing import failures as told

    ledger = session.deployment.ledger
    for row in filter(needs_a_person, reading.at(Status.FAILED, Status.PARTIAL, Status.BLOCKED)):
        since = max((line.at for line in ledger.lines_of(row.owner)), default=0)
        doors = list(_doors(session, row)) if told.may_be_the_network(row) else []
        yield told.recovery(row, since, cause(row), [*doors, *steps(session, row)])


def _doors(session: Session, row: "Row") -> "Iterator[tuple[str, str]]":
    from studio_recovery_cli.hints import typed
    from studio_recovery_cli.repairing import failures as told

    deployment = session.deployment
    for sentence, file_system_id in told.closed_doors(deployment.network, row, deployment.name):
        opens = f"{sentence}. Open it:" if file_system_id else f"{sentence}."
        yield opens, typed(session, f"grant {file_system_id}") if file_system_id else ""


def _done(session: Session, letters: "list[Letter]", drop: bool, yes: bool) -> "dict[str, Redriven]":
    """What became of the messages, after asking."""
    from studio_recovery_cli.repairing import failures as told
    from studio_recovery_cli.waiting import bar

    for sentence in told.intentions(letters, drop):
        session.screen.note(sentence)
    session.screen.agrees("Go on?", yes)
    with bar(session.screen.err, "Drops" if drop else "Makes good", "messages") as moved:
        redrive = _redrive(session, moved)
        return redrive.drop(letters) if drop else redrive.run(letters)


def _redrive(session: Session, moved: Any) -> "Redrive":
    from functools import partial

    from studio_recovery_cli.repairing.failure_queue import FailureQueue
    from studio_recovery_cli.repairing.reconcile import reconcile
    from studio_recovery_cli.repairing.redrive import Redrive

    queue = FailureQueue(session.deployment.client("sqs"), session.deployment.queue_url)
    call = session.admin.call

    def seed() -> "Reconciled":
        return reconcile(partial(call, "seed"), lambda *_: None)

    return Redrive(queue, partial(call, "event-handler"), partial(call, "admin"), seed, moved)
