# 4. Recovery: one function opens both homes for a copy, one closes them and writes the outcome down.

module "open_homes" {
  source = "./modules/function"

  name    = "${var.name}-open-homes"
  handler = "studio_recovery.handlers.open_homes.handler"
  package = local.package
  rules   = local.rules
  policy  = data.aws_iam_policy_document.open_homes.json
  timeout = 300
  memory  = 1024
  environment = merge(local.environment, local.ledger_environment, local.places_environment, {
    READ_ROLE_ARN          = aws_iam_role.read_source.arn
    WRITE_ROLE_ARN         = aws_iam_role.write_target.arn
    DATASYNC_LOG_GROUP_ARN = aws_cloudwatch_log_group.datasync.arn
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
  rules              = local.rules
  policy             = data.aws_iam_policy_document.close_homes.json
  timeout            = 300
  environment        = merge(local.environment, local.ledger_environment, local.places_environment)
  log_retention_days = var.log_retention_days
  tags               = local.tags
}

data "aws_iam_policy_document" "open_homes" {
  source_policy_documents = concat([
    data.aws_iam_policy_document.write_the_ledger.json,
    data.aws_iam_policy_document.use_the_key["states"].json,
    data.aws_iam_policy_document.lend_interfaces.json,
    data.aws_iam_policy_document.remove_what_a_run_made.json,
    data.aws_iam_policy_document.call_the_next.json,
  ], var.security_group_rules == "workflow" ? [data.aws_iam_policy_document.open_nfs.json] : [])

  statement {
    sid       = "ReadTheRow"
    actions   = ["dynamodb:GetItem"]
    resources = [aws_dynamodb_table.profiles.arn]
  }

  statement {
    sid       = "TakeAPlace"
    actions   = ["dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.places.arn]
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

  # No condition on the tag: of a file system that is gone AWS would then say "denied", not "not found".
  statement {
    sid       = "SeeWhetherTheFileSystemIsThere"
    actions   = ["elasticfilesystem:DescribeFileSystems"]
    resources = [local.file_systems]
  }

  # DataSync looks at them with the same right before it makes a location: none is made on another file system.
  statement {
    sid       = "FindTheMountTargetsOfStudio"
    actions   = ["elasticfilesystem:DescribeMountTargets", "elasticfilesystem:DescribeMountTargetSecurityGroups"]
    resources = [local.file_systems]

    condition {
      test     = "Null"
      variable = "aws:ResourceTag/ManagedByAmazonSageMakerResource"
      values   = ["false"]
    }
  }

  statement {
    sid     = "FindTheRulesOfTheMountTargets"
    actions = ["ec2:DescribeSecurityGroupRules"]
    # EC2's Describe calls know no resource.
    resources = ["*"]
  }

  statement {
    sid       = "MakeAnAccessPointWithOurTagOnAHomeOfStudio"
    actions   = ["elasticfilesystem:CreateAccessPoint"]
    resources = [local.file_systems]

    # SageMaker's own service role makes its access points under the same condition.
    condition {
      test     = "Null"
      variable = "aws:ResourceTag/ManagedByAmazonSageMakerResource"
      values   = ["false"]
    }

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
    # CreateLocationEfs knows no resource. CreateTask knows its two locations, of which DataSync chooses the ids.
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
    # DescribeResourcePolicies knows no resource, and DescribeLogGroups lists all groups.
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "close_homes" {
  source_policy_documents = [
    data.aws_iam_policy_document.write_the_ledger.json,
    data.aws_iam_policy_document.remove_what_a_run_made.json,
    data.aws_iam_policy_document.call_the_next.json,
    data.aws_iam_policy_document.use_the_key["states"].json,
  ]

  statement {
    sid       = "ReadTheRow"
    actions   = ["dynamodb:GetItem"]
    resources = [aws_dynamodb_table.profiles.arn]
  }

  # Of a run that lost its row: the next one may have told its outcome.
  statement {
    sid       = "SeeWhetherTheOutcomeWasTold"
    actions   = ["dynamodb:Query"]
    resources = [aws_dynamodb_table.history.arn]
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
