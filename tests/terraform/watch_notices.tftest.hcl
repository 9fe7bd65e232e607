# 5. Watch, notices: who subscribes is told of what rests, once, and only by this module.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0" }
}

run "only_rows_of_which_something_is_told_reach_the_notices" {
  assert {
    condition = toset([for filter in one(aws_lambda_event_source_mapping.notices.filter_criteria).filter : filter.pattern]) == toset([
      jsonencode({
        eventName = ["INSERT", "MODIFY"]
        dynamodb  = { NewImage = { replication_status = { S = ["BLOCKED", "FAILED", "PARTIAL", "PENDING", "RUNNING", "SKIPPED", "SUCCEEDED"] } } }
      }),
      jsonencode({
        eventName = ["MODIFY"]
        dynamodb = { NewImage = {
          replication_status = { S = ["IDLE", "UNPROTECTED"] }
          outcome            = { S = ["BLOCKED", "FAILED", "PARTIAL", "SKIPPED", "SUCCEEDED"] }
        } }
      }),
    ])
    error_message = "The notices see rows for which something waits, runs, rests or has ended, not those that a seed writes by the thousand."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.notices.event_source_arn == aws_dynamodb_table.profiles.stream_arn
      && aws_lambda_event_source_mapping.notices.starting_position == "TRIM_HORIZON"
    )
    error_message = "The stream is read from its beginning."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.notices.batch_size == 1
      && aws_lambda_event_source_mapping.notices.maximum_retry_attempts == 10
      && aws_lambda_event_source_mapping.notices.maximum_record_age_in_seconds == 3600
      && one(one(aws_lambda_event_source_mapping.notices.destination_config).on_failure).destination_arn == aws_sqs_queue.failures.arn
    )
    error_message = "A bad record repeats nobody's message, and ends in the failure queue after ten tries or an hour."
  }

  assert {
    condition     = aws_iam_role_policy.tell_of_failures["notices"].role == "studio-recovery-notices"
    error_message = "The notices may write to the failure queue."
  }
}

run "the_topic_hears_this_modules_alarms_over_tls" {
  assert {
    condition     = output.topic_arn == aws_sns_topic.notices.arn && aws_sns_topic_policy.notices.arn == aws_sns_topic.notices.arn
    error_message = "Callers subscribe to the topic that has the policy."
  }

  assert {
    condition     = aws_sns_topic.notices.kms_master_key_id == null
    error_message = "Alarms cannot publish under AWS's key for SNS."
  }

  assert {
    condition = {
      for statement in data.aws_iam_policy_document.notices_topic.statement :
      statement.sid => { for condition in statement.condition : condition.variable => one(condition.values) }
      } == {
      AlarmsOfThisAccountPublish = {
        "aws:SourceAccount" = "111122223333"
        "aws:SourceArn"     = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:studio-recovery-*"
      }
      NobodyPublishesWithoutTls = { "aws:SecureTransport" = "false" }
    }
    error_message = "The policy lets in alarms of this account and this module, and denies what comes without TLS."
  }
}

run "alarms_hold_until_something_else_is_known" {
  assert {
    condition = alltrue([
      for alarm in values(aws_cloudwatch_metric_alarm.watch) :
      alarm.alarm_actions == toset([aws_sns_topic.notices.arn])
      && alarm.treat_missing_data == "ignore"
      && alarm.statistic == "Maximum"
      && startswith(alarm.alarm_name, "studio-recovery-")
    ])
    error_message = "Every alarm goes to the topic, and stays as it is while nothing is measured."
  }

  assert {
    condition = alltrue([
      for alarm in [for name in ["failed", "blocked", "waiting"] : aws_cloudwatch_metric_alarm.watch[name]] :
      alarm.dimensions == tomap({ service = "studio-recovery" })
    ])
    error_message = "An alarm looks at this deployment's figures."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.watch["failure-queue"].dimensions == tomap({ QueueName = aws_sqs_queue.failures.name })
    error_message = "The queue's alarm looks at the failure queue."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.watch["waiting"].threshold == 6 * 3600
    error_message = "Six hours are too long for a copy that waits for nobody."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.watch["task-quota"].threshold == 80
    error_message = "The quota is told of before it is used up."
  }
}

run "who_waits_for_apps_may_wait_for_a_day" {
  variables {
    name         = "a-name-of-forty-nine-letters-as-long-as-a-name-is"
    wait_for_app = true
    runbook_url  = "https://git.example.com/${join("", [for number in range(276) : "a"])}"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.watch["waiting"].threshold == 30 * 3600
    error_message = "A copy that waits for its owner's app waits for about a day."
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.watch), values(aws_cloudwatch_metric_alarm.functions), values(aws_cloudwatch_metric_alarm.seed)) :
      length(alarm.alarm_description) <= 1024
    ])
    error_message = "CloudWatch takes 1,024 letters of a description, also for the longest name and address."
  }
}

run "alarms_and_dashboard_lead_to_the_runbook_of_the_caller" {
  variables {
    runbook_url = "https://git.example.com/docs/operating.md"
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.watch["failure-queue"].alarm_description, "\nRead on: https://git.example.com/docs/operating.md#failure-queue\n")
    error_message = "An alarm names the section of the caller's runbook on a line of its own."
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.watch), values(aws_cloudwatch_metric_alarm.functions), values(aws_cloudwatch_metric_alarm.seed)) :
      can(regex("\nRead on: https://git\\.example\\.com/docs/operating\\.md#[a-z-]+\n", alarm.alarm_description))
    ])
    error_message = "Every alarm leads to it."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_dashboard.watch.dashboard_body, "[the runbook](https://git.example.com/docs/operating.md)")
    error_message = "The dashboard leads to it."
  }
}
