"""`doctor`: everything that recoveries stand on, checked."""

from studio_recovery_cli.exits import DONE, PARTIAL
from studio_recovery_cli.registry import LOOK, command
from studio_recovery_cli.session import Session


@command(
    LOOK,
    actions=(
        "cloudtrail:DescribeTrails",
        "cloudtrail:GetEventSelectors",
        "cloudtrail:GetTrailStatus",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricStatistics",
        "datasync:ListTasks",
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTable",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "elasticfilesystem:DescribeAccessPoints",
        "elasticfilesystem:DescribeFileSystemPolicy",
        "elasticfilesystem:DescribeFileSystems",
        "elasticfilesystem:DescribeMountTargetSecurityGroups",
        "elasticfilesystem:DescribeMountTargets",
        "events:DescribeRule",
        "events:ListTargetsByRule",
        "iam:GetRole",
        "kms:DescribeKey",
        "lambda:GetFunctionConfiguration",
        "lambda:ListEventSourceMappings",
        "sagemaker:DescribeDomain",
        "sagemaker:ListDomains",
        "scheduler:GetSchedule",
        "servicequotas:ListServiceQuotas",
        "sns:GetTopicAttributes",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "states:DescribeStateMachine",
    ),
    fields={
        "check": "what was looked at, such as trail or KMS keys; it may come more than once",
        "level": "ok, warning, bad, or unknown if it could not be looked at",
        "said": "what was found",
        "remedy": "what to do; null if there is nothing to do",
    },
)
def doctor(session: Session) -> int:
    """Check everything that recoveries need, and say how to mend it.

    From the CloudTrail trail to the alarms: rule, tables, stream, functions, roles, mount targets, security groups,
    addresses, file system policies, KMS keys, quotas, schedule, queue, topic. It only looks. A warning is no error;
    the exit status is 3 if anything is bad or could not be looked at.

    Example: studio-recovery doctor --output json
    """
    from contextlib import nullcontext
    from dataclasses import replace

    from studio_recovery_cli.checks.drawing import draw
    from studio_recovery_cli.checks.examination import Examination
    from studio_recovery_cli.checks.finding import Level
    from studio_recovery_cli.hints import in_text

    deployment, screen = session.deployment, session.screen
    # If there is no such deployment, or nobody is signed in, all else would say so again and again.
    deployment.settings("admin")
    shown = screen.err.status("Looking at everything ...") if screen.err.is_terminal else nullcontext()
    with shown:
        findings = list(Examination(deployment).findings())
    findings = [replace(one, remedy=in_text(session, one.remedy)) for one in findings]
    data = [{"check": one.name, "level": one.level, "said": one.said, "remedy": one.remedy or None} for one in findings]
    title = f"{deployment.name} in {deployment.region}, account {deployment.account}"
    screen.tell(data, lambda console: draw(console, title, findings))
    return PARTIAL if {Level.BAD, Level.UNKNOWN} & {one.level for one in findings} else DONE
