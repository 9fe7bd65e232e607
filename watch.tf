# 5. Watch: what failed waits in a queue, and the seed brings the ledger in line with what really exists.

resource "aws_sqs_queue" "failures" {
  name                    = "${var.name}-failures"
  sqs_managed_sse_enabled = var.kms_key_arn == null ? true : null
  kms_master_key_id       = var.kms_key_arn
  # The longest that SQS keeps a message: 14 days.
  message_retention_seconds = 1209600
  policy                    = data.aws_iam_policy_document.failures.json
  tags                      = local.tags
}

# Who is called asynchronously tells the queue when its last try has failed.
resource "aws_lambda_function_event_invoke_config" "tell_of_failures" {
  for_each = {
    admin         = module.admin.name
    event_handler = module.event_handler.name
    seed          = module.seed.name
  }

  function_name                = each.value
  maximum_event_age_in_seconds = 3600
  maximum_retry_attempts       = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failures.arn
    }
  }

  # Lambda refuses the destination unless the role may already write to it.
  depends_on = [aws_iam_role_policy.tell_of_failures]
}

resource "aws_iam_role_policy" "tell_of_failures" {
  for_each = {
    admin          = module.admin.role_name
    event_handler  = module.event_handler.role_name
    notices        = module.notices.role_name
    stream_trigger = module.stream_trigger.role_name
    seed           = module.seed.role_name
  }

  name   = "tell-of-failures"
  role   = each.value
  policy = data.aws_iam_policy_document.tell_of_failures.json
}

module "seed" {
  source = "./modules/function"

  name    = "${var.name}-seed"
  handler = "studio_recovery.handlers.seed.handler"
  package = local.package
  rules   = local.rules
  policy  = data.aws_iam_policy_document.seed.json
  # Thousands of profiles take minutes; what is left over, the next pass does.
  timeout = 900
  memory  = 512
  environment = merge(local.environment, local.ledger_environment, local.places_environment, {
    STATE_MACHINE_ARN   = aws_sfn_state_machine.recovery.arn
    DELETION_PROTECTION = tostring(var.deletion_protection)
    VPCS                = join(" ", sort(values(var.vpcs)))
  })
  log_retention_days = var.log_retention_days
  tags               = local.tags
}

# At destroy: ends executions and copies, removes what they made, closes what they opened. At apply: answers at once.
# It stands between what can start a recovery (rule, mapping, schedule: they go before it) and what a recovery needs
# (they go after it).
resource "aws_lambda_invocation" "clean_up" {
  function_name   = module.seed.name
  lifecycle_scope = "CRUD"
  input           = jsonencode({ action = "clean_up" })

  depends_on = [
    aws_cloudwatch_log_resource_policy.datasync,
    aws_iam_role_policy.read_source,
    aws_iam_role_policy.write_target,
    aws_security_group.datasync,
  ]
}

# At apply: takes in the domains that are there. At destroy: refuses under deletion protection. Everything else comes
# before it, so it goes first, and what it refuses has not begun.
resource "aws_lambda_invocation" "seed" {
  function_name   = module.seed.name
  lifecycle_scope = "CRUD"
  # New code, VPC or scope: a new pass. They stand here and not in `triggers`: those replace, and begin with a destroy.
  input = jsonencode({
    action  = "seed"
    package = coalesce(local.package.hash, local.package.version, local.package.key)
    domains = var.domains
    vpcs    = var.vpcs
  })

  depends_on = [
    aws_cloudwatch_event_target.event_handler,
    aws_cloudwatch_dashboard.watch,
    aws_cloudwatch_metric_alarm.functions,
    aws_cloudwatch_metric_alarm.seed,
    aws_cloudwatch_metric_alarm.watch,
    aws_lambda_event_source_mapping.notices,
    aws_lambda_event_source_mapping.pending,
    aws_lambda_function_event_invoke_config.tell_of_failures,
    aws_lambda_invocation.clean_up,
    aws_lambda_permission.created,
    aws_scheduler_schedule.seed,
    aws_sns_topic_policy.notices,
    module.admin,
  ]
}

