# 5. Watch, alarms: what still fails, is blocked or waits is in ALARM until it is done, and so is what watches itself.
#
# The seed measures the ledger at the end of each pass, and between two passes nothing is known: so its figures are
# looked at in short periods, and where there is none, an alarm stays as it is.

locals {
  # A copy may wait for places in the account, and a large home takes hours; wait_for_app adds about a day of patience.
  longest_wait_hours = var.wait_for_app ? 30 : 6

  functions = {
    event_handler  = module.event_handler.name
    stream_trigger = module.stream_trigger.name
    open_homes     = module.open_homes.name
    close_homes    = module.close_homes.name
    gate           = module.gate.name
    seed           = module.seed.name
    admin          = module.admin.name
    notices        = module.notices.name
  }

  # Of the ledger's figures, and of DataSync's tasks.
  ours  = { namespace = "StudioRecovery", dimensions = { service = var.name } }
  queue = { namespace = "AWS/SQS", dimensions = { QueueName = aws_sqs_queue.failures.name } }

  # `stage` is where to look, `section` a heading of the runbook, docs/operating.md, `commands` are what to type, in this
  # order.
  alarms = {
    failed = merge(local.ours, {
      metric    = "FailedRecoveries"
      threshold = 0
      text      = "Recoveries ended FAILED, and their owners still miss files. A message about each came on this topic when it ended, with owner, cause and command."
      stage     = "recovery"
      section   = "Failed"
      commands  = ["failures", "retry OWNER"]
    })
    partial = merge(local.ours, {
      metric    = "PartialRecoveries"
      threshold = 0
      text      = "Recoveries ended PARTIAL: files came over, but some are missing or could not be verified. A message about each came on this topic when it ended, with owner, cause and commands."
      stage     = "recovery"
      section   = "Partial"
      commands  = ["list --status partial", "retry OWNER"]
    })
    blocked = merge(local.ours, {
      metric    = "BlockedRecoveries"
      threshold = 0
      text      = "Recoveries are BLOCKED: nothing is copied until somebody approves, or another owner's end. A message about each came on this topic, with owner, cause and command."
      stage     = "recovery"
      section   = "Blocked"
      commands  = ["list --status blocked", "approve OWNER"]
    })
    waiting = merge(local.ours, {
      metric    = "OldestWait"
      threshold = local.longest_wait_hours * 3600
      text      = "A recovery has been PENDING or RUNNING for more than ${local.longest_wait_hours} hours. A very large home may take that long; otherwise see whether its execution runs, and what it waits for."
      stage     = "trigger or recovery"
      section   = "Waiting"
      commands  = ["list --status pending --status running", "show OWNER"]
    })
    task-quota = merge(local.ours, {
      metric    = "TaskQuotaUsed"
      threshold = 80
      text      = "More than 80 % of the DataSync tasks that the account may have (${var.task_quota}) are in use, by this deployment or by others. When all are, recoveries wait; none fails."
      stage     = "recovery"
      section   = "Task quota"
      commands  = ["status"]
    })
    repairs = merge(local.ours, {
      metric    = "Repairs"
      threshold = 0
      text      = "The seed had to make something good: a home of which no event had told, a row that nobody finished, or what a dead execution left behind. Nothing is lost, but something did not work as it should."
      stage     = "watch"
      section   = "Repairs"
      commands  = ["failures", "doctor"]
    })
    # SQS stops measuring a queue that nobody touches for six hours, and the messages are still in it.
    failure-queue = merge(local.queue, {
      metric    = "ApproximateNumberOfMessagesVisible"
      threshold = 0
      text      = "Events, stream records or calls failed for good and lie in the queue ${aws_sqs_queue.failures.name}. Mend the cause; redriving them makes good what they asked for, and twice does no harm."
      stage     = "event, trigger or watch"
      section   = "Failure queue"
      commands  = ["failures", "failures --redrive"]
    })
  }

  # Sums over functions, at most ten: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-data-queries.html
  function_alarms = {
    # Single errors Lambda repeats by itself. An error of the others is an answer: by it the state machine waits or
    # ends a recovery, which is alarmed as such, and who calls the admin function hears it.
    function-errors = {
      metric    = "Errors"
      statistic = "Sum"
      total     = "SUM"
      functions = ["event_handler", "stream_trigger", "seed", "notices"]
      period    = 900
      periods   = 1
      threshold = 2
      text      = "Functions failed three times or more within 15 minutes. What is tried in vain for long lies in the failure queue later. The cause stands in the log of the function: /aws/lambda/${var.name}-seed and so on."
      stage     = "event, trigger or watch"
      section   = "Function errors"
      commands  = ["doctor", "failures"]
    }
    function-throttles = {
      metric    = "Throttles"
      statistic = "Sum"
      total     = "SUM"
      functions = keys(local.functions)
      period    = 300
      periods   = 3
      threshold = 0
      text      = "Lambda has throttled functions for 15 minutes: others use up the concurrency of the account. Recoveries wait and events are tried again for an hour, then they lie in the failure queue."
      stage     = "all"
      section   = "Function throttles"
      commands  = ["doctor", "failures"]
    }
    # Records older than an hour go to the failure queue.
    stream-age = {
      metric    = "IteratorAge"
      statistic = "Maximum"
      total     = "MAX"
      functions = ["stream_trigger", "notices"]
      period    = 300
      periods   = 1
      threshold = 15 * 60 * 1000
      text      = "The table's stream is read more than 15 minutes late: recoveries begin late, or people are told late. Most often a function fails at a record and tries it again."
      stage     = "trigger or watch"
      section   = "Stream age"
      commands  = ["doctor", "seed"]
    }
  }

  # The address ends with its line, so that a mail program's link has nothing else in it.
  descriptions = {
    for name, alarm in merge(local.alarms, local.function_alarms, local.no_seed) : name => join("\n", [
      "${var.name}: ${alarm.text}",
      "Stage: ${alarm.stage}",
      "Read on: ${var.runbook_url}#${lower(replace(alarm.section, " ", "-"))}",
      "Type: ${join(", then: ", [for command in alarm.commands : "studio-recovery ${command} --name ${var.name}"])}",
    ])
  }
}

resource "aws_cloudwatch_metric_alarm" "watch" {
  for_each = local.alarms

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = local.descriptions[each.key]
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

resource "aws_cloudwatch_metric_alarm" "functions" {
  for_each = local.function_alarms

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = local.descriptions[each.key]
  alarm_actions     = [aws_sns_topic.notices.arn]
  tags              = local.tags

  evaluation_periods  = each.value.periods
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  # A function that nobody calls is measured nowhere.
  treat_missing_data = "notBreaching"

  metric_query {
    id          = "all"
    label       = each.value.metric
    expression  = "${each.value.total}([${join(", ", [for function in each.value.functions : "FILL(${function}, 0)"])}])"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.functions

    content {
      id = metric_query.value

      metric {
        namespace   = "AWS/Lambda"
        metric_name = each.value.metric
        dimensions  = { FunctionName = local.functions[metric_query.value] }
        stat        = each.value.statistic
        period      = each.value.period
      }
    }
  }
}
