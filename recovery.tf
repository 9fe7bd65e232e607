# 4. Recovery: a state machine opens both homes, copies, closes them, and writes the outcome down.

resource "aws_sfn_state_machine" "recovery" {
  name     = local.state_machine
  role_arn = aws_iam_role.recovery.arn
  tags     = local.tags

  definition = templatefile("${path.module}/statemachine/recovery.asl.json", {
    partition            = local.partition
    open_homes_arn       = module.open_homes.arn
    close_homes_arn      = module.close_homes.arn
    copy_timeout_seconds = floor(var.copy.timeout_hours * 3600)
  })

  logging_configuration {
    level = "ALL"
    # Names, ids and counts; no content of any file.
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.recovery.arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  depends_on = [aws_iam_role_policy.recovery]
}

locals {
  # The functions' rights name the machine and its executions before it is made: it needs the functions.
  state_machine     = "${var.name}-recovery"
  state_machine_arn = "arn:${local.partition}:states:${local.here}:stateMachine:${local.state_machine}"
  execution_arns    = "arn:${local.partition}:states:${local.here}:execution:${local.state_machine}:*"

  # DataSync, EFS and EC2 choose the ids of what a run makes: its rights are narrowed by tag.
  tasks           = "arn:${local.partition}:datasync:${local.here}:task/*"
  task_executions = "arn:${local.partition}:datasync:${local.here}:task/*/execution/*"
  locations       = "arn:${local.partition}:datasync:${local.here}:location/*"
  file_systems    = "arn:${local.partition}:elasticfilesystem:${local.here}:file-system/*"
  access_points   = "arn:${local.partition}:elasticfilesystem:${local.here}:access-point/*"
  interfaces      = "arn:${local.partition}:ec2:${local.here}:network-interface/*"
  subnets         = "arn:${local.partition}:ec2:${local.here}:subnet/*"
  groups          = "arn:${local.partition}:ec2:${local.here}:security-group/*"
  group_rules     = "arn:${local.partition}:ec2:${local.here}:security-group-rule/*"
}

resource "aws_cloudwatch_log_group" "recovery" {
  # checkov:skip=CKV_AWS_158:CloudWatch's own key: lines hold names, ids and counts, no content of any file; docs/decisions/0014
  # Under this prefix log delivery needs no resource policy, of which an account has only ten.
  name              = "/aws/vendedlogs/states/${local.state_machine}"
  retention_in_days = var.log_retention_days
  tags              = local.tags
}

module "open_homes" {
  source = "./modules/function"

  name    = "${var.name}-open-homes"
  handler = "studio_recovery.handlers.open_homes.handler"
  package = local.package
  policy  = data.aws_iam_policy_document.open_homes.json
  timeout = 300
  environment = merge(local.environment, local.ledger_environment, {
    READ_ROLE_ARN          = aws_iam_role.read_source.arn
    WRITE_ROLE_ARN         = aws_iam_role.write_target.arn
    DATASYNC_LOG_GROUP_ARN = aws_cloudwatch_log_group.datasync.arn
    TASK_QUOTA             = tostring(var.task_quota)
    MAX_CONCURRENT         = tostring(var.max_concurrent)
    COPY                   = local.copy
    SECURITY_GROUP_RULES   = var.security_group_rules
    WAIT_FOR_APP           = tostring(var.wait_for_app)
  })
  log_retention_days = var.log_retention_days
  tags               = local.tags
}

module "close_homes" {
  source = "./modules/function"

  name               = "${var.name}-close-homes"
  handler            = "studio_recovery.handlers.close_homes.handler"
  package            = local.package
  policy             = data.aws_iam_policy_document.close_homes.json
  timeout            = 300
  environment        = merge(local.environment, local.ledger_environment)
  log_retention_days = var.log_retention_days
  tags               = local.tags
}

resource "aws_iam_role" "recovery" {
  name               = local.state_machine
  assume_role_policy = data.aws_iam_policy_document.recovery_trust.json
  tags               = local.tags
}

resource "aws_iam_role_policy" "recovery" {
  name   = "rights"
  role   = aws_iam_role.recovery.id
  policy = data.aws_iam_policy_document.recovery.json
}

data "aws_iam_policy_document" "recovery_trust" {
  statement {
    sid     = "OnlyThisStateMachineRunsAsThisRole"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.state_machine_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "recovery" {
  source_policy_documents = [data.aws_iam_policy_document.lend_interfaces.json]

  statement {
    sid       = "OpenAndCloseHomes"
    actions   = ["lambda:InvokeFunction"]
    resources = [module.open_homes.arn, module.close_homes.arn]
  }

  # No condition on the tag: of a task that was removed by a cancel AWS would then say "denied", not "not found".
  statement {
    sid       = "LookAtTheTask"
    actions   = ["datasync:DescribeTask"]
    resources = [local.tasks]
  }

  statement {
    sid       = "StartTheCopy"
    actions   = ["datasync:StartTaskExecution"]
    resources = [local.tasks]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/studio-recovery"
      values   = [var.name]
    }
  }

  statement {
    sid     = "ListTheCopiesOfATask"
    actions = ["datasync:ListTaskExecutions"]
    # ListTaskExecutions knows no resource.
    resources = ["*"]
  }

  statement {
    sid       = "WatchTheCopy"
    actions   = ["datasync:DescribeTaskExecution"]
    resources = [local.task_executions]
  }

  statement {
    sid = "DeliverTheLog"
    actions = [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ]
    # CloudWatch Logs' delivery calls know no resource.
    resources = ["*"]
  }

  statement {
    sid = "SendTraces"
    actions = [
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
    ]
    # X-Ray's calls know no resource.
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "open_homes" {
  source_policy_documents = concat([
    data.aws_iam_policy_document.write_the_ledger.json,
    data.aws_iam_policy_document.lend_interfaces.json,
    data.aws_iam_policy_document.remove_what_a_run_made.json,
  ], var.security_group_rules == "workflow" ? [data.aws_iam_policy_document.open_nfs.json] : [])

  statement {
    sid       = "ReadTheRow"
    actions   = ["dynamodb:GetItem"]
    resources = [aws_dynamodb_table.profiles.arn]
  }

  dynamic "statement" {
    for_each = var.wait_for_app ? ["apps"] : []

    content {
      sid     = "SeeWhetherTheOwnerHasAnApp"
      actions = ["sagemaker:ListApps", "sagemaker:ListSpaces"]
      # The List calls cover the whole Region.
      resources = ["*"]
    }
  }

  statement {
    sid       = "EndThePreviousRun"
    actions   = ["states:DescribeExecution", "states:StopExecution"]
    resources = [local.execution_arns]
  }

  statement {
    sid = "FindTheMountTargets"
    actions = [
      "elasticfilesystem:DescribeFileSystems",
      "elasticfilesystem:DescribeMountTargets",
      "elasticfilesystem:DescribeMountTargetSecurityGroups",
    ]
    resources = [local.file_systems]
  }

  statement {
    sid     = "FindTheRulesOfTheMountTargets"
    actions = ["ec2:DescribeSecurityGroupRules"]
    # EC2's Describe calls know no resource.
    resources = ["*"]
  }

  statement {
    sid       = "MakeAnAccessPointWithOurTag"
    actions   = ["elasticfilesystem:CreateAccessPoint"]
    resources = [local.file_systems]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/studio-recovery"
      values   = [var.name]
    }
  }

  statement {
    sid       = "TagTheAccessPoint"
    actions   = ["elasticfilesystem:TagResource"]
    resources = [local.access_points]

    condition {
      test     = "StringEquals"
      variable = "elasticfilesystem:CreateAction"
      values   = ["CreateAccessPoint"]
    }
  }

  statement {
    sid       = "LookAtAnAccessPoint"
    actions   = ["elasticfilesystem:DescribeAccessPoints"]
    resources = [local.access_points]
  }

  statement {
    sid     = "MakeLocationsAndTaskWithOurTag"
    actions = ["datasync:CreateLocationEfs", "datasync:CreateTask"]
    # CreateLocationEfs knows no resource.
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/studio-recovery"
      values   = [var.name]
    }
  }

  statement {
    sid       = "TagLocationsAndTask"
    actions   = ["datasync:TagResource"]
    resources = [local.locations, local.tasks]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/studio-recovery"
      values   = [var.name]
    }
  }

  statement {
    sid       = "HandTheMountRolesToDataSync"
    actions   = ["iam:PassRole"]
    resources = [aws_iam_role.read_source.arn, aws_iam_role.write_target.arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["datasync.amazonaws.com"]
    }
  }

  statement {
    sid     = "LetDataSyncFindItsLogGroup"
    actions = ["logs:DescribeLogGroups", "logs:DescribeResourcePolicies"]
    # DescribeResourcePolicies knows no resource.
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "close_homes" {
  source_policy_documents = [
    data.aws_iam_policy_document.write_the_ledger.json,
    data.aws_iam_policy_document.remove_what_a_run_made.json,
  ]

  statement {
    sid       = "ReadTheRow"
    actions   = ["dynamodb:GetItem"]
    resources = [aws_dynamodb_table.profiles.arn]
  }

  statement {
    sid       = "TellTheOutcome"
    actions   = ["events:PutEvents"]
    resources = ["arn:${local.partition}:events:${local.here}:event-bus/default"]

    condition {
      test     = "StringEquals"
      variable = "events:source"
      values   = ["studio-recovery"]
    }
  }
}
