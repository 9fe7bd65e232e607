# 5. Watch: alarms on the functions and on the seed itself, and the dashboard.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0" }
}

run "alarms_on_functions_sum_up_those_that_nobody_else_hears" {
  assert {
    condition = {
      for name, alarm in aws_cloudwatch_metric_alarm.functions :
      name => join(" ", sort([for query in alarm.metric_query : one(query.metric).dimensions.FunctionName if length(query.metric) == 1]))
      } == {
      function-errors    = "studio-recovery-event-handler studio-recovery-notices studio-recovery-seed studio-recovery-stream-trigger"
      function-throttles = join(" ", sort(values(output.function_names)))
      stream-age         = "studio-recovery-notices studio-recovery-stream-trigger"
    }
    error_message = "Throttles count for every function, errors for those whose errors are no answers, the age for those that read the stream."
  }

  assert {
    condition = alltrue([
      for alarm in aws_cloudwatch_metric_alarm.functions :
      length([for query in alarm.metric_query : query if length(query.metric) == 1]) <= 10
      && alarm.alarm_actions == toset([aws_sns_topic.notices.arn])
      && alarm.treat_missing_data == "notBreaching"
    ])
    error_message = "CloudWatch takes ten metrics in an alarm; a function that nobody calls is well."
  }

  assert {
    condition = toset([for query in aws_cloudwatch_metric_alarm.functions["stream-age"].metric_query : query.expression if query.expression != null]) == toset([
      "MAX([FILL(stream_trigger, 0), FILL(notices, 0)])"
    ])
    error_message = "The older of the two readers counts."
  }
}

run "a_seed_that_does_not_come_is_told_within_hours" {
  assert {
    condition     = aws_cloudwatch_metric_alarm.seed["no-seed"].evaluation_periods == 3 && aws_cloudwatch_metric_alarm.seed["no-seed"].period == 3600
    error_message = "Of passes every hour, the third that is missing is told."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.seed["no-seed"].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.seed["no-seed"].alarm_actions == toset([aws_sns_topic.notices.arn])
    error_message = "No figure is what is told."
  }
}

run "a_seed_every_ten_minutes_may_miss_some" {
  command = plan

  variables {
    seed_schedule = "rate(10 minutes)"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.seed["no-seed"].evaluation_periods == 3
    error_message = "Three hours are the least."
  }
}

run "a_seed_every_day_may_miss_one" {
  command = plan

  variables {
    seed_schedule = "cron(0 6 * * ? *)"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.seed["no-seed"].evaluation_periods == 49
    error_message = "After two days and an hour."
  }
}

run "a_seed_on_working_days_may_rest_over_the_weekend" {
  command = plan

  variables {
    seed_schedule = "cron(0 6 ? * MON-FRI *)"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.seed["no-seed"].evaluation_periods == 168
    error_message = "A week is the most."
  }
}

run "a_seed_once_a_month_is_not_waited_for" {
  command = plan

  variables {
    seed_schedule = "cron(0 6 1 * ? *)"
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.seed) == 0
    error_message = "CloudWatch looks back for a week at most: it would be in ALARM most of the month."
  }
}

run "a_seed_once_a_week_is_not_waited_for" {
  command = plan

  variables {
    seed_schedule = "rate(7 days)"
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.seed) == 0
    error_message = "A pass that is late by a minute would be told."
  }
}

run "the_dashboard_is_named_like_the_module_and_fills_its_width" {
  assert {
    condition     = output.dashboard_name == "studio-recovery"
    error_message = "The caller finds it by name."
  }

  assert {
    condition = alltrue([
      for widget in jsondecode(aws_cloudwatch_dashboard.watch.dashboard_body).widgets : widget.x + widget.width <= 24 && widget.x == floor(widget.x)
    ])
    error_message = "CloudWatch's page has 24 columns."
  }
}
