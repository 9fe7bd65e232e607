"""What the policies say, read off every Terraform file: each action exists, each `*` names the API that forces it."""

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass
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
# Wherever it stands, but for the keys of conditions.
ACTION = re.compile(r'(?<!variable = )"((?!aws:)[a-z0-9-]+:[A-Z*][A-Za-z*]*)"')
# Who sets no source when it assumes a role.
NO_SOURCE = {
    # https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    "LambdaRunsAsThisRole",
    # No page says that SageMaker sets one for Studio's apps.
    "StudioRunsAsThisRole",
}


def actions_of(text: str) -> set[str]:
    """Every action that the text of a Terraform file allows or denies."""
    return set(ACTION.findall(re.sub(r"variable +=", "variable =", text)))


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


@pytest.mark.parametrize("action", sorted(IN_KEY_POLICIES))
def test_a_wildcard_of_a_keys_policy_fits_actions_of_kms(action: str) -> None:
    assert fnmatch.filter({f"kms:{name}" for name in operations("kms")}, action)


def test_an_action_is_found_wherever_it_stands() -> None:
    text = 'rights = ["ec2:MakeUp"]\naction = "lambda:Call"\nvariable = "kms:ViaService"\nvalues = ["aws:SourceArn"]'
    assert actions_of(text) == {"ec2:MakeUp", "lambda:Call"}


def test_a_misspelled_action_is_found() -> None:
    assert [
        action for action in ("datasync:StartTask", "dynamodb:putItem", "ec2:DescribeSubnets") if exists(action)
    ] == ["ec2:DescribeSubnets"]


def test_no_page_is_kept_for_an_action_that_nobody_uses() -> None:
    assert sorted(NO_OPERATIONS.keys() - set(ACTIONS)) == []


@dataclass(frozen=True)
class Star:
    """A statement on every resource: where, what it allows, and all that it says in comments."""

    line: int
    actions: frozenset[str]
    comment: str

    @property
    def unnamed(self) -> list[str]:
        """The actions that no comment names: by the operation, or by how a family of them begins or ends."""
        words = set(re.findall(r"\w+", self.comment))
        families = {word for word in words if re.fullmatch("[A-Z][A-Za-z]{2,}", word)} if "calls" in words else set()
        operations = {action: action.partition(":")[2] for action in self.actions}
        return sorted(
            action
            for action, name in operations.items()
            if name not in words and not any(re.fullmatch(rf"{part}[A-Z]\w*|\w+{part}", name) for part in families)
        )


def stars(text: str) -> Iterator[Star]:
    """The statements of a Terraform file that allow something on `resources = ["*"]`."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if not re.search(r'resources\s*=\s*\["\*"\]', line):
            continue
        begin = max(index for index in range(at) if re.match(r"\s*(statement|content) \{", lines[index]))
        statement = lines[begin:at]
        # Who is refused something is given nothing.
        if any(re.search(r'effect\s+= "Deny"', part) for part in statement):
            continue
        comments = [part for part in statement if part.lstrip().startswith("#")]
        allowed = "\n".join(part for part in statement if part not in comments)
        named = (re.search(rf"\b{name} += (\[.*?\])", text) for name in re.findall(r"local\.(\w+)", allowed))
        actions = actions_of(allowed + "".join(found[1] for found in named if found))
        yield Star(at + 1, frozenset(actions), "\n".join(comments))


STARS = [(file, star) for file in FILES for star in stars(file.read_text())]


@pytest.mark.parametrize(("file", "star"), STARS, ids=[f"{file.name}:{star.line}" for file, star in STARS])
def test_a_statement_on_every_resource_names_the_apis_that_force_it(file: Path, star: Star) -> None:
    assert star.actions, f"{file.name}:{star.line}"
    assert star.unnamed == [], f"{file.name}:{star.line}"


@pytest.mark.parametrize(
    ("comment", "unnamed"),
    [
        ("because", ["ec2:DescribeX", "ec2:ListX"]),
        ("These know no resource.", ["ec2:DescribeX", "ec2:ListX"]),
        ("EC2's calls know no resource.", ["ec2:DescribeX", "ec2:ListX"]),
        ("DescribeX knows no resource.", ["ec2:ListX"]),
        ("EC2 knows no resource to Describe.", ["ec2:DescribeX", "ec2:ListX"]),
        ("EC2's Describe calls and ListX know no resource.", []),
    ],
)
def test_a_star_without_the_name_of_an_api_is_found(comment: str, unnamed: list[str]) -> None:
    text = f'statement {{\n  # {comment}\n  actions = ["ec2:DescribeX", "ec2:ListX"]\n  resources = ["*"]\n}}\n'
    (star,) = stars(text)
    assert (star.line, star.unnamed) == (4, unnamed)


def statements(text: str) -> Iterator[str]:
    """The statements of a Terraform file's policy documents; each begins with its sid."""
    for part in re.split(r"^\s*(?:statement|content) \{\n", text, flags=re.MULTILINE)[1:]:
        yield re.split(r"^}", part, maxsplit=1, flags=re.MULTILINE)[0]


