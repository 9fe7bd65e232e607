"""IAM, enforced: who asks, what the policies say, and a record of every answer.

MiniStack evaluates the policies and refuses calls. Here every call is taken apart into its questions, AWS services ask
with the roles that they were given, and what was asked is remembered. People (the account's own key) are never refused.
"""
# ruff: noqa: SLF001 - it knows MiniStack's private names, as repairs.py does

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, NamedTuple

from localcloud import permissions
from localcloud.datasync import DataSync
from localcloud.ministack import MiniStack
from localcloud.permissions import EC2_KINDS, Question, Request, questions
from localcloud.service import Place, Record


class Decision(NamedTuple):
    """An answer: the name of a role, or an AWS service that only a resource's policy lets in."""

    principal: str
    action: str
    resource: str
    allowed: bool


class Enforcement:
    """Asks IAM for the services that act for somebody. Without `enforced` all is allowed and nothing recorded."""

    def __init__(self, stack: MiniStack, datasync: Callable[[Place], DataSync], enforced: bool) -> None:
        self.enforced = enforced
        self._stack, self._datasync = stack, datasync
        self._decisions: Counter[Decision] = Counter()
        self._roles: dict[str, Record] = {}
        self._lock = threading.Lock()
        self._asked: ContextVar[tuple[Question, ...]] = ContextVar("asked", default=())
        if enforced:
            self._take_calls_apart()
            collectors = stack.tagging._RESOURCE_TAG_COLLECTORS
            collectors["elasticfilesystem"] = stack.tagging._collect_efs
            collectors["ec2"], collectors["datasync"] = self._ec2_tags, self._datasync_tags

    def datasync_may(self, role_arn: str, action: str, resource: str, context: Record) -> bool:
        """Whether a role that DataSync was given may do this."""
        return self.may("datasync.amazonaws.com", role_arn, Question(action, resource, context))

    def may(self, service: str, role_arn: str, question: Question) -> bool:
        """Whether an AWS service may act as a role, and the role may do what is asked."""
        if not self.enforced:
            return True
        account, region = role_arn.split(":")[4], self._stack.place().region
        name = role_arn.rpartition("/")[2]
        with self._stack.responses.request_scope(account, region):
            role = self._stack.iam._roles.get(name) or {}
            trust = Question("sts:AssumeRole", role_arn, question.context | {"aws:SourceAccount": account})
            trusted = self.lets_in(service, role.get("AssumeRolePolicyDocument"), trust)
            return trusted and self._ask(self.key_of(role_arn), question) is None

    def lets_in(self, service: str, policy: Any, question: Question) -> bool:
        """Whether a resource's own policy lets an AWS service in."""
        if not self.enforced:
            return True
        evaluator = self._stack.iam_evaluator
        asked = evaluator.EvalContext(
            principal_arn="*",
            principal_type="Service",
            principal_account="",
            action=question.action,
            resource_arn=question.resource,
            region=self._stack.place().region,
            service_context={key.lower(): value for key, value in question.context.items()},
        )
        allowed: bool = evaluator.evaluate_resource_policy(policy, asked, service=service).decision == "Allow"
        self._record(Decision(service, question.action, question.resource, allowed))
        return allowed

    def key_of(self, role_arn: str) -> str:
        """The access key of a session of a role; without enforcement that of the account."""
        account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
        if not self.enforced:
            return account
        key = f"ASIA{account}{name}"
        arn = f"arn:aws:sts::{account}:assumed-role/{name}/service"
        session = {"Arn": arn, "UserId": f"{name}:service", "SecretAccessKey": "none", "SessionToken": "none"}
        self._stack.sts.register_session(key, session)
        return key

    def report(self) -> Record:
        """What was asked and answered since the start, and the policies of all roles, also of those that are gone."""
        for scope, name in list(self._stack.iam._roles._data):
            self._remember(scope, name)
        with self._lock:
            decisions = [decision._asdict() | {"times": times} for decision, times in sorted(self._decisions.items())]
            roles = {
                role: {policy: json.loads(document) for policy, document in policies.items()}
                for role, policies in sorted(self._roles.items())
            }
            return {"decisions": decisions, "roles": roles}

    def _take_calls_apart(self) -> None:
        """Let every call ask all its questions, and record the answers."""
        actions, evaluator = self._stack.iam_actions, self._stack.iam_evaluator
        resource_of, self._enforce = actions.extract_resource_arn, evaluator.enforce

        def looked_at(
            service: str, method: str, path: str, headers: Any, body: bytes, params: Any, region: str, account: str
        ) -> str:
            resource: str = resource_of(service, method, path, headers, body, params, region, account)
            if service == "elasticfilesystem":
                resource = self._file_system_of_a_mount_target(path) or resource
            self._asked.set(())
            action = actions.extract_iam_action(service, method, path, headers, body, params)
            if service in permissions.SERVICES and action:
                place = Place(account, region)
                known = self._datasync(place).known
                request = Request(action, _fields(body, params), place, resource, known, self._vpc_of)
                self._asked.set(tuple(questions(request)))
            return resource

        def enforced(
            key: str, action: str, service: str, region: str, resource_arn: str = "*", service_context: Any = None
        ) -> Any:
            if key not in self._stack.sts._sessions:
                return self._enforce(key, action, service, region, resource_arn, service_context)
            asked = self._asked.get()
            if not asked or asked[0].action != action:
                asked = (Question(action, resource_arn),)
            refusals = (self._ask(key, question, service_context or {}) for question in asked)
            return next((refusal for refusal in refusals if refusal), None)

        actions.extract_resource_arn, evaluator.enforce = looked_at, enforced

    def _ask(self, key: str, question: Question, context: Record | None = None) -> Any:
        service = question.action.partition(":")[0]
        context = (context or {}) | question.context
        region = self._stack.place().region
        refusal = self._enforce(key, question.action, service, region, question.resource, context)
        account, name = self._stack.sts._sessions.get(key)["Arn"].split(":")[4:6]
        name = name.split("/")[1]
        self._remember(account, name)
        self._record(Decision(name, question.action, question.resource, refusal is None))
        return refusal

    def _record(self, decision: Decision) -> None:
        with self._lock:
            self._decisions[decision] += 1

    def _remember(self, account: str, name: str) -> None:
        """Keep a role's policies as they are now: a report is made of what is gone, too."""
        role = self._stack.iam._roles.get_scoped(account, None, name)
        if role:
            kept = {"trust": role["AssumeRolePolicyDocument"]} | (role.get("InlinePolicies") or {})
            with self._lock:
                self._roles[name] = kept

    def _file_system_of_a_mount_target(self, path: str) -> str | None:
        """What EFS asks for when a path names a mount target: MiniStack asks for all file systems."""
        name = path.partition("/mount-targets/")[2].partition("/")[0]
        target = self._stack.efs._mount_targets.get(name)
        place = self._stack.place()
        here = f"arn:aws:elasticfilesystem:{place.region}:{place.account}"
        return f"{here}:file-system/{target['FileSystemId']}" if target else None

    def _vpc_of(self, arn: str) -> Record:
        """In which VPC something of EC2's lies, as the condition key that policies know."""
        ec2, (kind, _, name) = self._stack.ec2, arn.rpartition(":")[2].partition("/")
        shelves = {
            "network-interface": ec2._network_interfaces,
            "security-group": ec2._security_groups,
            "subnet": ec2._subnets,
        }
        found = shelves[kind].get(name) if kind in shelves else None
        return {"ec2:Vpc": f"{arn.rpartition(':')[0]}:vpc/{found['VpcId']}"} if found else {}

    def _ec2_tags(self) -> Iterator[tuple[str, list[Record]]]:
        place = self._stack.place()
        for name, tags in list(self._stack.ec2._tags.items()):
            kind = EC2_KINDS.get(name.partition("-")[0], "other")
            yield f"arn:aws:ec2:{place.region}:{place.account}:{kind}/{name}", tags

    def _datasync_tags(self) -> Iterator[tuple[str, list[Record]]]:
        yield from self._datasync(self._stack.place()).all_tags()


def _fields(body: bytes, params: Any) -> Record:
    """The parameters of a request: of its JSON body, or else of its query."""
    if body[:1] == b"{":
        fields: Record = json.loads(body)
        return fields
    fields = {name: value[0] if isinstance(value, list) else value for name, value in params.items()}
    marks = [name.removesuffix("Key") for name in fields if ".Tag." in f".{name}" and name.endswith(".Key")]
    return fields | {"Tags": [{"Key": fields[f"{mark}Key"], "Value": fields.get(f"{mark}Value", "")} for mark in marks]}
