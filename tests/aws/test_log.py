"""What a function writes into its log."""

import json
from typing import Any

import pytest

from studio_recovery.handlers.log import Logger

_TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def written(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(capsys.readouterr().out)
    return line


def test_a_line_holds_the_given_fields_beside_those_of_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    Logger().info("event", extra={"stage": "event", "owner": "user/ada", "written": [{"status": "PENDING"}]})
    line = written(capsys)
    assert list(line) == ["level", "location", "message", "timestamp", "service", "stage", "owner", "written"]
    assert (line["level"], line["message"], line["service"]) == ("INFO", "event", "studio-recovery")
    assert (line["stage"], line["owner"], line["written"]) == ("event", "user/ada", [{"status": "PENDING"}])
    assert line["location"].startswith("test_a_line_holds_the_given_fields")


def test_a_line_tells_its_trace(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", _TRACE)
    Logger().error("trigger")
    line = written(capsys)
    assert (line["level"], line["xray_trace_id"]) == ("ERROR", "1-5759e988-bd862e3fe1be46a994272793")


def test_another_service_is_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    Logger("studio-domain").info("gone")
    assert written(capsys)["service"] == "studio-domain"


def test_what_is_no_json_is_told_in_its_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    Logger().info("event", extra={"reason": ValueError("zurück")})
    assert written(capsys)["reason"] == "zurück"


def test_a_time_is_told_to_the_millisecond_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    Logger().info("event")
    date, clock = written(capsys)["timestamp"].split(" ")
    assert (len(date), clock[8], clock[-5:], len(clock)) == (10, ",", "+0000", 17)
