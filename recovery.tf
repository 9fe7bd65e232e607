# 4. Recovery: a state machine opens both homes, copies, closes them, and writes the outcome down.

resource "aws_sfn_state_machine" "recovery" {
  name     = local.state_machine
  role_arn = aws_iam_role.recovery.arn
  tags     = local.tags

  definition = templatefile("${path.module}/statemachine/recovery.asl.json", {
    partition            = local.partition
    open_homes_arn       = module.open_homes.arn
    close_homes_arn      = module.close_homes.arn
    gate_arn             = module.gate.arn
    copy_timeout_seconds = floor(var.copy.timeout_hours * 3600)
  })

  logging_configuration {
    level = "ALL"
    # Names, ids and counts, and what DataSync answers, whose errors may name a file: so only where its own log may, too.
    include_execution_data = var.copy.log_level != "OFF"
    log_destination        = "${aws_cloudwatch_log_group.recovery.arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  dynamic "encryption_configuration" {
    for_each = var.kms_key_arn[*]

    content {
      type       = "CUSTOMER_MANAGED_KMS_KEY"
      kms_key_id = encryption_configuration.value
      # The longest that Step Functions uses a data key: five minutes.
      kms_data_key_reuse_period_seconds = 300
    }
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
  # Under this prefix log delivery needs no resource policy, of which an account has only ten.
  name              = "/aws/vendedlogs/states/${local.state_machine}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = local.tags
}

resource "aws_iam_role" "recovery" {
  name                 = local.state_machine
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.recovery_trust.json
  tags                 = local.tags
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

  # https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
  dynamic "statement" {
    for_each = var.kms_key_arn == null ? {} : {
      KeepExecutionsUnderTheKey = ["aws:states:stateMachineArn", local.state_machine_arn]
      DeliverTheLogUnderTheKey  = ["SourceArn", "arn:${local.partition}:logs:${local.here}:*"]
    }

    content {
      sid       = statement.key
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [var.kms_key_arn]

      condition {
        test     = "StringEquals"
        variable = "kms:EncryptionContext:${statement.value[0]}"
        values   = [statement.value[1]]
      }
    }
  }

  statement {
    sid       = "OpenAndCloseHomesOrWait"
    actions   = ["lambda:InvokeFunction"]
    resources = [module.open_homes.arn, module.close_homes.arn, module.gate.arn]
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
    # The LogDelivery calls, ListLogDeliveries, PutResourcePolicy and the Describe calls of CloudWatch Logs know no resource.
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
    # X-Ray's Put and Get calls know no resource.
    resources = ["*"]
  }
}
