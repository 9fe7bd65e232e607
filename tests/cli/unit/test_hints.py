"""What a person is told to type is for the deployment that the call was for."""

import shlex

from studio_recovery_cli.hints import in_text, lines_of, typed
from studio_recovery_cli.session import Session


def test_a_hint_names_the_deployment_that_was_named() -> None:
    assert typed(Session(), "list") == "studio-recovery list"
    session = Session(name="test", region="eu-west-1", profile="my profile")
    assert typed(session, "list") == "studio-recovery list --name test --region eu-west-1 --profile 'my profile'"


def test_commands_in_a_sentence_are_for_the_deployment_that_was_named() -> None:
    session, said = Session(name="test"), "Run studio-recovery grant fs-0123; then studio-recovery seed finds more."
    assert in_text(Session(), said) == said
    told = "Run studio-recovery grant fs-0123 --name test; then studio-recovery seed --name test finds more."
    assert in_text(session, said) == in_text(session, told) == told
    assert in_text(session, "See studio-recovery context --clear") == "See studio-recovery context --clear"


def test_a_long_command_is_one_for_a_shell() -> None:
    command = typed(Session(name="studio-recovery", profile="my own profile"), "retry user/ada@lab")
    lines = list(lines_of(command, 40))
    assert max(map(len, lines)) <= 40
    assert shlex.split("\n".join(lines).replace("\\\n", "")) == shlex.split(command)
    assert list(lines_of("studio-recovery list", 40)) == ["studio-recovery list"]
