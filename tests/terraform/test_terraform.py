"""Terraform's own tests, run offline in a copy of the module, and what they cannot say themselves."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tools.terraform_init import environment, init

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
PARTS = ("modules", "statemachine", "dist")
# Terraform gives these no tags.
CANNOT_BE_TAGGED = {
    "aws_cloudwatch_dashboard",
    "aws_cloudwatch_event_target",
    "aws_cloudwatch_log_resource_policy",
    "aws_iam_role_policy",
    "aws_lambda_function_event_invoke_config",
    "aws_lambda_invocation",
    "aws_lambda_permission",
    "aws_scheduler_schedule",
    "aws_sns_topic_policy",
}

REFUSALS = {
    "no VPC": "vpcs needs at least one VPC: without one, DataSync has no way to any home.",
    "not a VPC id": 'Every value of vpcs is a VPC id: "vpc-" and 8 to 17 digits or letters a to f.',
    "one VPC twice": "vpcs names each VPC once: two labels for one VPC would make two security groups of one name.",
    "no domain": 'domains.include needs at least one pattern, such as "*" for all domains.',
    "a domain's name": "A pattern of domains holds letters, digits, hyphens and the wildcards *, ? and [...]: "
    "nothing else is in a domain's name or id.",
    "many domains": "The patterns of domains take 1,000 characters at most, together and as JSON.",
    "an age": "max_age_days is more than 0, or null for no limit.",
    "a name's letters": "name has 1 to 49 letters, digits and hyphens and begins with a letter.",
    "a name like an id": 'name does not begin with "sg-": EC2 keeps that for the ids of security groups.',
    "a key": 'kms_key_arn is the ARN of a key, no alias: "arn:aws:kms:<Region>:<account>:key/<id>".',
    "a path": 'role_path begins and ends with "/", has letters, digits and +=,.@_- between, '
    "and at most 512 characters.",
    "a boundary": 'permissions_boundary is the ARN of a policy: "arn:aws:iam::<account>:policy/<name>".',
    "a reserve": "functions.reserved_concurrency is a whole number, 2 or more, or null for none.",
    "unsigned code": "functions.code_signing_config_arn needs a package: the one that comes with this module is not "
    "signed.",
    "a VPC's parts": "functions.vpc has 1 to 16 subnet_ids and 1 to 5 security_group_ids, or is null for none.",
    "a VPC's ids": 'functions.vpc holds ids: "subnet-" or "sg-" and 8 to 17 digits or letters a to f.',
    "a quota": "task_quota is a whole number, 1 or more.",
    "too many copies": "max_concurrent is a whole number from 1 to task_quota.",
    "overwriting": 'copy.overwrite is "NEVER" or "ALWAYS".',
    "verifying": 'copy.verify is "ONLY_FILES_TRANSFERRED", "POINT_IN_TIME_CONSISTENT" or "NONE".',
    "modes": 'copy.posix_permissions is "PRESERVE" or "NONE".',
    "a pattern": 'Every pattern of copy.excludes begins with "/" (from the home on) or "*" (anywhere), and has no "|" '
    'and no "\\" in it.',
    "a pattern for everything": 'Every pattern of copy.excludes names something: one of "/" and "*" only would leave '
    "every file behind.",
    "many patterns": "The patterns of copy.excludes take 1,800 bytes at most, together and as JSON.",
    "a bandwidth": "copy.bytes_per_second is -1 (no limit), or a whole number, 1048576 (1 MiB) or more.",
    "a log level": 'copy.log_level is "OFF", "BASIC" or "TRANSFER".',
    "too long a copy": "copy.timeout_hours is from 1 to 168 (a week).",
    "who opens groups": 'security_group_rules is "workflow" or "terraform".',
    "a schedule": "seed_schedule is rate(N unit), such as rate(1 hour) or rate(30 minutes), or cron(...) with six "
    "fields.",
    "a runbook": 'runbook_url is "docs/operating.md", or begins with "https://" or "http://", then has letters, digits '
    'and ._~:/?@!$&*+,;=%-, and at most 300 characters: no "#", which messages add.',
    "a retention": "log_retention_days is one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, "
    "1827, 2192, 2557, 2922, 3288, 3653: CloudWatch offers no others.",
}


class Run(NamedTuple):
    """One `run` block: the file that it stands in and its name."""

    file: str
    name: str


RUNS = [
    Run(file.name, name)
    for file in sorted(HERE.glob("*.tftest.hcl"))
    for name in re.findall(r'^run "(\w+)"', file.read_text(), re.MULTILINE)
]


@pytest.fixture(scope="session")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An initialised copy of the module, so that nothing of Terraform's own lies in the tree."""
    copy = tmp_path_factory.mktemp("module")
    for file in ROOT.glob("*.tf"):
        shutil.copy(file, copy)
    for part in PARTS:
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns(".terraform*"))
    shutil.copytree(HERE, copy / "tests" / "terraform", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    init(copy)
    for_tests = ["terraform", "get", "-no-color", "-test-directory=tests/terraform"]
    subprocess.run(for_tests, cwd=copy, env=environment(), capture_output=True, timeout=60, check=True)
    return copy


@pytest.fixture(scope="session")
def told(module: Path) -> list[dict[str, Any]]:
    """What `terraform test` says about all runs, line by line."""
    return list(terraform_test(module, "-test-directory=tests/terraform"))


def terraform_test(module: Path, *options: str) -> Iterator[dict[str, Any]]:
    """The messages of one `terraform test`."""
    command = ["terraform", "test", "-json", *options]
    done = subprocess.run(
        command, cwd=module, env=environment(), capture_output=True, text=True, timeout=300, check=False
    )
    yield from (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))


