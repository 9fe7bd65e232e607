"""What the policies say, read off every Terraform file: each action exists, each `*` names the API that forces it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from botocore.loaders import Loader

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(file for part in ("*.tf", "modules/*/*.tf", "examples/*/*.tf") for file in ROOT.glob(part))
# Where IAM's prefix is not the name of boto3's client.
CLIENTS = {
    "elasticfilesystem": ("efs",),
    "states": ("stepfunctions",),
    "servicequotas": ("service-quotas",),
    "dynamodb": ("dynamodb", "dynamodbstreams"),
}
REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference"
# Actions that are no operation of an API, and the page that lists each.
NO_OPERATIONS = {
    "elasticfilesystem:ClientMount": f"{REFERENCE}/list_amazonelasticfilesystem.html",
    "elasticfilesystem:ClientRootAccess": f"{REFERENCE}/list_amazonelasticfilesystem.html",
    "elasticfilesystem:ClientWrite": f"{REFERENCE}/list_amazonelasticfilesystem.html",
    "iam:PassRole": f"{REFERENCE}/list_awsidentityandaccessmanagementiam.html",
    "kms:ReEncryptFrom": f"{REFERENCE}/list_awskeymanagementservice.html",
    "kms:ReEncryptTo": f"{REFERENCE}/list_awskeymanagementservice.html",
    "lambda:InvokeFunction": f"{REFERENCE}/list_awslambda.html",
    "logs:CreateLogDelivery": f"{REFERENCE}/list_amazoncloudwatchlogs.html",
    "logs:DeleteLogDelivery": f"{REFERENCE}/list_amazoncloudwatchlogs.html",
    "logs:GetLogDelivery": f"{REFERENCE}/list_amazoncloudwatchlogs.html",
    "logs:ListLogDeliveries": f"{REFERENCE}/list_amazoncloudwatchlogs.html",
    "logs:UpdateLogDelivery": f"{REFERENCE}/list_amazoncloudwatchlogs.html",
}
# In a key's policy, which names the account's root and services.
IN_KEY_POLICIES = {"kms:*", "kms:GenerateDataKey*", "kms:ReEncrypt*"}
BLOCK = re.compile(r"\b(?:actions|Action)\s*=\s*(\[[^\]]*\]|\"[^\"]*\")", re.DOTALL)
LOCAL_ACTIONS = re.compile(r"^\s+\w+ = (\[\"kms:[^\]]*\])", re.MULTILINE)
ACTION = re.compile(r'"([a-z0-9-]+:[A-Za-z*]+)"')
# What a comment must name beside a resource `*`: an operation, or a family of them in words.
API = re.compile(
    r"\b[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]+)+\b|\b(?:Describe|List|Put|Get)\b|\bdelivery calls\b|knows? no|names none"
)


def actions_of(text: str) -> set[str]:
    """Every action that the text of a Terraform file allows or denies."""
    lists = [*BLOCK.findall(text), *LOCAL_ACTIONS.findall(text)]
    return {action for listed in lists for action in ACTION.findall(listed)}


@cache
def operations(prefix: str) -> frozenset[str]:
    """What the service of this prefix can be asked for, as boto3 knows it."""
    loader = Loader()
    models = (loader.load_service_model(client, "service-2") for client in CLIENTS.get(prefix, (prefix,)))
    return frozenset(name for model in models for name in model["operations"])


def exists(action: str) -> bool:
    """Whether AWS knows this action, spelled exactly so."""
    prefix, _, name = action.partition(":")
    return action in NO_OPERATIONS or name in operations(prefix)


ACTIONS = sorted({action for file in FILES for action in actions_of(file.read_text())} - IN_KEY_POLICIES)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_exists_and_is_spelled_as_aws_spells_it(action: str) -> None:
    assert exists(action)


def test_all_policies_were_read() -> None:
    assert len(ACTIONS) > 90
    assert {"datasync:CreateTask", "iam:PassRole", "kms:Encrypt", "sagemaker:DeleteApp"} <= set(ACTIONS)


def test_a_misspelled_action_is_found() -> None:
    assert [
        action for action in ("datasync:StartTask", "dynamodb:putItem", "ec2:DescribeSubnets") if exists(action)
    ] == ["ec2:DescribeSubnets"]


def test_no_page_is_kept_for_an_action_that_nobody_uses() -> None:
    assert sorted(NO_OPERATIONS.keys() - set(ACTIONS)) == []


def stars(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a Terraform file with `resources = ["*"]`, and all that the statement says in comments."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if not re.search(r'resources\s*=\s*\["\*"\]', line):
            continue
        begin = max(index for index in range(at) if re.match(r"\s*(statement|content) \{", lines[index]))
        yield at + 1, "\n".join(part for part in lines[begin:at] if part.lstrip().startswith("#"))


STARS = [(file, *found) for file in FILES for found in stars(file.read_text())]


@pytest.mark.parametrize(("file", "line", "comment"), STARS, ids=[f"{file.name}:{line}" for file, line, _ in STARS])
def test_a_statement_on_every_resource_names_the_api_that_forces_it(file: Path, line: int, comment: str) -> None:
    assert API.search(comment), f"{file.name}:{line}"


def test_a_star_without_a_word_is_found() -> None:
    text = 'statement {\n  # because\n  actions = ["ec2:X"]\n  resources = ["*"]\n}\n'
    ((line, comment),) = stars(text)
    assert (line, API.search(comment)) == (4, None)


def test_no_action_has_a_wildcard_but_in_a_keys_policy() -> None:
    wild = {(file.name, action) for file in FILES for action in actions_of(file.read_text()) if "*" in action}
    assert {action for _, action in wild} == IN_KEY_POLICIES
    assert {file for file, _ in wild} == {"main.tf"}
    assert "kms:*" not in (ROOT / "main.tf").read_text()
