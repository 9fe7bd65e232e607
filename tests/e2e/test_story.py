"""The demo's story, with the demo's own check; and proof that the check can fail."""

import io
from collections.abc import Iterator
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.homes import NOT_WRITABLE
from demo.report import judge, report
from demo.screen import Screen
from demo.story import ADA, OWNERS, Story
from demo.studio import Network, Studio


@pytest.fixture
def without_access_points(cloud: Cloud) -> Iterator[None]:
    cloud.behave(ignore_access_points=True)
    yield
    cloud.behave(ignore_access_points=False)


def test_both_homes_come_back(
    cloud: Cloud, network: Network, outputs: dict[str, Any], screen: Screen, paper: io.StringIO
) -> None:
    # Other tests of this deployment let things fail; from here on nothing does.
    cloud.client("sqs").purge_queue(QueueUrl=outputs["failure_queue_url"])
    story = Story(cloud, screen, outputs, domain="lab-of-the-story")
    story.tell(Studio(cloud, story.domain, network))
    assert report(story), paper.getvalue()


@pytest.mark.usefixtures("without_access_points")
def test_files_that_the_new_user_cannot_write_are_told(
    cloud: Cloud, network: Network, outputs: dict[str, Any], screen: Screen, paper: io.StringIO
) -> None:
    story = Story(cloud, screen, outputs, domain="lab-of-the-sample")
    story.tell(Studio(cloud, story.domain, network))
    assert not report(story)
    assert {verdict.words for owner in OWNERS for verdict in judge(story, owner)} >= {NOT_WRITABLE}
    assert NOT_WRITABLE in paper.getvalue()
    assert [verdict.path for verdict in judge(story, ADA) if verdict.identical] == []
