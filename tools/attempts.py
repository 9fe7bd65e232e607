"""Knows what somebody tries who took over a role: one call for each law that it could break, and the obvious ones."""

import json
from typing import Any

from tools.attackers import Attacker, Attempt


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


MALLORY = {"profile_name": {"S": "user/mallory"}, "domain_name": {"S": "lab"}, "epoctime": {"N": "1"}}
ADA = {"profile_name": {"S": "user/ada"}, "domain_name": {"S": "lab"}}


def _write(by: Attacker, table: str) -> Any:
    return by.client("dynamodb").put_item(TableName=by.outputs[table], Item=MALLORY)


def _row(what: str, law: str, name: str, value: dict[str, Any]) -> Attempt:
    """An attempt to change one thing in somebody's row, by writing all of it or that alone."""

    def replace(by: Attacker) -> Any:
        return by.client("dynamodb").put_item(TableName=by.outputs["profile_table_name"], Item=ADA | {name: value})

    def update(by: Attacker) -> Any:
        change = {name: {"Value": value, "Action": "PUT"}}
        return by.client("dynamodb").update_item(
            TableName=by.outputs["profile_table_name"], Key=ADA, AttributeUpdates=change
        )

    return Attempt(what, law, replace, update)


def _place(by: Attacker) -> Any:
    item = {"line": {"S": "waiting"}, "turn": {"S": "0#mallory"}}
    return by.client("dynamodb").put_item(TableName=f"{by.name}-studioPlaces", Item=item)


def _change_place(by: Attacker) -> Any:
    key = {"line": {"S": "waiting"}, "turn": {"S": "0#mallory"}}
    change = {"task_token": {"Value": {"S": "nobody"}, "Action": "PUT"}}
    return by.client("dynamodb").update_item(TableName=f"{by.name}-studioPlaces", Key=key, AttributeUpdates=change)


def _erase(by: Attacker, table: str, sort: dict[str, Any]) -> Any:
    key = {"profile_name": {"S": "user/ada"}} | sort
    return by.client("dynamodb").delete_item(TableName=by.outputs[table], Key=key)


def _start(by: Attacker) -> Any:
    homes = [{"efs_sys_id": by.victims.file_system_id, "efs_uid": uid} for uid in ("200001", "200002")]
    asked = json.dumps({"source": homes[0], "target": homes[1]})
    return by.client("stepfunctions").start_execution(stateMachineArn=by.outputs["state_machine_arn"], input=asked)


def _copy(by: Attacker, task: str, **options: str) -> Any:
    return by.client("datasync").start_task_execution(TaskArn=task, OverrideOptions=options)


def _task_that_overwrites(by: Attacker) -> Any:
    home = by.victims.our_location
    return by.client("datasync").create_task(
        SourceLocationArn=home, DestinationLocationArn=home, Options={"OverwriteMode": "ALWAYS"}, Tags=by.our_tag
    )


def _delete_interface(by: Attacker, subnet: str) -> Any:
    """Of an interface that is there: each attacker finds one."""
    made = by.cloud.client("ec2").create_network_interface(SubnetId=subnet.rpartition("/")[2])["NetworkInterface"]
    return by.client("ec2").delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])


def _make_interface(by: Attacker) -> Any:
    return by.client("ec2").create_network_interface(SubnetId=by.victims.subnet_elsewhere)


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
    _row("switch a hold", "8", "replication", {"BOOL": True}),
    _row("give a row another version", "9", "version", {"N": "1"}),
    Attempt("take a place in the line of recoveries", "9", _place, _change_place),
    Attempt("write a line of the history", "5", lambda by: _write(by, "history_table_name")),
    Attempt(
        "erase a row of the ledger",
        "7",
        lambda by: _erase(by, "profile_table_name", {"domain_name": {"S": "lab"}}),
    ),
    Attempt("erase a line of the history", "5", lambda by: _erase(by, "history_table_name", {"epoctime": {"N": "1"}})),
    Attempt("start a recovery between two homes of its choice", "3", _start),
    Attempt(
        "start an execution of another state machine",
        "9",
        lambda by: by.client("stepfunctions").start_execution(stateMachineArn=by.arn("states", "stateMachine:other")),
    ),
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
        "make one with the module's tag and no access point",
        "4",
        lambda by: _location(by, by.victims.file_system_arn, by.role("read-source"), by.our_tag),
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
    Attempt("make a task that overwrites files", "2", _task_that_overwrites),
    Attempt(
        "let a task of the module's overwrite files",
        "2",
        lambda by: by.client("datasync").update_task(TaskArn=by.victims.our_task, Options={"OverwriteMode": "ALWAYS"}),
    ),
    Attempt(
        "start a copy of the module's that overwrites files",
        "2",
        lambda by: _copy(by, by.victims.our_task, OverwriteMode="ALWAYS"),
    ),
    Attempt("start somebody else's task", "1, 2", lambda by: _copy(by, by.victims.task)),
    Attempt(
        "cancel somebody else's copy",
        "6",
        lambda by: by.client("datasync").cancel_task_execution(TaskExecutionArn=by.victims.copy),
    ),
    Attempt("delete somebody else's task", "6", lambda by: by.client("datasync").delete_task(TaskArn=by.victims.task)),
    Attempt(
        "delete somebody else's network interface in Studio's VPC",
        "6",
        lambda by: _delete_interface(by, by.victims.subnet_arn),
    ),
    Attempt(
        "delete somebody else's network interface in another VPC",
        "6",
        lambda by: _delete_interface(by, by.victims.subnet_elsewhere),
    ),
    Attempt("make a network interface in another VPC", "4", _make_interface),
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
        "delete an app of a domain that is not its own",
        "",
        lambda by: by.client("sagemaker").delete_app(
            DomainId=by.victims.domain_id, UserProfileName="ada", AppType="JupyterLab", AppName="default"
        ),
    ),
    Attempt(
        "mark a group of such a domain as to be removed",
        "",
        lambda by: by.client("ec2").create_tags(
            Resources=[by.victims.studios_group], Tags=[{"Key": "studio-domain", "Value": by.name}]
        ),
    ),
    Attempt(
        "delete a group that is not marked",
        "",
        lambda by: by.client("ec2").delete_security_group(GroupId=by.victims.others_group),
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