# Between two applies: CloudTrail delivers on a best-effort basis, so a lost event is found here. A pass that ran out of
# time goes on here, too.
resource "aws_scheduler_schedule" "seed" {
  name                = "${var.name}-seed"
  group_name          = aws_scheduler_schedule_group.seed.name
  description         = "Compares the ledger of ${var.name} with what SageMaker Studio really has"
  schedule_expression = var.seed_schedule
  kms_key_arn         = var.kms_key_arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = module.seed.arn
    role_arn = aws_iam_role.schedule.arn
    input    = jsonencode({ action = "seed" })

    # What is an hour old, the next call does.
    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 20
    }

    dead_letter_config {
      arn = aws_sqs_queue.failures.arn
    }
  }

  # A call more must not come once the clean-up has run.
  depends_on = [aws_iam_role_policy.schedule, aws_lambda_invocation.clean_up]
}

# A schedule has no tags, and AWS tells a role the group that calls, not the schedule: so it has a group of its own.
resource "aws_scheduler_schedule_group" "seed" {
  name = "${var.name}-seed"
  tags = local.tags
}

resource "aws_iam_role" "schedule" {
  name                 = "${var.name}-schedule"
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.schedule_trust.json
  tags                 = local.tags
}

resource "aws_iam_role_policy" "schedule" {
  name   = "rights"
  role   = aws_iam_role.schedule.id
  policy = data.aws_iam_policy_document.schedule.json
}

data "aws_iam_policy_document" "schedule_trust" {
  statement {
    sid     = "OnlyThisGroupOfSchedulesRunsAsThisRole"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_scheduler_schedule_group.seed.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "schedule" {
  source_policy_documents = [for service in ["scheduler", "sqs"] : data.aws_iam_policy_document.use_the_key[service].json]

  statement {
    sid       = "CallTheSeed"
    actions   = ["lambda:InvokeFunction"]
    resources = [module.seed.arn]
  }

  statement {
    sid       = "LeaveDeadLetters"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.failures.arn]
  }
}

data "aws_iam_policy_document" "failures" {
  statement {
    sid       = "TheRuleLeavesDeadLetters"
    actions   = ["sqs:SendMessage"]
    resources = ["arn:${local.partition}:sqs:${local.here}:${var.name}-failures"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    # Spelled, since the rule is made last and the queue first: SQS takes half a minute to be ready.
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:events:${local.here}:rule/${var.name}-created"]
    }
  }
}

data "aws_iam_policy_document" "tell_of_failures" {
  source_policy_documents = [data.aws_iam_policy_document.use_the_key["sqs"].json]

  statement {
    sid       = "TellOfFailures"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.failures.arn]
  }
}

data "aws_iam_policy_document" "seed" {
  source_policy_documents = [
    data.aws_iam_policy_document.find_the_home.json,
    data.aws_iam_policy_document.write_the_ledger.json,
    data.aws_iam_policy_document.use_the_key["states"].json,
    data.aws_iam_policy_document.remove_what_a_run_made.json,
    data.aws_iam_policy_document.call_the_next.json,
  ]

  statement {
    sid     = "ListWhatStudioHas"
    actions = ["sagemaker:ListDomains", "sagemaker:ListUserProfiles", "sagemaker:ListSpaces"]
    # The List calls cover the whole Region.
    resources = ["*"]
  }

  # What a run left on a file system that nobody knows of any more is found only by a listing of all. Of the listing the
  # service authorization reference says no more than of a look at one: it may be asked for on either kind.
  statement {
    sid       = "ListTheAccessPointsOfTheRegion"
    actions   = ["elasticfilesystem:DescribeAccessPoints"]
    resources = [local.access_points, local.file_systems]
  }

  statement {
    sid       = "ReadTheWholeLedger"
    actions   = ["dynamodb:Query", "dynamodb:Scan"]
    resources = [aws_dynamodb_table.profiles.arn]
  }

  statement {
    sid       = "ListRecoveries"
    actions   = ["states:ListExecutions"]
    resources = [aws_sfn_state_machine.recovery.arn]
  }

  statement {
    sid       = "EndRecoveries"
    actions   = ["states:DescribeExecution", "states:StopExecution"]
    resources = [local.execution_arns]
  }

  statement {
    sid     = "FindOpenedRules"
    actions = ["ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"]
    # EC2's Describe calls know no resource.
    resources = ["*"]
  }

  statement {
    sid     = "CloseNfsOnGroupsOfStudio"
    actions = ["ec2:RevokeSecurityGroupIngress"]
    # EC2 looks at the group only. That the rule is ours, the function sees by its tag.
    resources = [local.groups]

    condition {
      test     = "Null"
      variable = "aws:ResourceTag/ManagedByAmazonSageMakerResource"
      values   = ["false"]
    }
  }
}
