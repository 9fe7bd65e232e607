"""Knows what somebody tries who took over a role: one call for each law that it could break, and the obvious ones."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from demo.cloud import REGION, Cloud

REFUSALS = ("AccessDenied", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized")


@dataclass(frozen=True, slots=True)
class Victims:
    """What lies in the account beside the module's own: all of it is somebody else's."""

    file_system_id: str
    file_system_arn: str
    access_point_id: str
    """An access point that SageMaker made."""
    others_file_system_arn: str
    """A file system that is not Studio's."""
    subnet_arn: str
    studios_group: str
    others_group: str
    others_role: str
    location: str
    """A location that this module did not make."""
    domain_id: str


@dataclass(frozen=True, slots=True)
class Attacker:
    """Whoever has a role's credentials, and knows the module's outputs and what else is there."""

    cloud: Cloud
    credentials: dict[str, str]
    outputs: dict[str, Any]
    victims: Victims

    def client(self, service: str) -> Any:
        """A client with the role's credentials."""
        keys = self.credentials
        session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=REGION)
        return session.client(service, endpoint_url=self.cloud.endpoint)  # type: ignore[call-overload]  # any service

    @property
    def name(self) -> str:
        """The module's name."""
        return str(self.outputs["name"])

    def arn(self, service: str, resource: str) -> str:
        """An ARN of the account."""
        return f"arn:aws:{service}:{REGION}:{self.cloud.account}:{resource}"

    def role(self, word: str) -> str:
        """The ARN of a role of the module."""
        return f"arn:aws:iam::{self.cloud.account}:role/{self.name}-{word}"

    @property
    def our_tag(self) -> list[dict[str, str]]:
        """The tag by which the module knows what is its own."""
        return [{"Key": "studio-recovery", "Value": self.name}]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call, the law that it would break, and what it would be good for."""

    what: str
    law: str
    call: Callable[[Attacker], Any]

    def is_refused(self, attacker: Attacker) -> bool:
        """Whether IAM says no. Any other error means that it said yes."""
        try:
            self.call(attacker)
        except ClientError as error:
            return any(word in error.response["Error"]["Code"] for word in REFUSALS)
        return False


def _access_point(by: Attacker, file_system: str, tags: list[dict[str, str]]) -> Any:
    root = {"Path": "/200001"}
    asked = {"FileSystemId": file_system.rpartition("/")[2], "RootDirectory": root, "Tags": tags}
    return by.client("efs").create_access_point(ClientToken=f"attack-{len(tags)}", **asked)


def _location(by: Attacker, file_system: str, role: str, tags: list[dict[str, str]]) -> Any:
    group = by.arn("ec2", f"security-group/{by.victims.others_group}")
    return by.client("datasync").create_location_efs(
        EfsFilesystemArn=file_system,
        Ec2Config={"SubnetArn": by.victims.subnet_arn, "SecurityGroupArns": [group]},
        FileSystemAccessRoleArn=role,
        InTransitEncryption="TLS1_2",
        Tags=tags,
    )


def _open(by: Attacker, group: str, port: int) -> Any:
    reach = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    tags = [{"ResourceType": "security-group-rule", "Tags": by.our_tag}]
    return by.client("ec2").authorize_security_group_ingress(
        GroupId=group, IpPermissions=[reach], TagSpecifications=tags
    )


def _write(by: Attacker, table: str) -> Any:
    key = {"profile_name": {"S": "user/mallory"}, "domain_name": {"S": "lab"}, "epoctime": {"N": "1"}}
    return by.client("dynamodb").put_item(TableName=by.outputs[table], Item=key)


def _erase(by: Attacker, table: str, sort: dict[str, Any]) -> Any:
    key = {"profile_name": {"S": "user/ada"}} | sort
    return by.client("dynamodb").delete_item(TableName=by.outputs[table], Key=key)


def _start(by: Attacker) -> Any:
    homes = [{"efs_sys_id": by.victims.file_system_id, "efs_uid": uid} for uid in ("200001", "200002")]
    asked = json.dumps({"source": homes[0], "target": homes[1]})
    return by.client("stepfunctions").start_execution(stateMachineArn=by.outputs["state_machine_arn"], input=asked)


def _invoke(by: Attacker, word: str) -> Any:
    return by.client("lambda").invoke(FunctionName=by.outputs["function_names"][word], Payload=b'{"action": "none"}')


ATTEMPTS = (
    Attempt(
        "make an access point on somebody's home", "3, 4", lambda by: _access_point(by, by.victims.file_system_arn, [])
    ),
    Attempt(
        "make one there with the module's tag",
        "3, 4",
        lambda by: _access_point(by, by.victims.file_system_arn, by.our_tag),
    ),
    Attempt(
        "make an access point on a file system that is not Studio's",
        "4",
        lambda by: _access_point(by, by.victims.others_file_system_arn, by.our_tag),
    ),
    Attempt(
        "let everybody mount a home file system",
        "4",
        lambda by: by.client("efs").put_file_system_policy(
            FileSystemId=by.victims.file_system_id, Policy='{"Version": "2012-10-17", "Statement": []}'
        ),
    ),
    Attempt(
        "delete a home file system",
        "1",
        lambda by: by.client("efs").delete_file_system(FileSystemId=by.victims.file_system_id),
    ),
    Attempt(
        "delete an access point of SageMaker's",
        "6",
        lambda by: by.client("efs").delete_access_point(AccessPointId=by.victims.access_point_id),
    ),
    Attempt(
        "tag an access point of SageMaker's as the module's",
        "6",
        lambda by: by.client("efs").tag_resource(ResourceId=by.victims.access_point_id, Tags=by.our_tag),
    ),
    Attempt("write a row of the ledger", "3, 7", lambda by: _write(by, "profile_table_name")),
    Attempt("write a line of the history", "5", lambda by: _write(by, "history_table_name")),
    Attempt(
        "erase a row of the ledger",
        "7",
        lambda by: _erase(by, "profile_table_name", {"domain_name": {"S": "lab"}}),
    ),
    Attempt("erase a line of the history", "5", lambda by: _erase(by, "history_table_name", {"epoctime": {"N": "1"}})),
    Attempt("start a recovery between two homes of its choice", "3", _start),
    Attempt(
        "make a DataSync location without the module's tag",
        "4",
        lambda by: _location(by, by.victims.file_system_arn, by.role("read-source"), []),
    ),
    Attempt(
        "make a location on a file system that is not Studio's",
        "4",
        lambda by: _location(by, by.victims.others_file_system_arn, by.role("read-source"), by.our_tag),
    ),
    Attempt(
        "pass another role to DataSync",
        "4",
        lambda by: _location(by, by.victims.file_system_arn, by.victims.others_role, by.our_tag),
    ),
    Attempt(
        "delete a location that is not the module's",
        "6",
        lambda by: by.client("datasync").delete_location(LocationArn=by.victims.location),
    ),
    Attempt("open a group that is not Studio's", "4", lambda by: _open(by, by.victims.others_group, 2049)),
    Attempt(
        "open another port than NFS on a group of Studio's", "4", lambda by: _open(by, by.victims.studios_group, 22)
    ),
    Attempt(
        "tag a group as Studio's",
        "4",
        lambda by: by.client("ec2").create_tags(
            Resources=[by.victims.others_group], Tags=[{"Key": "ManagedByAmazonSageMakerResource", "Value": "x"}]
        ),
    ),
    Attempt("call the admin function", "3", lambda by: _invoke(by, "admin")),
    Attempt("call the seed", "", lambda by: _invoke(by, "seed")),
    Attempt("call the function that opens homes", "3", lambda by: _invoke(by, "open_homes")),
    Attempt(
        "change the code of a function",
        "",
        lambda by: by.client("lambda").update_function_code(
            FunctionName=by.outputs["function_names"]["admin"], ZipFile=b"PK"
        ),
    ),
    Attempt(
        "give itself more rights",
        "",
        lambda by: by.client("iam").put_role_policy(
            RoleName=f"{by.name}-admin", PolicyName="more", PolicyDocument='{"Version": "2012-10-17", "Statement": []}'
        ),
    ),
    Attempt(
        "delete a user profile",
        "1",
        lambda by: by.client("sagemaker").delete_user_profile(DomainId=by.victims.domain_id, UserProfileName="ada"),
    ),
    Attempt(
        "stop an execution of another state machine",
        "5",
        lambda by: by.client("stepfunctions").stop_execution(executionArn=by.arn("states", "execution:other:one")),
    ),
    Attempt(
        "read what failed",
        "",
        lambda by: by.client("sqs").receive_message(QueueUrl=by.outputs["failure_queue_url"]),
    ),
    Attempt(
        "tell people something",
        "",
        lambda by: by.client("sns").publish(TopicArn=by.outputs["topic_arn"], Message="mallory"),
    ),
)
