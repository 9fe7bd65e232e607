# 5. Watch, alarms: what still fails, is blocked or waits is in ALARM until it is done.
#
# The seed measures the ledger at the end of each pass, and between two passes nothing is known: so the figures are
# looked at in short periods, and where there is none, an alarm stays as it is.

locals {
  # A copy may wait for places in the account, and a large home takes hours; wait_for_app adds about a day of patience.
  longest_wait_hours = var.wait_for_app ? 30 : 6

  # Told by the seed.
  rows  = { namespace = "StudioRecovery", dimensions = { service = var.name } }
  queue = { namespace = "AWS/SQS", dimensions = { QueueName = aws_sqs_queue.failures.name } }

  list_rows = "To list them: aws dynamodb scan --table-name ${aws_dynamodb_table.profiles.name} --projection-expression 'profile_name, domain_name, replication_status, reason' --filter-expression 'replication_status IN (:a, :b)' --expression-attribute-values"

  alarms = {
    failed = merge(local.rows, {
      metric      = "FailedRecoveries"
      threshold   = 0
      description = "Recoveries of ${var.name} ended FAILED or PARTIAL, and their owners still miss files. A message about each came on this topic when it ended: type the command in it. Read on: docs/operating.md, section \"Failed\". ${local.list_rows} '{\":a\": {\"S\": \"FAILED\"}, \":b\": {\"S\": \"PARTIAL\"}}'"
    })
    blocked = merge(local.rows, {
      metric      = "BlockedRecoveries"
      threshold   = 0
      description = "Recoveries of ${var.name} are BLOCKED: they wait for an approval, or for another owner's end. A message about each came on this topic: type the command in it. Read on: docs/operating.md, section \"Blocked\". ${local.list_rows} '{\":a\": {\"S\": \"BLOCKED\"}, \":b\": {\"S\": \"BLOCKED\"}}'"
    })
    waiting = merge(local.rows, {
      metric      = "OldestWait"
      threshold   = local.longest_wait_hours * 3600
      description = "A recovery of ${var.name} has been PENDING or RUNNING for more than ${local.longest_wait_hours} hours. A very large home may take that long; otherwise see whether its execution runs and what it waits for. Read on: docs/operating.md, section \"Waiting\". ${local.list_rows} '{\":a\": {\"S\": \"PENDING\"}, \":b\": {\"S\": \"RUNNING\"}}'"
    })
    # SQS stops measuring a queue that nobody touches for six hours, and the messages are still in it.
    failure-queue = merge(local.queue, {
      metric      = "ApproximateNumberOfMessagesVisible"
      threshold   = 0
      description = "Events, stream records or calls of ${var.name} failed for good and lie in the queue ${aws_sqs_queue.failures.name}. Most are made good by the next seed; mend the cause, then purge the queue. Read on: docs/operating.md, section \"Failure queue\". To see them: aws sqs receive-message --queue-url ${aws_sqs_queue.failures.url} --max-number-of-messages 10 --message-attribute-names All"
    })
  }
}

resource "aws_cloudwatch_metric_alarm" "watch" {
  for_each = local.alarms

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = each.value.description
  alarm_actions     = [aws_sns_topic.notices.arn]
  tags              = local.tags

  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "ignore"
}
