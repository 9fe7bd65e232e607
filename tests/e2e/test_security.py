"""Every role has the rights that it needs, and no others."""

from pathlib import Path

from demo import cloud as local
from tools.security import PLACE, TIME_SCALE, as_text, use_every_right


def test_no_right_is_missing_and_none_is_too_many(work: Path) -> None:
    with local.running(TIME_SCALE, iam=True) as cloud:
        judged = use_every_right(cloud, work)
    assert judged.complaints == []
    assert PLACE.page_with(as_text(judged)) == PLACE.page.read_text()
