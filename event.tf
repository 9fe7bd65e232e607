# 1. Event: a user profile or space is created or deleted, and the event handler looks its home up.

resource "aws_cloudwatch_event_rule" "created" {
  name        = "${var.name}-created"
  description = "A SageMaker Studio user profile or space was created or deleted"
  tags        = local.tags

  event_pattern = jsonencode({
    detail-type = ["AWS API Call via CloudTrail"]
    detail = {
      # Event names are not unique: re:Post has a CreateSpace too.
      eventSource = ["sagemaker.amazonaws.com"]
      eventName   = ["CreateUserProfile", "CreateSpace", "DeleteUserProfile", "DeleteSpace"]
      # CloudTrail reports calls that failed as well.
      errorCode = [{ exists = false }]
    }
  })

  # No event may start anything once the clean-up has run: so the rule comes after it, and goes before it.
  depends_on = [aws_lambda_invocation.clean_up]
}

resource "aws_cloudwatch_event_target" "event_handler" {
  rule = aws_cloudwatch_event_rule.created.name
  arn  = module.event_handler.arn

  # An hour bridges a throttled function; what is older is seen sooner in the queue than by further tries.
  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 20
  }

  dead_letter_config {
    arn = aws_sqs_queue.failures.arn
  }
}

resource "aws_lambda_permission" "created" {
  statement_id  = "LetTheRuleCallTheEventHandler"
  action        = "lambda:InvokeFunction"
  function_name = module.event_handler.name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.created.arn
}

module "event_handler" {
  source = "./modules/function"

  name    = "${var.name}-event-handler"
  handler = "studio_recovery.handlers.event_handler.handler"
  package = local.package
  rules   = local.rules
  policy  = data.aws_iam_policy_document.event_handler.json
  # The report arrives while the profile is still Pending: the handler waits for its uid, with a bound below this.
  timeout            = 300
  memory             = 1024
  environment        = merge(local.environment, local.ledger_environment)
  log_retention_days = var.log_retention_days
  tags               = local.tags
}

data "aws_iam_policy_document" "event_handler" {
  source_policy_documents = [
    data.aws_iam_policy_document.find_the_home.json,
    data.aws_iam_policy_document.write_the_ledger.json,
  ]

  statement {
    sid       = "FindTheRowsOfAnOwner"
    actions   = ["dynamodb:Query"]
    resources = [aws_dynamodb_table.profiles.arn]
  }
}

# Also the seed's.
data "aws_iam_policy_document" "find_the_home" {
  statement {
    sid     = "FindTheHome"
    actions = ["sagemaker:DescribeDomain", "sagemaker:DescribeUserProfile", "sagemaker:DescribeSpace"]
    resources = [
      "arn:${local.partition}:sagemaker:${local.here}:domain/*",
      "arn:${local.partition}:sagemaker:${local.here}:user-profile/*",
      "arn:${local.partition}:sagemaker:${local.here}:space/*",
    ]
  }
}
