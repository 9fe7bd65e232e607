# 1. Event: which calls matter, and where a report goes that cannot be handled.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0" }
}

run "the_rule_matches_what_makes_and_ends_a_home" {
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.created.event_pattern) == {
      detail-type = ["AWS API Call via CloudTrail"]
      detail = {
        eventSource = ["sagemaker.amazonaws.com"]
        eventName   = ["CreateUserProfile", "CreateSpace", "DeleteUserProfile", "DeleteSpace"]
        errorCode   = [{ exists = false }]
      }
    }
    error_message = "The rule matches the four calls to SageMaker, and not those that failed."
  }

  assert {
    condition     = aws_cloudwatch_event_rule.created.event_bus_name == null || aws_cloudwatch_event_rule.created.event_bus_name == "default"
    error_message = "CloudTrail reports on the default bus."
  }

  assert {
    condition     = one(aws_cloudwatch_event_target.event_handler.dead_letter_config).arn == aws_sqs_queue.failures.arn
    error_message = "A report that cannot be delivered goes to the failure queue."
  }

  assert {
    condition = one(aws_cloudwatch_event_target.event_handler.retry_policy) == {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 20
    }
    error_message = "Delivery is tried again, with an end."
  }

  assert {
    condition = (
      aws_lambda_permission.created.function_name == module.event_handler.name
      && aws_lambda_permission.created.source_arn == aws_cloudwatch_event_rule.created.arn
      && aws_lambda_permission.created.principal == "events.amazonaws.com"
    )
    error_message = "This rule, and no other, may call the event handler."
  }
}
