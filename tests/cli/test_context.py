"""`context` says which deployment later calls mean; a deployment that is not there, or not allowed, is told so."""

import json
from pathlib import Path

import pytest

from demo.cloud import Cloud
from tests.cli.shell import Shell, shell_of
from tests.refusals import NOBODY

LISTS_TABLES = {"Effect": "Allow", "Action": "dynamodb:ListTables", "Resource": "*"}


@pytest.mark.usefixtures("deployment")
def test_what_is_saved_is_meant_by_later_calls(cloud: Cloud, tmp_path: Path) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [LISTS_TABLES]})
    shell = shell_of(cloud, f"{NOBODY}-else", policy, tmp_path)
    saved = shell.run("context", "--name", "elsewhere")
    assert saved.status == 0
    assert "context.json" in saved.err
    assert shell.run("context", "--output", "json").data == {"name": "elsewhere", "region": "", "profile": ""}
    lost = shell.run("list")
    assert lost.status == 1
    assert lost.err == ("error: no deployment called elsewhere in eu-west-1\nDid you mean --name studio-recovery?\n")
    assert shell.run("context", "--clear").status == 0
    assert "access denied" in shell.run("list").err


def test_who_has_no_right_is_told_which_one_is_missing(nobody: Shell) -> None:
    told = nobody.run("list")
    assert told.status == 1
    assert told.out == ""
    first, second = told.err.splitlines()
    assert first.startswith("error: access denied (AccessDenied")
    assert "lambda:GetFunctionConfiguration" in first
    assert "read_only_policy_json" in second
