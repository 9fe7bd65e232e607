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
    condition     = aws_lambda_invocation.seed.input == jsonencode({ action = "seed", package = filebase64sha256("dist/lambda.zip"), vpcs = var.vpcs })
    error_message = "New code seeds again, and so does a new VPC."
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