STATEMENTS = [statement for file in FILES for statement in statements(file.read_text())]
LETS_A_SERVICE_IN = [statement for statement in STATEMENTS if '"Service"' in statement]


def sid(statement: str) -> str:
    found = re.search(r'sid\s+= "(\w+)"', statement)
    assert found, statement
    return found[1]


@pytest.mark.parametrize("statement", LETS_A_SERVICE_IN, ids=sid)
def test_a_service_is_let_in_for_a_source_of_this_account_only(statement: str) -> None:
    assert ("aws:Source" in statement) != (sid(statement) in NO_SOURCE)


def test_all_who_let_a_service_in_were_read() -> None:
    assert len(LETS_A_SERVICE_IN) == sum(file.read_text().count('"Service"') for file in FILES)


def test_only_the_two_mount_roles_are_passed_and_only_to_datasync() -> None:
    (passing,) = [statement for statement in STATEMENTS if "iam:PassRole" in statement]
    assert "resources = [aws_iam_role.read_source.arn, aws_iam_role.write_target.arn]" in passing
    assert re.findall(r'variable = "([^"]+)"\s+values   = \["([^"]+)"\]', passing) == [
        ("iam:PassedToService", "datasync.amazonaws.com")
    ]


def test_doors_are_made_on_file_systems_of_studio_only() -> None:
    (making,) = [statement for statement in STATEMENTS if "elasticfilesystem:CreateAccessPoint" in statement]
    assert 'variable = "aws:ResourceTag/ManagedByAmazonSageMakerResource"\n      values   = ["false"]' in making


# What EFS looks at when somebody mounts; on another key no condition would ever hold.
# https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
KEYS_OF_A_MOUNT = {
    "aws:SecureTransport",
    "elasticfilesystem:AccessPointArn",
    "elasticfilesystem:AccessedViaMountTarget",
}


def test_a_mount_asks_for_nothing_that_efs_does_not_look_at() -> None:
    mounting = [statement for statement in STATEMENTS if "elasticfilesystem:Client" in statement]
    assert len(mounting) == 2
    keys = {key for statement in mounting for key in re.findall(r'variable = "([^"]+)"', statement)}
    assert keys <= KEYS_OF_A_MOUNT


def test_a_refusal_on_every_resource_needs_no_word() -> None:
    assert list(stars('statement {\n  effect  = "Deny"\n  actions = ["ec2:X"]\n  resources = ["*"]\n}\n')) == []


def blocks(kind: str) -> list[str]:
    """All blocks of this kind in the module and those that it is made of, such as `resource "aws_iam_role"`."""
    texts = [file.read_text() for file in FILES if "examples" not in file.parts]
    return [
        block for text in texts for block in re.findall(rf"^{kind} \"\w+\" {{\n.*?^}}", text, re.DOTALL | re.MULTILINE)
    ]


def test_every_role_takes_the_callers_path_and_boundary() -> None:
    roles = blocks('resource "aws_iam_role"')
    assert len(roles) == 6
    assert [
        role for role in roles if not re.search(r"path +=.*role_path\n +permissions_boundary +=.*boundary", role)
    ] == []


def test_every_function_keeps_to_the_callers_rules() -> None:
    functions = [block for block in blocks("module") if re.search(r'source = "\.{1,2}/(modules/)?function"', block)]
    assert len(functions) == 9
    rules = re.compile(r"rules +=(?: local\.rules| \{[^}]*role_path[^}]*permissions_boundary)")
    assert [block for block in functions if not rules.search(block)] == []


def test_no_action_has_a_wildcard_but_in_a_keys_policy() -> None:
    wild = {(file.name, action) for file in FILES for action in actions_of(file.read_text()) if "*" in action}
    assert {action for _, action in wild} == IN_KEY_POLICIES
    assert {file for file, _ in wild} == {"main.tf"}
    assert "kms:*" not in (ROOT / "main.tf").read_text()


WIDE = re.compile(
    r"local\.(?:tasks|task_executions|locations|file_systems|access_points|interfaces|subnets|groups|group_rules)\b"
    r'|/\*"|:alarm:\*"'
)


def wide() -> set[str]:
    """The actions that the module allows on all resources of a kind, without a condition."""
    found = [statement for file in ROOT.glob("*.tf") for statement in statements(file.read_text())]
    resources = [(statement, re.search(r"resources += (\[.*?\])", statement, re.DOTALL)) for statement in found]
    return {
        action
        for statement, named in resources
        if named and WIDE.search(named[1]) and "condition {" not in statement
        for action in actions_of(statement)
    }


def test_what_is_not_narrowed_stands_in_the_documentation() -> None:
    """Of every action that a policy allows on all resources of a kind, the page on security says why."""
    _, _, after = (ROOT / "docs" / "security.md").read_text().partition("### What is not narrowed\n")
    told = set(re.findall(r"`([a-z0-9]+:[A-Z]\w+)`", after.partition("\n#")[0]))
    assert sorted(wide() - told) == []
    assert len(wide()) > 10
