"""The small cast of the unit tests: domain `lab`, user `ada`, file systems `fs-old` and `fs-new`."""

import json
from pathlib import Path
from typing import Any

from studio_recovery.homes import Belonging, Home
from studio_recovery.observe import Sighting
from studio_recovery.owners import Kind, Owner
from studio_recovery.recovery import Recovery, Run
from studio_recovery.rows import Row
from studio_recovery.sources import Source

EVENTS = Path(__file__).parent.parent / "events"

ADA = Owner(Kind.USER, "ada", "lab")
OLD = Home("fs-old", "200005", "d-lab")
NEW = Home("fs-old", "200010", "d-lab")
NEWER = Home("fs-old", "200015", "d-lab")
ELSEWHERE = Home("fs-new", "200005", "d-lab2")
SEEN = Sighting(at=1_772_442_905_000, how="created", id="event-1")

STATE_MACHINE = "arn:aws:states:eu-west-1:111122223333:stateMachine:studio-recovery-recovery"
EXECUTION = "arn:aws:states:eu-west-1:111122223333:execution:studio-recovery-recovery:run-1"

ROW = Row(ADA, home=OLD, version=3)


def source(home: Home, order: int = 1, **more: Any) -> Source:
    return Source(home, order, **more)


def left(home: Home, order: int = 1, after: int = 0) -> Source:
    """The source that a home becomes when its owner is seen to have left it, so many ms after SEEN."""
    return Source(home, order, left_at=SEEN.at + after)


def alices(name: str) -> Belonging:
    return Belonging(sso_user=name)


def run_of(row: Row, execution_arn: str = EXECUTION) -> Run:
    assert row.home
    assert row.next_source
    asked = Recovery(row.next_source.home, row.home, row.owner.key, row.owner.domain_name, row.request_id)
    return Run(asked, "studio-recovery", execution_arn, 1_772_442_910_000)


def event(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return found
