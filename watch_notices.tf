# 5. Watch, notices: whoever subscribes to the topic is told of rows that need a person, and what to do; whoever has a
# rule on the default event bus hears of each recovery that begins, ends or is held back.

resource "aws_sns_topic" "notices" {
  # Without a key of the caller's none: alarms cannot publish under AWS's key for SNS. docs/decisions/0034
  name              = "${var.name}-notices"
  kms_master_key_id = var.kms_key_arn
  tags              = local.tags
}

resource "aws_sns_topic_policy" "notices" {
  arn    = aws_sns_topic.notices.arn
  policy = data.aws_iam_policy_document.notices_topic.json
}

data "aws_iam_policy_document" "notices_topic" {
  statement {
    sid       = "AlarmsOfThisAccountPublish"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.notices.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:cloudwatch:${local.here}:alarm:${var.name}-*"]
    }
  }

  statement {
    sid       = "NobodyPublishesWithoutTls"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.notices.arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

# The stream's second reader. More than two functions on one shard are throttled: docs/decisions/0034.
resource "aws_lambda_event_source_mapping" "notices" {
  event_source_arn = aws_dynamodb_table.profiles.stream_arn
  function_name    = module.notices.arn
  tags             = local.tags

  # LATEST would pass over a row that came to rest while this mapping was being made.
  starting_position = "TRIM_HORIZON"

  filter_criteria {
    filter {
      pattern = jsonencode({
        eventName = ["INSERT", "MODIFY"]
        dynamodb  = { NewImage = { replication_status = { S = ["BLOCKED", "FAILED", "PARTIAL", "PENDING", "RUNNING", "SKIPPED", "SUCCEEDED"] } } }
      })
    }

    # The seed writes rows by the thousand of which there is nothing to tell. But a recovery can end for an owner who is
    # gone by then.
    filter {
      pattern = jsonencode({
        eventName = ["MODIFY"]
        dynamodb = { NewImage = {
          replication_status = { S = ["IDLE", "UNPROTECTED"] }
          outcome            = { S = ["BLOCKED", "FAILED", "PARTIAL", "SKIPPED", "SUCCEEDED"] }
        } }
      })
    }
  }

  # One record at a time: a message that was sent is not sent again because a neighbour failed, and a bad record takes
  # nobody along into the queue, where it goes after ten tries or an hour.
  batch_size                         = 1
  maximum_retry_attempts             = 10
  maximum_record_age_in_seconds      = 3600
  maximum_batching_window_in_seconds = 0

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.failures.arn
    }
  }

  # Lambda refuses the mapping unless the function's role may already write to the queue. And nobody is to be told of
  # what the clean-up ends.
  depends_on = [aws_iam_role_policy.tell_of_failures, aws_lambda_invocation.clean_up]
}

module "notices" {
  source = "./modules/function"

  name               = "${var.name}-notices"
  handler            = "studio_recovery.handlers.notices.handler"
  package            = local.package
  rules              = local.rules
  policy             = data.aws_iam_policy_document.notices.json
  timeout            = 60
  environment        = merge(local.environment, { TOPIC_ARN = aws_sns_topic.notices.arn, RUNBOOK_URL = var.runbook_url })
  log_retention_days = var.log_retention_days
  tags               = local.tags
}

data "aws_iam_policy_document" "notices" {
  source_policy_documents = [
    data.aws_iam_policy_document.read_the_stream.json,
    data.aws_iam_policy_document.use_the_key["sns"].json,
  ]

  statement {
    sid       = "TellWhoSubscribed"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.notices.arn]
  }

  statement {
    sid       = "TellOtherTeams"
    actions   = ["events:PutEvents"]
    resources = ["arn:${local.partition}:events:${local.here}:event-bus/default"]

    condition {
      test     = "StringEquals"
      variable = "events:source"
      values   = ["studio-recovery"]
    }
  }
}
