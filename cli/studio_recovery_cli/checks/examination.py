"""Makes all checks of a deployment side by side; one that is refused says so, and stops no other."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from studio_recovery.aws.calls import code
from studio_recovery.errors import StudioRecoveryError
from studio_recovery_cli.alarms import named
from studio_recovery_cli.checks import (
    choices,
    file_systems,
    functions,
    keys,
    machine,
    policies,
    quotas,
    reach,
    roles,
    rule,
    stream,
    tables,
    trail,
    watch,
)
from studio_recovery_cli.checks.file_systems import Homes
from studio_recovery_cli.checks.finding import Finding, unknown
from studio_recovery_cli.checks.reach import Reach
from studio_recovery_cli.deployment import FUNCTIONS, Deployment
from studio_recovery_cli.exits import Trouble
from studio_recovery_cli.problems import explained

_AT_ONCE = 8
Look = Callable[[], list[Finding]]


class Examination:
    """The checks of one deployment, in the order of an event's life."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._client = deployment.client
        self._name = deployment.name
        self._pool = ThreadPoolExecutor(_AT_ONCE, "check")
        # What several checks need is read once; it is asked for first, so that nobody waits for what has not begun.
        self._configurations = self._pool.submit(self._read_configurations)
        self._homes: Future[Homes] = self._pool.submit(file_systems.find, deployment)
        self._reaches: Future[list[Reach]] = self._pool.submit(self._read_reaches)

    def findings(self, told: Callable[[int, int], None] = lambda *_: None) -> Iterator[Finding]:
        """What is found, in order; `told` hears how many checks of how many are done."""
        looks = self._looks()
        with self._pool as pool:
            begun = [(name, pool.submit(look)) for name, look in looks]
            for done, (name, answer) in enumerate(begun, 1):
                yield from _found(name, answer)
                told(done, len(begun))

    def _looks(self) -> list[tuple[str, Look]]:
        deployment, client = self._deployment, self._client
        return [
            (trail.NAME, lambda: trail.look(client("cloudtrail"), deployment.region)),
            (rule.NAME, lambda: rule.look(client("events"), f"{self._name}-created", self._arn("event-handler"))),
            ("profile table", lambda: self._table("PROFILE_TABLE", streamed=True)),
            ("history table", lambda: self._table("HISTORY_TABLE", streamed=False)),
            (stream.NAME, self._stream),
            (functions.NAME, self._functions),
            (machine.NAME, lambda: machine.look(client("stepfunctions"), deployment.state_machine_arn)),
            (roles.NAME, lambda: roles.look(client("iam"), self._name)),
            (file_systems.NAME, lambda: file_systems.judge(self._homes.result(), deployment.vpcs)),
            (reach.WAY, lambda: reach.ways(self._reaches.result(), self._copies("SECURITY_GROUP_RULES"))),
            (reach.ADDRESSES, lambda: reach.addresses(self._reaches.result(), int(self._copies("MAX_CONCURRENT")))),
            (policies.NAME, lambda: policies.look(client("efs"), self._homes.result().file_systems, self._mounts())),
            (keys.NAME, lambda: keys.look(client("kms"), self._homes.result().file_systems)),
            (quotas.TASKS, self._tasks),
            (quotas.POINTS, self._points),
            (quotas.CONCURRENCY, lambda: quotas.concurrency(self._quota(quotas.OF_CONCURRENCY))),
            (watch.SCHEDULE, lambda: watch.judge_schedule(self._schedule(), self._arn("seed"))),
            (watch.SEED, self._seed),
            (watch.QUEUE, self._queue),
            (watch.TOPIC, self._topic),
            (watch.ALARMS, self._alarms),
            (choices.NAME, self._choices),
        ]

    def _arn(self, word: str) -> str:
        return self._deployment.named_arn("lambda", f"function:{self._deployment.function(word)}")

    def _read_configurations(self) -> dict[str, dict[str, Any] | None]:
        return {word: self._configuration(word) for word in FUNCTIONS}

    def _configuration(self, word: str) -> dict[str, Any] | None:
        named = self._deployment.function(word)
        try:
            found: dict[str, Any] = self._client("lambda").get_function_configuration(FunctionName=named)
        except ClientError as error:
            if code(error) == "ResourceNotFoundException":
                return None
            raise
        return found

    def _settings(self, word: str) -> dict[str, str]:
        """A function's variables. Raises Trouble if it is gone."""
        found = self._configurations.result()[word]
        if found is None:
            raise Trouble(f"function {self._deployment.function(word)}, which knows more, is gone", "terraform apply")
        settings: dict[str, str] = found["Environment"]["Variables"]
        return settings

    def _copies(self, name: str) -> str:
        return self._settings("open-homes")[name]

    def _protected(self) -> bool:
        return self._settings("seed")["DELETION_PROTECTION"] == "true"

    def _read_reaches(self) -> list[Reach]:
        here = [one for one in self._homes.result().in_use if one.vpc_id in self._deployment.vpcs]
        return reach.find(self._deployment.network, self._client("ec2"), here, self._name)

    def _table(self, setting: str, streamed: bool) -> list[Finding]:
        table = self._settings("admin")[setting]
        return tables.look(self._client("dynamodb"), table, streamed, self._protected())

    def _stream(self) -> list[Finding]:
        table = self._client("dynamodb").describe_table(TableName=self._settings("admin")["PROFILE_TABLE"])["Table"]
        names = {word: self._deployment.function(word) for word in stream.READERS}
        return stream.look(self._client("lambda"), names, table.get("LatestStreamArn", ""))

    def _functions(self) -> list[Finding]:
        named = {self._deployment.function(word): found for word, found in self._configurations.result().items()}
        return functions.judge(named, functions.own_digest())

    def _mounts(self) -> dict[str, str]:
        """The ARNs of the roles that mount file systems."""
        settings = ("READ_ROLE_ARN", "WRITE_ROLE_ARN")
        return dict(zip(policies.ACTIONS, map(self._copies, settings), strict=True))

    def _quota(self, wanted: quotas.Quota) -> int:
        return quotas.applied(self._client("service-quotas"), wanted)

    def _tasks(self) -> list[Finding]:
        used, ours = self._deployment.transfers.tasks()
        limits = int(self._copies("TASK_QUOTA")), int(self._copies("MAX_CONCURRENT"))
        return quotas.tasks(self._quota(quotas.OF_TASKS), used, len(ours), *limits)

    def _points(self) -> list[Finding]:
        pages = self._client("efs").get_paginator("describe_access_points")
        used = {
            str(one): sum(len(page["AccessPoints"]) for page in pages.paginate(FileSystemId=one.id))
            for one in self._homes.result().in_use
        }
        return quotas.points(self._quota(quotas.OF_POINTS), used, int(self._copies("MAX_CONCURRENT")))

    def _schedule(self) -> Any:
        return watch.schedule(self._client("scheduler"), f"{self._name}-seed")

    def _seed(self) -> list[Finding]:
        found, now = self._schedule(), datetime.now(UTC)
        seconds = watch.period(found["ScheduleExpression"] if found else "")
        at = watch.last_seed(self._client("cloudwatch"), self._name, seconds, now)
        return watch.judge_seed(at, seconds, now)

    def _queue(self) -> list[Finding]:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        url = self._deployment.queue_url
        found = self._client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return watch.judge_queue(found["Attributes"])

    def _topic_arn(self) -> str:
        return self._settings("notices")["TOPIC_ARN"]

    def _topic(self) -> list[Finding]:
        arn = self._topic_arn()
        return watch.judge_topic(self._client("sns").get_topic_attributes(TopicArn=arn)["Attributes"])

    def _alarms(self) -> list[Finding]:
        schedule, names = self._schedule(), list(named(self._name))
        seconds = watch.period(schedule["ScheduleExpression"] if schedule else "")
        found = self._client("cloudwatch").describe_alarms(AlarmNames=names, AlarmTypes=["MetricAlarm"])
        return watch.judge_alarms(found["MetricAlarms"], self._name, self._topic_arn(), seconds)

    def _choices(self) -> list[Finding]:
        deployment, copies = self._deployment, self._settings("open-homes")
        return choices.judge(deployment.guard, deployment.scope, copies, self._protected())


def _found(name: str, answer: "Future[list[Finding]]") -> list[Finding]:
    """What a check found; or why it could not look."""
    try:
        return answer.result()
    except (BotoCoreError, ClientError, StudioRecoveryError, Trouble) as error:
        trouble = explained(error)
        return [unknown(name, str(trouble), trouble.remedy or "Look again; if it stays so, look at it in the console.")]
