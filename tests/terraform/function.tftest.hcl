# The module that makes one Lambda.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  name               = "studio-recovery-seed"
  handler            = "studio_recovery.handlers.seed.handler"
  policy             = "{}"
  timeout            = 60
  environment        = { NAME = "studio-recovery" }
  log_retention_days = 90
  package            = { file = "dist/lambda.zip", hash = "abc" }
}

run "a_function_is_traced_and_logs_where_we_keep_it" {
  module {
    source = "./modules/function"
  }

  assert {
    condition     = one(aws_lambda_function.function.tracing_config).mode == "Active"
    error_message = "Calls are traced."
  }

  assert {
    condition     = aws_cloudwatch_log_group.log.name == "/aws/lambda/studio-recovery-seed" && aws_cloudwatch_log_group.log.retention_in_days == 90
    error_message = "The log is the one that Lambda writes to, and it ends."
  }

  assert {
    condition     = aws_lambda_function.function.runtime == "python3.13"
    error_message = "The runtime is the newest that all supported providers know."
  }
}

run "code_from_both_places_is_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    package = { file = "dist/lambda.zip", bucket = "artifacts", key = "lambda.zip" }
  }

  expect_failures = [var.package]
}

run "a_bucket_without_a_key_is_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    package = { bucket = "artifacts" }
  }

  expect_failures = [var.package]
}

run "a_call_longer_than_lambda_allows_is_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    timeout = 901
  }

  expect_failures = [var.timeout]
}

run "a_name_too_long_for_lambda_is_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    name = "a123456789-123456789-123456789-123456789-123456789-123456789-1234"
  }

  expect_failures = [var.name]
}

run "memory_that_lambda_does_not_have_is_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    memory = 64
  }

  expect_failures = [var.memory]
}
