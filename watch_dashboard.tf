# 5. Watch, dashboard: on one page how recoveries went, who waits, and whether the machinery keeps up.

locals {
  outcomes = {
    SUCCEEDED = "#2ca02c"
    SKIPPED   = "#7f7f7f"
    PARTIAL   = "#ff7f0e"
    FAILED    = "#d62728"
    BLOCKED   = "#9467bd"
  }

  alarm_arns = [
    for alarm in concat(
      values(aws_cloudwatch_metric_alarm.watch),
      values(aws_cloudwatch_metric_alarm.functions),
      values(aws_cloudwatch_metric_alarm.seed),
    ) : alarm.arn
  ]

  runbook_link = startswith(var.runbook_url, "http") ? "[the runbook](${var.runbook_url})" : "`${var.runbook_url}` of the module"

  # Each row of the page: widgets side by side, 24 columns in all.
  dashboard_rows = [
    [
      {
        type = "text"
        properties = {
          markdown = "# ${var.name}\nHomes of SageMaker Studio that come back. What each alarm means and what to type: ${local.runbook_link}. Everything as it stands: `studio-recovery status --name ${var.name}`"
        }
      },
      { type = "alarm", properties = { title = "Alarms", alarms = local.alarm_arns } },
    ],
    [
      {
        title   = "Recoveries by outcome"
        stat    = "Sum"
        stacked = true
        period  = 3600
        metrics = [for outcome, color in local.outcomes : ["StudioRecovery", "Recoveries", "service", var.name, "outcome", outcome, { label = outcome, color = color }]]
      },
      {
        title   = "Failed, partial and blocked now"
        stat    = "Maximum"
        metrics = [for name in ["FailedRecoveries", "PartialRecoveries", "BlockedRecoveries"] : ["StudioRecovery", name, "service", var.name]]
      },
      {
        title   = "Waiting or running now"
        stat    = "Maximum"
        metrics = [["StudioRecovery", "WaitingRecoveries", "service", var.name], ["StudioRecovery", "OldestWait", "service", var.name, { yAxis = "right", label = "Oldest, in seconds" }]]
      },
    ],
    [
      {
        title = "Seconds from the request to the end, and of the copy"
        stat  = "p90"
        metrics = [
          ["StudioRecovery", "TimeToRecover", "service", var.name, { label = "To the end, 9 of 10" }],
          ["StudioRecovery", "TimeToRecover", "service", var.name, { label = "To the end, longest", stat = "Maximum" }],
          ["StudioRecovery", "CopyDuration", "service", var.name, { label = "Copy, 9 of 10" }],
        ]
      },
      {
        title   = "Copied"
        stat    = "Sum"
        period  = 3600
        metrics = [["StudioRecovery", "BytesWritten", "service", var.name], ["StudioRecovery", "FilesTransferred", "service", var.name, { yAxis = "right" }]]
      },
      {
        title   = "DataSync tasks of the account"
        stat    = "Maximum"
        metrics = [["StudioRecovery", "Tasks", "service", var.name], ["StudioRecovery", "TaskQuotaUsed", "service", var.name, { yAxis = "right", label = "Percent of the quota" }]]
      },
    ],
    [
      {
        title   = "Failure queue"
        stat    = "Maximum"
        metrics = [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.failures.name], ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.failures.name, { yAxis = "right" }]]
      },
      {
        title   = "Age of the stream's records, in milliseconds"
        stat    = "Maximum"
        metrics = [for key in ["stream_trigger", "notices"] : ["AWS/Lambda", "IteratorAge", "FunctionName", local.functions[key]]]
      },
      {
        title   = "Seed: passes, and what it had to make good"
        stat    = "Sum"
        period  = 3600
        metrics = [for name in ["SeedPasses", "Repairs"] : ["StudioRecovery", name, "service", var.name]]
      },
    ],
    [
      {
        title   = "Errors of functions; of open-homes, close-homes, gate and admin also answers"
        stat    = "Sum"
        metrics = [for name in values(local.functions) : ["AWS/Lambda", "Errors", "FunctionName", name]]
      },
      {
        title   = "Throttles of functions"
        stat    = "Sum"
        metrics = [for name in values(local.functions) : ["AWS/Lambda", "Throttles", "FunctionName", name]]
      },
      {
        title   = "Executions"
        stat    = "Sum"
        metrics = [for name in ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsAborted", "ExecutionsTimedOut"] : ["AWS/States", name, "StateMachineArn", aws_sfn_state_machine.recovery.arn]]
      },
    ],
  ]

  # Terraform wants one type in a list, and metrics are lists of words that may end in an object: so they go as JSON.
  dashboard_widgets = flatten([
    for number, row in local.dashboard_rows : [
      for place, widget in row : jsonencode(merge(
        {
          type   = try(widget.type, "metric")
          x      = place * 24 / length(row)
          y      = number * 6
          width  = 24 / length(row)
          height = 6
        },
        {
          properties = try(widget.properties, {
            title   = widget.title
            region  = local.region
            view    = "timeSeries"
            stacked = try(widget.stacked, false)
            stat    = widget.stat
            period  = try(widget.period, 300)
            metrics = widget.metrics
          })
        },
      ))
    ]
  ])
}

resource "aws_cloudwatch_dashboard" "watch" {
  dashboard_name = var.name
  dashboard_body = "{\"widgets\": [${join(", ", local.dashboard_widgets)}]}"
}
