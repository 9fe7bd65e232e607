# 5. Watch: what failed waits in a queue, and the seed brings the ledger in line with what really exists.

resource "aws_sqs_queue" "failures" {
  name                    = "${var.name}-failures"
  sqs_managed_sse_enabled = true
  # The longest that SQS keeps a message: 14 days.
  message_retention_seconds = 1209600
  policy                    = data.aws_iam_policy_document.failures.json
  tags                      = local.tags
}

# Who is called asynchronously tells the queue when its last try has failed.
resource "aws_lambda_function_event_invoke_config" "tell_of_failures" {
  for_each = {
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
    event_handler  = module.event_handler.role_name
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
  policy  = data.aws_iam_policy_document.seed.json
  # Thousands of profiles take minutes; what is left over, the next call does.
  timeout = 900
  memory  = 512
  environment = merge(local.environment, local.ledger_environment, {
    STATE_MACHINE_ARN   = aws_sfn_state_machine.recovery.arn
    DELETION_PROTECTION = tostring(var.deletion_protection)
  })
  log_retention_days = var.log_retention_days
  tags               = local.tags
}

# At destroy: ends executions and copies, removes what they made, closes what they opened. At apply: answers at once.
# It stands between what can start a recovery (rule, mapping: they go before it) and what a recovery needs (they go
# after it).
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
  # New code looks at everything again. It stands here and not in `triggers`: those replace, which begins with a destroy.
  input = jsonencode({
    action  = "seed"
    package = coalesce(local.package.hash, local.package.version, local.package.key)
    vpcs    = var.vpcs
  })

  depends_on = [
    aws_cloudwatch_event_target.event_handler,
    aws_lambda_event_source_mapping.pending,
    aws_lambda_function_event_invoke_config.tell_of_failures,
    aws_lambda_invocation.clean_up,
    aws_lambda_permission.created,
  ]
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
    data.aws_iam_policy_document.remove_what_a_run_made.json,
  ]

  statement {
    sid     = "ListWhatStudioHas"
    actions = ["sagemaker:ListDomains", "sagemaker:ListUserProfiles", "sagemaker:ListSpaces"]
    # The List calls cover the whole Region.
    resources = ["*"]
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
