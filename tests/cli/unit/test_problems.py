"""What goes wrong is told in one or two lines."""

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    UnauthorizedSSOTokenError,
)

from studio_recovery.errors import BadInput
from studio_recovery_cli.exits import Trouble, Usage
from studio_recovery_cli.problems import explained, tell


def refused(code: str, message: str, call: str = "Scan") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, call)


DENIED = (
    "User: arn:aws:sts::111122223333:assumed-role/reader/ada is not authorized to perform: dynamodb:Scan on resource:"
    " arn:aws:dynamodb:eu-west-1:111122223333:table/studio-recovery-studioUser because no identity-based policy allows"
)


@pytest.mark.parametrize(
    ("error", "wrong", "remedy"),
    [
        (
            refused("AccessDeniedException", DENIED),
            "access denied (AccessDeniedException): your credentials lack dynamodb:Scan on arn:aws:dynamodb:",
            "Attach the module's output read_only_policy_json or operator_policy_json",
        ),
        (
            refused("UnauthorizedOperation", "You are not authorized to perform this operation.", "DescribeSubnets"),
            "access denied (UnauthorizedOperation): your credentials lack the call DescribeSubnets",
            "Attach the module's output",
        ),
        (refused("ExpiredTokenException", "expired"), "AWS does not accept your credentials (Expired", "Sign in again"),
        (refused("ThrottlingException", "slow"), "AWS is busy: Scan was refused (Throttling", "Try again in a minute."),
        (refused("ValidationException", "no\nsuch thing"), "AWS refused Scan (ValidationException): no such thing", ""),
        (NoCredentialsError(), "no AWS credentials were found", "Sign in (aws sso login"),
        (NoRegionError(), "no AWS Region was named", "Name one with --region"),
        (ProfileNotFound(profile="x"), "The config profile (x) could not be found", "See: aws configure list-profiles"),
        (UnauthorizedSSOTokenError(), "your AWS session is over", "Sign in again"),
        (
            EndpointConnectionError(endpoint_url="https://lambda.eu-wset-1.example"),
            "AWS does not answer: Could not connect",
            "Is the Region spelled right",
        ),
        (BadInput("owner 'x' is not an owner"), "owner 'x' is not an owner", ""),
        (KeyError("x"), "KeyError: 'x'", "That is a mistake in studio-recovery itself."),
    ],
)
def test_each_kind_of_error_has_words_of_its_own(error: Exception, wrong: str, remedy: str) -> None:
    told = explained(error)
    assert str(told).startswith(wrong)
    assert told.remedy.startswith(remedy)
    assert "\n" not in f"{told}{told.remedy}"


@pytest.mark.parametrize(("error", "status"), [(Trouble("no"), 1), (Usage("no"), 2), (Trouble("some", "", 3), 3)])
def test_the_exit_status_is_the_errors(error: Trouble, status: int) -> None:
    assert tell(error, debug=False) == status


def test_a_traceback_comes_only_when_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    tell(Trouble("wrong", "do this"), debug=False)
    assert capsys.readouterr() == ("", "error: wrong\ndo this\n")
    tell(Trouble("wrong", "do this"), debug=True)
    assert "studio_recovery_cli.exits.Trouble: wrong" in capsys.readouterr().err
