"""Roles with a few rights, and who assumed them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3

from tests.localcloud.servers import Server

ACCOUNT = "111122223333"


@dataclass(frozen=True)
class Role:
    """A role with these statements, for whom it trusts."""

    server: Server
    name: str

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{ACCOUNT}:role/{self.name}"

    def client(self, service: str) -> Any:
        """A client of somebody who assumed it."""
        keys = self.server.client("sts").assume_role(RoleArn=self.arn, RoleSessionName="test")["Credentials"]
        session = boto3.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name="eu-west-1"
        )
        return session.client(service, endpoint_url=self.server.url)  # type: ignore[call-overload]  # any service


Grant = Callable[..., Role]


def allow(action: str, resource: str = "*", **condition: dict[str, str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource} | ({"Condition": condition} if condition else {})
