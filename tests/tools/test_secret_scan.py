"""A secret that somebody leaves in the tree is found, whatever the file."""

import pytest

from tools.secret_scan import PATTERNS, secrets

# Put together here, so that this file holds none.
PLANTED = {
    "an AWS access key": "AKIA" + "IOSFODNN7EXAMPLE",
    "an AWS secret key": "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY",
    "an AWS session token": "AWS_SESSION_TOKEN=" + "IQoJb3JpZ2luX2VjE" * 8,
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "a token of GitHub": "ghp_" + "a1B2" * 9,
    "a token of GitLab": "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "a token of Slack": "xoxb-" + "1234567890-abcdef",
    "a token of PyPI": "pypi-AgE" + "IcHlwaS5vcmc" * 6,
    "a token of Terraform Cloud": "a1B2c3D4e5F6g7" + ".atlasv1." + "x9" * 35,
    "a JSON web token": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    "a password in an address": "https://ada:" + "lovelace@example.com/simple",
}


@pytest.mark.parametrize("what", PATTERNS)
def test_a_planted_secret_is_found_and_not_repeated(what: str) -> None:
    text = f"first line\nvalue: {PLANTED[what]}\n"
    assert list(secrets("notes.md", text.encode())) == [f"notes.md:2: {what}"]


def test_a_secret_in_a_file_that_is_no_text_is_found() -> None:
    content = b"\xff\xfe\x00" + PLANTED["an AWS access key"].encode() + b"\x00"
    assert list(secrets("dist/lambda.zip", content)) == ["dist/lambda.zip:1: an AWS access key"]


def test_names_arns_and_addresses_are_no_secrets() -> None:
    text = "arn:aws:iam::111122223333:role/AKIA http://127.0.0.1:4566/_local token = var.token https://a.b/c:d@e"
    assert list(secrets("main.tf", text.encode())) == []
