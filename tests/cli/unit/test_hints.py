"""What a person is told to type is for the deployment that the call was for."""

from studio_recovery_cli.hints import typed
from studio_recovery_cli.session import Session


def test_a_hint_names_the_deployment_that_was_named() -> None:
    assert typed(Session(), "list") == "studio-recovery list"
    session = Session(name="test", region="eu-west-1", profile="my profile")
    assert typed(session, "list") == "studio-recovery list --name test --region eu-west-1 --profile 'my profile'"
