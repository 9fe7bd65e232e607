"""Recoveries in one process that fail, die and are throttled: what the state machine does around them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from demo.studio import TooLate
from localcloud.faults import Killed
from studio_recovery import actions
from studio_recovery.aws.calls import typed_errors
from studio_recovery.errors import AccountFull, NoRoom, StudioRecoveryError, Wait
from studio_recovery.handlers.event_handler import take_in_event
from studio_recovery.owners import Kind, Owner
from studio_recovery.recovery import Run
from tests.aws.lab import Lab

NOTES = {"notes.txt": "remember"}
PASSES = 4
IN_LINE = "in line"


def owners(count: int) -> list[Owner]:
    """So many users that nobody knows yet."""
    return [Owner(Kind.USER, f"user-{number:03}", "lab") for number in range(count)]


def leave_files(lab: Lab, owner: Owner) -> None:
    """The owner's home gets files."""
    home = lab.row(owner).home
    assert home
    lab.write(home, NOTES)


def come_back(lab: Lab, owner: Owner) -> None:
    """The owner is made, leaves files, is deleted, and is made again; every event comes."""
    lab.create(owner)
    lab.deliver()
    leave_files(lab, owner)
    lab.recreate(owner)


def killed_after(lab: Lab, call: int, act: Callable[[], object]) -> bool:
    """Whether the act died after its call of this number (from 0 on); if it makes no so many, it is done."""
    lab.cloud.faults.add(service="*", operation="*", kills="function", after=call, when="after")
    try:
        with typed_errors():
            act()
    except Killed:
        return True
    finally:
        lab.cloud.faults.clear()
    return False


def deaths(lab: Lab, act_for: Callable[[Owner], Callable[[], object]]) -> Iterator[Owner]:
    """For each call that an act makes an owner for whom it died there; the act is made anew for each."""
    for call, owner in enumerate(owners(999)):
        if not killed_after(lab, call, act_for(owner)):
            return
        yield owner


def again(lab: Lab, act: Callable[[], Any]) -> Any:
    """What the act answers once nothing makes it wait any more, as after a Retry of the state machine."""
    for _ in range(9):
        try:
            return act()
        except Wait:
            lab.cloud.clock.advance(60)
    raise TooLate("it waits for ever")


def stop(lab: Lab, run: Run) -> None:
    """The run's execution ends without a word."""
    lab.cloud.client("stepfunctions").stop_execution(executionArn=run.execution_arn)
    lab.cloud.clock.advance(600)


def seed_until_nothing_is_left(lab: Lab) -> None:
    """Law 6: whatever was made is removed, at the latest by a seed. Copies that run are cancelled and waited for."""
    for _ in range(PASSES):
        lab.seeded()
        if not lab.temporary():
            return
        lab.cloud.clock.advance(60)
    raise AssertionError(lab.temporary())


def retry(lab: Lab, owner: Owner) -> None:
    """The owner's recovery is asked for again."""
    asked = actions.retry(lab.row(owner), lab.now())
    assert asked
    lab.ledger().save(asked)


def finish(lab: Lab, run: Run) -> None:
    """Opens (again), copies and closes (again), as the state machine does."""
    task = again(lab, lambda: lab.opening().open(run))
    copy = lab.copy(task)
    again(lab, lambda: lab.close(run, copy=copy))


def recover_all(lab: Lab, runs: Iterable[Run], max_concurrent: int) -> int:
    """Recovers all at once, as far as there is room; the most tasks that there were at the same time.

    Who finds no place waits in line until it is called; who finds no addresses tries again.
    """
    known = {run.id: run for run in runs}
    most, coming, called = 0, list(known.values()), 0
    while coming:
        opened = {run.id: task for run in coming if (task := _opened(lab, run, max_concurrent))}
        most = max(most, len(lab.transfers().tasks()[1]))
        copies = {run_id: _copied(lab, task) for run_id, task in opened.items() if task != IN_LINE}
        lab.cloud.clock.advance(120)
        for run_id, copy in copies.items():
            _closed(lab, known[run_id], copy, max_concurrent)
        coming = [run for run in coming if run.id not in opened]
        coming += [known[token.partition("#")[0]] for token in lab.tokens.woken[called:]]
        called = len(lab.tokens.woken)
    return most


def _opened(lab: Lab, run: Run, max_concurrent: int) -> str:
    """The run's task, or that it stands in line; nothing if there are no addresses for it."""
    try:
        return lab.opening(max_concurrent=max_concurrent).open(run, again=False)
    except NoRoom:
        lab.places(max_concurrent=max_concurrent).wait(run, f"{run.id}#{len(lab.tokens.woken)}")
        return IN_LINE
    except AccountFull:
        return ""


def _copied(lab: Lab, task: str) -> str:
    lab.cloud.clock.advance(11)
    started = lab.cloud.client("datasync").start_task_execution(TaskArn=task)
    return str(started["TaskExecutionArn"])


def _closed(lab: Lab, run: Run, copy: str, max_concurrent: int) -> None:
    said = lab.cloud.client("datasync").describe_task_execution(TaskExecutionArn=copy)
    lab.closing(max_concurrent).close(run, {"closed_at": "2026-03-02T09:20:00.000Z", "copy": said})


def lambda_tries(lab: Lab, event: dict[str, Any]) -> tuple[int, type[Exception] | None]:
    """How often Lambda called the event handler until it answered, and what it raised before.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    """
    raised: type[Exception] | None = None
    for tries, pause in enumerate((60, 120), 1):
        try:
            with typed_errors():
                take_in_event(event, lab.intake())
        except StudioRecoveryError as error:
            raised = type(error)
            lab.cloud.clock.advance(pause)
        else:
            return tries, raised
    take_in_event(event, lab.intake())
    return 3, raised