@pytest.mark.parametrize("run", RUNS, ids=[f"{run.file.split('.')[0]}: {run.name}" for run in RUNS])
def test_terraform_says(run: Run, told: list[dict[str, Any]]) -> None:
    mine = [line for line in told if line.get("@testfile", "").endswith(run.file) and line.get("@testrun") == run.name]
    wrong = [line["diagnostic"] for line in mine if line.get("diagnostic", {}).get("severity") == "error"]
    ends = [line["test_run"]["status"] for line in mine if "status" in line.get("test_run", {})]
    assert (ends, wrong) == (["pass"], [])


@pytest.fixture(scope="session")
def refusals(module: Path) -> str:
    """What a caller reads who gives wrong values."""
    told = terraform_test(module, "-test-directory=tests/terraform/refused")
    return "\n".join(line["diagnostic"]["detail"] for line in told if "diagnostic" in line)


@pytest.mark.parametrize("rule", REFUSALS)
def test_a_refusal_states_its_rule(rule: str, refusals: str) -> None:
    assert REFUSALS[rule] in refusals


def test_everything_carries_the_tag(module: Path) -> None:
    told = terraform_test(
        module, "-verbose", "-test-directory=tests/terraform", "-filter=tests/terraform/event.tftest.hcl"
    )
    (state,) = [line["test_state"]["root_module"] for line in told if "test_state" in line]
    made = [*state["resources"], *(made for child in state["child_modules"] for made in child["resources"])]
    managed = [made for made in made if made["mode"] == "managed"]
    untagged = {made["type"] for made in managed if (made["values"].get("tags") or {}).get("studio-recovery") is None}
    assert len(managed) > 30
    assert untagged == CANNOT_BE_TAGGED


@pytest.fixture(scope="session")
def graph(module: Path) -> str:
    """What needs what: made after it, and gone before it."""
    return subprocess.check_output(["terraform", "graph"], cwd=module, env=environment(), text=True, timeout=60)


def needed_by(resource: str, graph: str) -> set[str]:
    """A resource with everything that it needs."""
    needs = re.findall(r'"([^"]+)" -> "([^"]+)"', graph)
    reached: set[str] = set()
    new = {resource}
    while new:
        reached |= new
        new = {needed for user, needed in needs if user in new} - reached
    return reached


def test_everything_is_there_before_the_seed_runs_and_until_it_lets_go(graph: str) -> None:
    resources = {name for name in re.findall(r'^ +"([^"]+)" \[', graph, re.MULTILINE) if "data." not in name}
    ours = {name for name in resources if not name.startswith("module.") or name.count(".") > 2}
    assert ours - needed_by("aws_lambda_invocation.seed", graph) == set()


@pytest.mark.parametrize(
    "resource",
    ["aws_cloudwatch_event_rule.created", "aws_lambda_event_source_mapping.pending", "aws_scheduler_schedule.seed"],
)
def test_what_can_start_something_is_gone_before_the_clean_up_runs(resource: str, graph: str) -> None:
    assert "aws_lambda_invocation.clean_up" in needed_by(resource, graph)
