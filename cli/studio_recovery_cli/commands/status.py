"""`status`: one screen on how everything stands."""

from typing import Annotated

import typer

from studio_recovery_cli.registry import LOOK, command
from studio_recovery_cli.session import Session
from studio_recovery_cli.standing.overview_fields import FIELDS


@command(
    LOOK,
    actions=(
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricStatistics",
        "datasync:DescribeTaskExecution",
        "datasync:ListTaskExecutions",
        "datasync:ListTasks",
        "dynamodb:Scan",
        "events:DescribeRule",
        "lambda:GetFunctionConfiguration",
        "sagemaker:DescribeDomain",
        "sagemaker:ListDomains",
        "sagemaker:ListSpaces",
        "sagemaker:ListUserProfiles",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "states:GetExecutionHistory",
    ),
    fields=FIELDS,
)
def status(
    session: Session,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Look again and again, until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option(help="Seconds between two looks.", min=1, max=3600)] = 5,
    check: Annotated[bool, typer.Option("--check", help="Exit with 3 if something needs a person.")] = False,
) -> int:
    """Show on one screen how everything stands.

    The first line says whether anything needs a person; below it stand domains, who is protected and why others are
    not, recoveries with their progress, causes with what to type, and the watch: last reconcile, alarms, failure queue.

    Having looked is success (0), also if something is red; with --check the exit status is 3 then, for scripts.

    Example: studio-recovery status --watch
    """
    from studio_recovery_cli.exits import Usage
    from studio_recovery_cli.session import Format
    from studio_recovery_cli.standing import looking

    if not watch:
        return looking.show_once(session, check)
    if check or session.format_ is not Format.TABLE or not session.screen.out.is_terminal:
        raise Usage("--watch draws on a terminal, without --check and --output", "Leave it out to look once.")
    return looking.watch(session, every)
