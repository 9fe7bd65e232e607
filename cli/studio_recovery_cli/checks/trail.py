"""Knows whether CloudTrail reports what happens in Studio: without a trail EventBridge hears of nothing.

docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event.html asks for a trail that logs management events;
docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html says how events are chosen.
API: DescribeTrails, GetTrailStatus, GetEventSelectors.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery_cli.checks.finding import Finding, bad, ok, unknown, warning
from studio_recovery_cli.checks.rule import EVENT_NAMES, EVENT_SOURCE
from studio_recovery_cli.problems import explained

NAME = "trail"
_REMEDY = (
    "Make a trail that logs management events (write or all) of this Region, or switch them on in one that you have."
    " Until then only the seed finds new and deleted owners, as often as seed_schedule says."
)
# An event of ours, as advanced selectors see it; of other fields nobody can say what they will hold.
_KNOWN = {
    "eventCategory": ("Management",),
    "readOnly": ("false",),
    "eventSource": (EVENT_SOURCE,),
    "eventName": EVENT_NAMES,
    "eventType": ("AwsApiCall",),
}


@dataclass(frozen=True, slots=True)
class Trail:
    """A trail that this Region sees. `refused` is why no more is known of it."""

    name: str
    home_region: str
    every_region: bool
    logging: bool = False
    selectors: Sequence[Mapping[str, Any]] = ()
    advanced: Sequence[Mapping[str, Any]] = field(default=())
    refused: str = ""


def look(cloudtrail: Any, region: str) -> list[Finding]:
    """What the trails of this account are found to report."""
    found = cloudtrail.describe_trails(includeShadowTrails=True)["trailList"]
    return judge((_read(cloudtrail, trail) for trail in found), region)


def _read(cloudtrail: Any, found: Mapping[str, Any]) -> Trail:
    arn, name, home = found["TrailARN"], found["Name"], found.get("HomeRegion", "")
    every = bool(found.get("IsMultiRegionTrail"))
    try:
        logging = cloudtrail.get_trail_status(Name=arn)["IsLogging"]
        chosen = cloudtrail.get_event_selectors(TrailName=arn)
    except ClientError as error:
        return Trail(name, home, every, refused=str(explained(error)))
    return Trail(name, home, every, logging, chosen.get("EventSelectors", []), chosen.get("AdvancedEventSelectors", []))


def judge(trails: Iterable[Trail], region: str) -> list[Finding]:
    """Whether one of the trails reports what happens in Studio."""
    known = list(trails)
    doubts = {trail.name: why_not(trail, region) for trail in known if not trail.refused}
    good = [name for name, doubt in doubts.items() if not doubt]
    if good:
        return [ok(NAME, f"{good[0]} reports what happens in Studio")]
    if perhaps := [trail for trail in known if trail.name in doubts and may_report(trail, region)]:
        said = f"{perhaps[0].name} chooses its management events by more than name: Studio's may be missing"
        return [warning(NAME, said, "Look at its advanced event selectors: they must let SageMaker's calls through.")]
    if refused := [trail for trail in known if trail.refused]:
        return [unknown(NAME, f"of {refused[0].name}: {refused[0].refused}", "Ask for it, or look yourself.")]
    reasons = "; ".join(f"{name} {doubt}" for name, doubt in doubts.items())
    return [bad(NAME, f"no trail reports what happens in Studio{f': {reasons}' if reasons else ''}", _REMEDY)]


def why_not(trail: Trail, region: str) -> str:
    """Why the trail does not report it; nothing if it does."""
    if not trail.every_region and trail.home_region != region:
        return f"is for {trail.home_region} only"
    if not trail.logging:
        return "is switched off"
    if any(_basic(one) for one in trail.selectors) or any(_advanced(one) is True for one in trail.advanced):
        return ""
    return "leaves these events out"


def may_report(trail: Trail, region: str) -> bool:
    """True if nobody can say that it does not."""
    here = trail.every_region or trail.home_region == region
    return here and trail.logging and any(_advanced(one) is None for one in trail.advanced)


def _basic(selector: Mapping[str, Any]) -> bool:
    return bool(
        selector.get("IncludeManagementEvents", True)
        and selector.get("ReadWriteType", "All") in ("All", "WriteOnly")
        and EVENT_SOURCE not in selector.get("ExcludeManagementEventSources", [])
    )


def _advanced(selector: Mapping[str, Any]) -> bool | None:
    """Whether it lets all our events through; None: that depends on what nobody can say."""
    answers = [_lets_through(field) for field in selector["FieldSelectors"]]
    if False in answers:
        return False
    return None if None in answers else True


def _lets_through(chosen: Mapping[str, Any]) -> bool | None:
    values = _KNOWN.get(chosen["Field"])
    if values is None:
        return None
    return all(_fits(value, chosen) for value in values)


def _fits(value: str, chosen: Mapping[str, Any]) -> bool:
    """All operators of a field must agree, each with one of its values; its negations with all."""
    wanted = (
        not chosen.get("Equals") or value in chosen["Equals"],
        not chosen.get("StartsWith") or value.startswith(tuple(chosen["StartsWith"])),
        not chosen.get("EndsWith") or value.endswith(tuple(chosen["EndsWith"])),
        value not in chosen.get("NotEquals", []),
        not value.startswith(tuple(chosen.get("NotStartsWith", []))),
        not value.endswith(tuple(chosen.get("NotEndsWith", []))),
    )
    return all(wanted)
