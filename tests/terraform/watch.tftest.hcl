# 5. Watch: nothing that failed is lost, and a protected module does not go away.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0" }
}

run "failures_wait_for_two_weeks_encrypted" {
  assert {
    condition     = aws_sqs_queue.failures.message_retention_seconds == 14 * 24 * 3600
    error_message = "A failure waits as long as SQS allows."
  }

  assert {
    condition     = aws_sqs_queue.failures.sqs_managed_sse_enabled
    error_message = "The queue is encrypted."
  }

  assert {
    condition = one(flatten([
      for statement in data.aws_iam_policy_document.failures.statement : [
        for condition in statement.condition : condition.values if condition.variable == "aws:SourceArn"
      ]
    ])) == "arn:aws:events:eu-west-1:111122223333:rule/${aws_cloudwatch_event_rule.created.name}"
    error_message = "Only this module's rule leaves dead letters: the spelled ARN is the rule's."
  }

  assert {
    condition = alltrue([
      for config in aws_lambda_function_event_invoke_config.tell_of_failures :
      one(one(config.destination_config).on_failure).destination == aws_sqs_queue.failures.arn
    ])
    error_message = "A call that failed for good is told to the queue."
  }
}

run "destroy_is_guarded_and_cleans_up" {
  assert {
    condition = alltrue([
      for invocation in [aws_lambda_invocation.clean_up, aws_lambda_invocation.seed] : invocation.lifecycle_scope == "CRUD"
    ])
    error_message = "Both invocations are called at destroy too."
  }

  assert {
    condition     = aws_lambda_invocation.seed.triggers == null && aws_lambda_invocation.clean_up.triggers == null
    error_message = "No change of code replaces an invocation: that would begin with its destroy, and be refused."
  }

  assert {
    condition     = aws_lambda_invocation.seed.input == jsonencode({ action = "seed", domains = { exclude = [], include = ["*"] }, package = filebase64sha256("dist/lambda.zip"), vpcs = var.vpcs })
    error_message = "New code seeds again, and so does a new VPC or another scope."
  }

  assert {
    condition     = output.seed_result.complete
    error_message = "What the seed found is an output."
  }
}

run "code_can_come_from_s3" {
  command = plan

  variables {
    package = { bucket = "artifacts", key = "studio-recovery/lambda.zip", version = "3sL4kqtJlcpXroDTDmJ" }
  }

  assert {
    condition     = jsondecode(aws_lambda_invocation.seed.input).package == "3sL4kqtJlcpXroDTDmJ"
    error_message = "A new version of the object seeds again."
  }
}

run "the_seed_runs_every_hour_as_a_role_that_can_do_nothing_else" {
  assert {
    condition     = aws_scheduler_schedule.seed.schedule_expression == "rate(1 hour)" && one(aws_scheduler_schedule.seed.flexible_time_window).mode == "OFF"
    error_message = "A lost event is found within the hour."
  }

  assert {
    condition     = one(aws_scheduler_schedule.seed.target).arn == module.seed.arn && jsondecode(one(aws_scheduler_schedule.seed.target).input).action == "seed"
    error_message = "The schedule calls the seed."
  }

  assert {
    condition     = one(one(aws_scheduler_schedule.seed.target).dead_letter_config).arn == aws_sqs_queue.failures.arn
    error_message = "A call that never came through is told to the queue."
  }

  assert {
    condition = { for statement in data.aws_iam_policy_document.schedule.statement : one(statement.actions) => one(statement.resources) } == {
      "lambda:InvokeFunction" = module.seed.arn
      "sqs:SendMessage"       = aws_sqs_queue.failures.arn
    }
    error_message = "The schedule's role may call the seed and leave dead letters."
  }

  assert {
    condition = one(flatten([
      for condition in one(data.aws_iam_policy_document.schedule_trust.statement).condition : condition.values if condition.variable == "aws:SourceArn"
    ])) == aws_scheduler_schedule_group.seed.arn
    error_message = "Only schedules of this group run as this role."
  }
}

run "the_schedule_can_be_another" {
  command = plan

  variables {
    seed_schedule = "cron(0 6 ? * MON-FRI *)"
  }

  assert {
    condition     = aws_scheduler_schedule.seed.schedule_expression == "cron(0 6 ? * MON-FRI *)"
    error_message = "The caller's schedule is the schedule."
  }
}
