"""What IAM is asked when a call is made: one question for each resource and for each action that the call depends on.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
says which resources and keys an action knows. MiniStack knows them for some services; here stand the others that a
recovery calls. What DataSync does with its caller's rights is read off the managed policy AWSDataSyncFullAccess, which
does not say which call needs what (unconfirmed): https://docs.aws.amazon.com/datasync/latest/userguide/security-iam-awsmanpol.html
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from localcloud.service import Place, Record

EC2_KINDS = {"sg": "security-group", "sgr": "security-group-rule", "subnet": "subnet", "eni": "network-interface"}
# Which kinds of EFS's resources a listing that names none asks for: all that the reference lists for the action
# (unconfirmed: that AWS asks for no more).
EFS_LISTINGS = {"DescribeAccessPoints": ("access-point", "file-system"), "DescribeFileSystems": ("file-system",)}
SERVICES = ("datasync", "monitoring", "ec2", "elasticfilesystem", "events", "sagemaker", "scheduler")


@dataclass(frozen=True, slots=True)
class Question:
    """May the caller do this to that? `context` holds the condition keys that come with it."""

    action: str
    resource: str = "*"
    context: Record = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """A call: its action as IAM names it, its parameters, and the resource that MiniStack sees in it."""

    action: str
    fields: Record
    place: Place
    resource: str
    known: Callable[[str], Record]
    """The DataSync location or task of an ARN; empty if there is none."""
    vpc: Callable[[str], Record]
    """The key `ec2:Vpc` of a subnet, group or network interface; empty of anything else."""

    def arn(self, service: str, resource: str) -> str:
        """An ARN in the place of the call."""
        return f"arn:aws:{service}:{self.place.region}:{self.place.account}:{resource}"


def questions(request: Request) -> list[Question]:
    """All that must be allowed for a call; the call itself comes first."""
    service, _, operation = request.action.partition(":")
    asked = {
        "cloudwatch": _cloudwatch,
        "datasync": _datasync,
        "ec2": _ec2,
        "elasticfilesystem": _elasticfilesystem,
        "events": _events,
        "sagemaker": _sagemaker,
        "scheduler": _scheduler,
    }[service]
    context = _tags(request.fields)
    return [
        replace(question, context=context | request.vpc(question.resource) | question.context)
        for question in asked(request, operation)
    ]


def _tags(fields: Record) -> Record:
    """The tags that a request sets, as condition keys."""
    tags = [tag for tag in fields.get("Tags") or [] if isinstance(tag, dict) and "Key" in tag]
    keys = {f"aws:RequestTag/{tag['Key']}": tag.get("Value", "") for tag in tags}
    return keys | ({"aws:TagKeys": [tag["Key"] for tag in tags]} if tags else {})


def _cloudwatch(request: Request, operation: str) -> Iterator[Question]:
    yield Question(
        request.action, request.arn("cloudwatch", "alarm:*") if operation == "DescribeAlarms" else request.resource
    )


def _datasync(request: Request, operation: str) -> Iterator[Question]:
    fields = request.fields
    match operation:
        case "CreateLocationEfs":
            yield Question(request.action)
            yield from _lookups_of_a_location(request)
            if fields.get("Tags"):
                yield Question("datasync:TagResource", request.arn("datasync", "location/*"))
        case "CreateTask":
            for side in ("SourceLocationArn", "DestinationLocationArn"):
                yield Question(request.action, fields.get(side, "*"))
                yield from _interfaces(request, request.known(fields.get(side, "")))
            if fields.get("CloudWatchLogGroupArn"):
                yield from map(Question, ("logs:DescribeLogGroups", "logs:DescribeResourcePolicies"))
            if fields.get("Tags"):
                yield Question("datasync:TagResource", request.arn("datasync", "task/*"))
        case "StartTaskExecution":
            yield Question(request.action, fields.get("TaskArn", "*"))
            yield Question("ec2:DescribeNetworkInterfaces")
        case "DeleteTask":
            yield Question(request.action, fields.get("TaskArn", "*"))
            yield Question("ec2:DescribeNetworkInterfaces")
            interface = request.arn("ec2", "network-interface/*")
            yield from (Question("ec2:DeleteNetworkInterface", interface, vpc) for vpc in _vpcs_of_a_task(request))
        case "ListTasks" | "ListLocations" | "ListTaskExecutions":
            yield Question(request.action)
        case _:
            names = ("ResourceArn", "TaskExecutionArn", "TaskArn", "LocationArn")
            yield Question(request.action, next((fields[name] for name in names if name in fields), "*"))


def _lookups_of_a_location(request: Request) -> Iterator[Question]:
    fields = request.fields
    file_system = fields.get("EfsFilesystemArn", "*")
    yield Question("elasticfilesystem:DescribeFileSystems", file_system)
    yield Question("elasticfilesystem:DescribeMountTargets", file_system)
    yield from map(Question, ("ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"))
    if point := fields.get("AccessPointArn"):
        yield Question("elasticfilesystem:DescribeAccessPoints", point)
    if role := fields.get("FileSystemAccessRoleArn"):
        yield Question("iam:PassRole", role, {"iam:PassedToService": "datasync.amazonaws.com"})


def _interfaces(request: Request, location: Record) -> Iterator[Question]:
    """DataSync makes a task's network interfaces when the task is made."""
    network = location.get("Ec2Config", {})
    interface = request.arn("ec2", "network-interface/*")
    subnet = network.get("SubnetArn", "*")
    for resource in (interface, subnet, *network.get("SecurityGroupArns", [])):
        yield Question("ec2:CreateNetworkInterface", resource)
    yield Question("ec2:CreateNetworkInterfacePermission", interface, request.vpc(subnet))
    yield Question("ec2:DescribeNetworkInterfaces")


