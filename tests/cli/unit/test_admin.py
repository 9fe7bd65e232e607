"""The functions are asked once, whatever becomes of the connection; and what was answered is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest

from studio_recovery.operations import Operation
from studio_recovery.owners import Kind, Owner
from studio_recovery_cli.asking.admin import AT_ONCE, NOT_ASKED, UNANSWERED, Admin
from studio_recovery_cli.deployment import Deployment
from studio_recovery_cli.exits import Trouble

OPERATION = Operation("20260302-091505-3f9a1c", "user/*@lab", 1)
LOST = None
ACCEPTED: tuple[int, dict[str, str], Any] = (202, {}, {})
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:studio-recovery-admin"
SETTINGS: tuple[int, dict[str, str], Any] = (200, {}, {"FunctionArn": FUNCTION})
OWNERS = [Owner(Kind.USER, f"u{n}", "lab") for n in range(2 * AT_ONCE + 1)]
THROTTLED = (429, {"x-amzn-errortype": "TooManyRequestsException"}, {"message": "Rate exceeded"})


def answers(*owners: Owner) -> tuple[int, dict[str, str], Any]:
    return 200, {}, {"answers": [{"owner": str(owner)} for owner in owners]}


TIMED_OUT = (
    200,
    {"X-Amz-Function-Error": "Unhandled"},
    {"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 120.00 seconds"},
)


@contextmanager
def lambda_that_says(monkeypatch: pytest.MonkeyPatch, *said: Any) -> Iterator[tuple[Admin, list[str]]]:
    """Lambda, which answers one request after the other like this and then breaks off; and what it was asked."""
    asked: list[str] = []
    left = list(said)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if "GetCallerIdentity" in body:
                told = b"<R><GetCallerIdentityResult><Arn>arn:ada</Arn></GetCallerIdentityResult></R>"
                self._answer(200, {}, told)
                return
            asked.append(self.path)
            if not left or left[0] is LOST:
                del left[:1]
                self.close_connection = True
                self.connection.shutdown(2)
                return
            status, headers, answer = left.pop(0)
            self._answer(status, headers, json.dumps(answer).encode())

        def do_GET(self) -> None:
            self.do_POST()

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    session = boto3.Session("111122223333", "test", region_name="eu-west-1")
    try:
        yield Admin(Deployment("studio-recovery", session), wait=lambda _: None), asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_connection_that_breaks_repeats_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with lambda_that_says(monkeypatch) as (admin, asked):
        with pytest.raises(Trouble, match="the connection broke before studio-recovery-admin answered") as told:
            admin.ask("reject", owner="user/ada@lab")
        assert len(asked) == 1
    assert "Look first" in told.value.remedy


def test_what_lambda_did_not_take_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with lambda_that_says(monkeypatch, THROTTLED, THROTTLED, answers(OWNERS[0])) as (admin, asked):
        assert list(admin.ask_each("retry", OWNERS[:1])) == [{"owner": str(OWNERS[0])}]
        assert len(asked) == 3


def test_a_function_that_ran_out_of_time_may_have_done_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with lambda_that_says(monkeypatch, TIMED_OUT) as (admin, _), pytest.raises(Trouble, match="in its time") as told:
        admin.ask("retry", owner="user/ada@lab")
    assert "It may have done it" in told.value.remedy


def test_answers_are_told_although_a_later_request_broke_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with lambda_that_says(monkeypatch, answers(*OWNERS[:AT_ONCE]), TIMED_OUT) as (admin, asked):
        told = list(admin.ask_each("retry", OWNERS))
        assert len(asked) == 2
    assert [one["owner"] for one in told] == [str(owner) for owner in OWNERS]
    errors = [one.get("error") for one in told]
    assert errors == [None] * AT_ONCE + [UNANSWERED] * AT_ONCE + [NOT_ASKED]


def test_a_first_request_that_breaks_off_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with lambda_that_says(monkeypatch, TIMED_OUT) as (admin, _), pytest.raises(Trouble):
        list(admin.ask_each("retry", OWNERS))


def test_an_operation_whose_answer_was_lost_is_handed_over_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The function does it once: so this is the one request that may be made twice."""
    with lambda_that_says(monkeypatch, SETTINGS, LOST, ACCEPTED) as (admin, asked):
        admin.hand_over(OWNERS[:1], OPERATION)
        assert [path.rpartition("/")[2] for path in asked] == ["configuration", "invocations", "invocations"]


def test_an_operation_that_cannot_be_handed_over_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with lambda_that_says(monkeypatch, SETTINGS) as (admin, asked), pytest.raises(Trouble, match="connection broke"):
        admin.hand_over(OWNERS[:1], OPERATION)
    assert len(asked) == 3
