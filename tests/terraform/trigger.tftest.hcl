# 3. Trigger: only a row that waits starts something, and one bad record holds nobody up.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0" }
}

run "only_rows_that_wait_reach_the_trigger" {
  assert {
    condition = [for filter in one(aws_lambda_event_source_mapping.pending.filter_criteria).filter : jsondecode(filter.pattern)] == [{
      eventName = ["INSERT", "MODIFY"]
      dynamodb  = { NewImage = { replication_status = { S = ["PENDING"] } } }
    }]
    error_message = "Rows that are new or changed, and PENDING, are what the trigger sees."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.pending.starting_position == "TRIM_HORIZON"
    error_message = "A row that became PENDING before the mapping was ready is read too."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.pending.event_source_arn == aws_dynamodb_table.profiles.stream_arn
      && aws_lambda_event_source_mapping.pending.function_name == module.stream_trigger.arn
    )
    error_message = "The profile table's stream feeds the stream trigger."
  }
}

run "a_bad_record_ends_in_the_queue" {
  assert {
    condition     = aws_lambda_event_source_mapping.pending.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "Records that were handled are not repeated with one that was not."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.pending.bisect_batch_on_function_error
      && aws_lambda_event_source_mapping.pending.maximum_retry_attempts == 10
      && aws_lambda_event_source_mapping.pending.maximum_record_age_in_seconds == 3600
    )
    error_message = "A batch is halved around a bad record, which is given up after ten tries or an hour."
  }

  assert {
    condition     = one(one(aws_lambda_event_source_mapping.pending.destination_config).on_failure).destination_arn == aws_sqs_queue.failures.arn
    error_message = "What is given up goes to the failure queue."
  }
}