def _vpcs_of_a_task(request: Request) -> list[Record]:
    """Where the network interfaces of each side lie; of a task that is gone nobody knows."""
    task = request.known(request.fields.get("TaskArn", ""))
    sides = [request.known(task.get(f"{side}LocationArn", "")) for side in ("Source", "Destination")]
    return [request.vpc(side.get("Ec2Config", {}).get("SubnetArn", "")) for side in sides]


def _ec2(request: Request, operation: str) -> Iterator[Question]:
    """EC2 asks for each resource; for rules that are to be tagged it asks CreateTags as well."""
    if operation.startswith("Describe"):
        yield Question(request.action)
        return
    if operation in ("CreateTags", "DeleteTags"):
        yield from (Question(request.action, arn) for arn in _tagged(request))
        return
    yield Question(request.action, request.resource)
    if operation == "AuthorizeSecurityGroupIngress" and request.fields.get("Tags"):
        rule = request.arn("ec2", "security-group-rule/*")
        yield Question(request.action, rule)
        yield Question("ec2:CreateTags", rule, {"ec2:CreateAction": operation})


def _tagged(request: Request) -> Iterator[str]:
    """The ARNs of what is to be tagged: EC2's ids tell the kind."""
    for name, value in request.fields.items():
        if name.startswith("ResourceId."):
            yield request.arn("ec2", f"{EC2_KINDS.get(value.partition('-')[0], 'other')}/{value}")


def _elasticfilesystem(request: Request, operation: str) -> Iterator[Question]:
    fields = request.fields
    resource = request.resource
    if operation != "CreateMountTarget" and fields.get("FileSystemId"):
        resource = request.arn("elasticfilesystem", f"file-system/{fields['FileSystemId']}")
    elif fields.get("AccessPointId"):
        resource = request.arn("elasticfilesystem", f"access-point/{fields['AccessPointId']}")
    if resource == "*" and operation in EFS_LISTINGS:
        yield from (
            Question(request.action, request.arn("elasticfilesystem", f"{kind}/*")) for kind in EFS_LISTINGS[operation]
        )
    else:
        yield Question(request.action, resource)
    if operation == "CreateAccessPoint" and fields.get("Tags"):
        made = request.arn("elasticfilesystem", "access-point/*")
        yield Question("elasticfilesystem:TagResource", made, {"elasticfilesystem:CreateAction": operation})


def _events(request: Request, operation: str) -> Iterator[Question]:
    fields = request.fields
    if operation != "PutEvents":
        rule = fields.get("Rule", fields.get("Name"))
        of_the_default_bus = rule and fields.get("EventBusName") in (None, "default")
        yield Question(
            request.action, request.arn("events", f"rule/{rule}") if of_the_default_bus else request.resource
        )
        return
    for entry in fields.get("Entries", []):
        bus = entry.get("EventBusName", "default")
        arn = bus if bus.startswith("arn:") else request.arn("events", f"event-bus/{bus}")
        told = {"events:source": entry.get("Source"), "events:detail-type": entry.get("DetailType")}
        yield Question(request.action, arn, told)


def _scheduler(request: Request, _operation: str) -> Iterator[Question]:
    """A schedule is named with its group, which reads and removals tell in the query."""
    kind, _, name = request.resource.rpartition("/default/")
    group = request.fields.get("groupName") or request.fields.get("GroupName") or "default"
    yield Question(request.action, f"{kind}/{group}/{name}" if kind else request.resource)


def _sagemaker(request: Request, operation: str) -> Iterator[Question]:
    fields = request.fields
    if operation.startswith("List") or "DomainId" not in fields:
        yield Question(request.action)
        return
    names = {"UserProfileName": "user-profile", "SpaceName": "space"}
    kinds = [f"{kind}/{fields['DomainId']}/{fields[name]}" for name, kind in names.items() if name in fields]
    if "AppName" in fields and kinds:
        kinds = [f"app/{kinds[0].partition('/')[2]}/{fields.get('AppType', '*')}/{fields['AppName']}"]
    resource = kinds[0] if kinds else f"domain/{fields['DomainId']}"
    yield Question(request.action, request.arn("sagemaker", resource))
