"""What `doctor` finds of the deployment's own parts: tables, functions, roles, state machine, and who watches."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_recovery.guard import Guard, Scope
from studio_recovery_cli.alarms import named
from studio_recovery_cli.checks import choices, functions, machine, roles, tables, watch
from studio_recovery_cli.checks.finding import Finding, Level

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
TABLE = {
    "TableName": "studio-recovery-studioUser",
    "TableStatus": "ACTIVE",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    "DeletionProtectionEnabled": True,
}
BACKED_UP = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}}


def levels(found: list[Finding]) -> list[Level]:
    assert all(finding.remedy or finding.level is Level.OK for finding in found)
    return [finding.level for finding in found]


@pytest.mark.parametrize(
    ("changed", "backups", "expected"),
    [
        ({}, BACKED_UP, Level.OK),
        ({"TableStatus": "UPDATING"}, BACKED_UP, Level.OK),
        ({"TableStatus": "ARCHIVED"}, BACKED_UP, Level.BAD),
        ({"StreamSpecification": {}}, BACKED_UP, Level.BAD),
        ({"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}, BACKED_UP, Level.BAD),
        ({}, {}, Level.WARNING),
        ({"DeletionProtectionEnabled": False}, BACKED_UP, Level.WARNING),
    ],
)
def test_a_table_must_be_active_streamed_and_safe(
    changed: dict[str, Any], backups: dict[str, Any], expected: Level
) -> None:
    assert levels(tables.judge(TABLE | changed, backups, streamed=True, protected=True)) == [expected]


def test_a_table_need_not_be_protected_against_the_modules_word() -> None:
    found = tables.judge(TABLE | {"DeletionProtectionEnabled": False}, BACKED_UP, streamed=True, protected=False)
    assert levels(found) == [Level.OK]


def test_the_history_needs_no_stream() -> None:
    history = TABLE | {"TableName": "studio-recovery-studioUserHistory", "StreamSpecification": {}}
    (found,) = tables.judge(history, BACKED_UP, streamed=False, protected=True)
    assert (found.name, found.level) == ("history table", Level.OK)


READY = {"State": "Active", "LastUpdateStatus": "Successful", "CodeSha256": "aaa=", "LastModified": "2026-11-24T14:33"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Level.OK),
        ({"State": "Inactive"}, Level.WARNING),
        ({"State": "Pending"}, Level.WARNING),
        ({"State": "Failed", "StateReason": "no role"}, Level.BAD),
        ({"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "no role"}, Level.BAD),
    ],
)
def test_every_function_must_be_ready(changed: dict[str, str], expected: Level) -> None:
    assert levels(functions.judge({"a": READY, "b": READY | changed}, "aaa=")) == [expected, Level.OK]


def test_a_function_that_is_gone_is_named() -> None:
    first, _ = functions.judge({"a": READY, "b": None}, "aaa=")
    assert (first.level, "b is gone" in first.said) == (Level.BAD, True)


@pytest.mark.parametrize(
    ("code", "digest", "expected"),
    [("aaa=", "aaa=", Level.OK), ("aaa=", "bbb=", Level.WARNING), ("ccc=", "aaa=", Level.BAD)],
)
def test_functions_run_one_package_and_it_is_ours(code: str, digest: str, expected: Level) -> None:
    found = functions.judge({"a": READY, "b": READY, "c": READY | {"CodeSha256": code}}, digest)
    assert levels(found) == [Level.OK, expected]


def test_the_installation_knows_its_package() -> None:
    assert len(functions.own_digest()) == 44


def trust(service: str) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]}


@pytest.mark.parametrize(
    ("trusted", "expected"),
    [
        (trust("lambda.amazonaws.com"), Level.OK),
        (trust("ec2.amazonaws.com"), Level.BAD),
        ({"Statement": {"Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com"]}}}, Level.OK),
        ({"Statement": [{"Effect": "Deny", "Principal": {"Service": "lambda.amazonaws.com"}}]}, Level.BAD),
        ({"Statement": [{"Effect": "Allow", "Principal": "*"}]}, Level.BAD),
        (None, Level.BAD),
    ],
)
def test_a_role_must_be_there_and_trust_its_service(trusted: dict[str, Any] | None, expected: Level) -> None:
    assert levels(roles.judge({"r": trusted}, {"r": "lambda.amazonaws.com"})) == [expected]


def test_all_twelve_roles_are_looked_at() -> None:
    wanted = roles.wanted("studio-recovery")
    assert (len(wanted), wanted["studio-recovery-read-source"]) == (12, "datasync.amazonaws.com")


@pytest.mark.parametrize(("status", "expected"), [("ACTIVE", Level.OK), ("DELETING", Level.BAD), ("gone", Level.BAD)])
def test_the_state_machine_must_be_active(status: str, expected: Level) -> None:
    assert levels(machine.judge("arn:aws:states:eu-west-1:1:stateMachine:m", status)) == [expected]


SCHEDULE = {
    "Name": "studio-recovery-seed",
    "State": "ENABLED",
    "Target": {"Arn": "seed"},
    "ScheduleExpression": "rate(1 hour)",
}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (SCHEDULE, Level.OK),
        (SCHEDULE | {"State": "DISABLED"}, Level.BAD),
        (SCHEDULE | {"Target": {"Arn": "another"}}, Level.BAD),
        (None, Level.BAD),
    ],
)
def test_the_schedule_must_call_the_seed(found: dict[str, Any] | None, expected: Level) -> None:
    assert levels(watch.judge_schedule(found, "seed")) == [expected]


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 hour)", 3600), ("rate(30 days)", 2_592_000), ("rate(5 minutes)", 300), ("cron(0 6 * * ? *)", 604_800)],
)
def test_a_schedule_tells_how_often_the_seed_comes(expression: str, seconds: int) -> None:
    assert watch.period(expression) == seconds


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW - timedelta(minutes=80), Level.OK),
        (NOW - timedelta(minutes=100), Level.WARNING),
        (None, Level.BAD),
    ],
)
def test_the_last_seed_must_be_recent(at: datetime | None, expected: Level) -> None:
    assert levels(watch.judge_seed(at, 3600, NOW)) == [expected]


class Figures:
    """A CloudWatch that refuses what the real one refuses, and remembers what it was asked."""

    def get_metric_statistics(self, **asked: Any) -> dict[str, Any]:
        span = (asked["EndTime"] - asked["StartTime"]).total_seconds()
        assert span / asked["Period"] <= 1440
        days = span / 86_400
        assert asked["Period"] % (60 if days <= 15 else 300 if days <= 63 else 3600) == 0
        return {"Datapoints": [{"Timestamp": NOW - timedelta(hours=hours)} for hours in (3, 1, 2)]}


@pytest.mark.parametrize("seconds", [60, 3600, 86_400, 604_800, 2_592_000, 31_536_000])
def test_the_newest_figure_is_found_whatever_the_schedule(seconds: int) -> None:
    assert watch.last_seed(Figures(), "studio-recovery", seconds, NOW) == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("visible", "hidden", "expected"), [("0", "0", Level.OK), ("2", "0", Level.BAD), ("0", "1", Level.BAD)]
)
def test_the_failure_queue_must_be_empty(visible: str, hidden: str, expected: Level) -> None:
    attributes = {"ApproximateNumberOfMessages": visible, "ApproximateNumberOfMessagesNotVisible": hidden}
    assert levels(watch.judge_queue(attributes)) == [expected]


@pytest.mark.parametrize(
    ("confirmed", "pending", "expected"), [("1", "0", Level.OK), ("0", "0", Level.WARNING), ("0", "1", Level.WARNING)]
)
def test_somebody_must_have_subscribed(confirmed: str, pending: str, expected: Level) -> None:
    attributes = {"TopicArn": "t", "SubscriptionsConfirmed": confirmed, "SubscriptionsPending": pending}
    assert levels(watch.judge_topic(attributes)) == [expected]


TOPIC, HOUR, WEEK = "arn:aws:sns:eu-west-1:111122223333:studio-recovery-notices", 3600, 7 * 86_400
ALL = [
    {"AlarmName": name, "ActionsEnabled": True, "AlarmActions": [TOPIC], "StateValue": "OK"}
    for name in named("studio-recovery")
]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Level.OK),
        ({"StateValue": "INSUFFICIENT_DATA"}, Level.OK),
        ({"AlarmActions": ["arn:of:mine", TOPIC]}, Level.OK),
        ({"ActionsEnabled": False}, Level.BAD),
        ({"AlarmActions": []}, Level.BAD),
        ({"AlarmActions": ["arn:of:another:topic"]}, Level.BAD),
        ({"StateValue": "ALARM"}, Level.WARNING),
    ],
)
@pytest.mark.parametrize("place", range(len(ALL)))
def test_every_alarm_must_tell_the_topic_and_be_quiet(changed: dict[str, Any], expected: Level, place: int) -> None:
    alarms = [*ALL[:place], ALL[place] | changed, *ALL[place + 1 :]]
    assert levels(watch.judge_alarms(alarms, "studio-recovery", TOPIC, HOUR)) == [expected]


def test_an_alarm_that_is_gone_is_bad_and_named() -> None:
    for place, alarm in enumerate(ALL):
        (found,) = watch.judge_alarms([*ALL[:place], *ALL[place + 1 :]], "studio-recovery", TOPIC, HOUR)
        assert (found.level, found.said) == (Level.BAD, f"{alarm['AlarmName']} is gone")


def test_no_alarm_waits_for_a_seed_that_comes_once_a_week() -> None:
    rest = [alarm for alarm in ALL if alarm["AlarmName"] != "studio-recovery-no-seed"]
    assert levels(watch.judge_alarms(rest, "studio-recovery", TOPIC, WEEK)) == [Level.OK]


def test_an_alarm_that_is_on_is_told_with_where_to_read_on() -> None:
    (found,) = watch.judge_alarms([ALL[0] | {"StateValue": "ALARM"}, *ALL[1:]], "studio-recovery", TOPIC, HOUR)
    assert 'docs/operating.md, "Failed"' in found.remedy


COPIES = {"MAX_CONCURRENT": "50", "WAIT_FOR_APP": "true", "SECURITY_GROUP_RULES": "workflow"}


def test_what_the_module_was_told_is_told() -> None:
    scope = Scope(("research-*",), ("*-sandbox",))
    (found,) = choices.judge(Guard(require_approval=True, max_age_days=90), scope, COPIES, protected=True)
    told = ("wait for an approval", "90 days", "research-* without *-sandbox", "at most 50", "its owner's app")
    assert [words for words in told if words not in found.said] == []


def test_a_ledger_that_destroy_takes_along_is_a_warning() -> None:
    assert levels(choices.judge(Guard(), Scope(), COPIES, protected=False)) == [Level.OK, Level.WARNING]
