"""Findings on paper."""

import io

import pytest
from rich.console import Console

from studio_recovery_cli.checks.drawing import draw
from studio_recovery_cli.checks.finding import Finding, bad, ok, some, unknown, warning

FOUND = [
    ok("trail", "audit reports what happens in Studio"),
    warning("topic", "nobody has subscribed: nobody is told of recoveries that need a person", "aws sns subscribe"),
    warning("alarms", "off", "on"),
    bad("file system policies", "statement 1 refuses DataSync's mount " * 5, "Except the module's roles from it. " * 5),
    unknown("quotas", "access denied", "Needs servicequotas:ListServiceQuotas"),
]


def drawn(findings: list[Finding], width: int) -> list[str]:
    paper = io.StringIO()
    draw(Console(file=paper, width=width), "studio-recovery in eu-west-1", findings)
    return [line.rstrip() for line in paper.getvalue().splitlines()]


@pytest.mark.parametrize("width", [80, 140])
def test_findings_fit_the_terminal_and_lose_nothing(width: int) -> None:
    lines = drawn(FOUND, width)
    assert max(map(len, lines)) <= width
    told = " ".join(" ".join(lines).split())
    for finding in FOUND:
        assert finding.remedy.split() == [word for word in finding.remedy.split() if word in told]
    assert lines[0] == "studio-recovery in eu-west-1"
    assert lines[-1] == "1 ok, 2 warnings, 1 bad, 1 unknown"


def test_what_to_do_stands_below_what_was_found() -> None:
    lines = drawn(FOUND[1:2], 120)
    assert lines[1].startswith("warning  topic  nobody has subscribed")
    assert lines[2] == "         → aws sns subscribe"


def test_a_command_in_a_remedy_is_not_broken() -> None:
    command = "studio-recovery grant fs-0123456789abcdef0 --name studio-recovery --region eu-west-1"
    lines = drawn([bad("mount targets", "closed", f"Apply modules/studio-access, or: {command}")], 80)
    assert any(command in line for line in lines)


def test_many_things_are_cut_short() -> None:
    assert some("abcdefg") == "a, b, c, d, e and 2 more"
    assert some("ab") == "a, b"
