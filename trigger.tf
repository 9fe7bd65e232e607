# 3. Trigger: a row becomes PENDING, and one recovery is started for it.

resource "aws_lambda_event_source_mapping" "pending" {
  event_source_arn = aws_dynamodb_table.profiles.stream_arn
  function_name    = module.stream_trigger.arn
  tags             = local.tags

  # LATEST would pass over a row that became PENDING while this mapping was being made. A row that is read twice starts
  # nothing: the execution's name is taken.
  starting_position = "TRIM_HORIZON"

  filter_criteria {
    filter {
      pattern = jsonencode({
        eventName = ["INSERT", "MODIFY"]
        dynamodb  = { NewImage = { replication_status = { S = ["PENDING"] } } }
      })
    }
  }

  # One bad record holds nobody else up for long: good ones of its batch are not repeated, the batch is halved around
  # it, and after ten tries or an hour it goes to the queue.
  function_response_types            = ["ReportBatchItemFailures"]
  bisect_batch_on_function_error     = true
  maximum_retry_attempts             = 10
  maximum_record_age_in_seconds      = 3600
  batch_size                         = 100
  maximum_batching_window_in_seconds = 0

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.failures.arn
    }
  }

  # Lambda refuses the mapping unless the function's role may already write to the queue. And no row may start anything
  # once the clean-up has run.
  depends_on = [aws_iam_role_policy.tell_of_failures, aws_lambda_invocation.clean_up]
}

module "stream_trigger" {
  source = "./modules/function"

  name    = "${var.name}-stream-trigger"
  handler = "studio_recovery.handlers.stream_trigger.handler"
  package = local.package
  rules   = local.rules
  policy  = data.aws_iam_policy_document.stream_trigger.json
  # A hundred StartExecution calls take some ten seconds.
  timeout            = 60
  memory             = 1024
  environment        = merge(local.environment, { STATE_MACHINE_ARN = aws_sfn_state_machine.recovery.arn })
  log_retention_days = var.log_retention_days
  tags               = local.tags
}

data "aws_iam_policy_document" "stream_trigger" {
  source_policy_documents = [data.aws_iam_policy_document.read_the_stream.json]

  statement {
    sid       = "StartARecovery"
    actions   = ["states:StartExecution"]
    resources = [aws_sfn_state_machine.recovery.arn]
  }
}

# Also the notices'.
data "aws_iam_policy_document" "read_the_stream" {
  source_policy_documents = [data.aws_iam_policy_document.use_the_key["dynamodb"].json]

  statement {
    sid       = "ReadTheStream"
    actions   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
    resources = [aws_dynamodb_table.profiles.stream_arn]
  }

  statement {
    sid     = "FindTheStream"
    actions = ["dynamodb:ListStreams"]
    # ListStreams knows no resource.
    resources = ["*"]
  }
}
