# What a caller may say: the last value that is taken, and the first that is not.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0" }
}

run "the_longest_name_fits_every_service" {
  command = plan

  variables {
    name = "a123456789-123456789-123456789-123456789-12345678"
  }

  assert {
    condition     = length(output.function_names.stream_trigger) == 64
    error_message = "The longest derived name has 64 characters, the most that Lambda and IAM take."
  }

  assert {
    condition     = alltrue([for name in values(output.function_names) : length(name) <= 64])
    error_message = "No function's name is longer than Lambda takes."
  }
}

run "a_longer_name_is_refused" {
  command = plan

  variables {
    name = "a123456789-123456789-123456789-123456789-123456789"
  }

  expect_failures = [var.name]
}

run "a_name_that_begins_with_a_digit_is_refused" {
  command = plan

  variables {
    name = "1-studio"
  }

  expect_failures = [var.name]
}

run "a_name_like_the_id_of_a_group_is_refused" {
  command = plan

  variables {
    name = "sg-studio"
  }

  expect_failures = [var.name]
}

run "no_vpc_is_refused" {
  command = plan

  variables {
    vpcs = {}
  }

  expect_failures = [var.vpcs]
}

run "the_name_of_a_vpc_is_refused" {
  command = plan

  variables {
    vpcs = { lab = "main" }
  }

  expect_failures = [var.vpcs]
}

run "one_vpc_under_two_labels_is_refused" {
  command = plan

  variables {
    vpcs = { lab = "vpc-0123456789abcdef0", office = "vpc-0123456789abcdef0" }
  }

  expect_failures = [var.vpcs]
}

run "as_many_copies_as_the_quota_are_taken" {
  command = plan

  variables {
    task_quota     = 7
    max_concurrent = 7
  }
}

run "more_copies_than_the_quota_are_refused" {
  command = plan

  variables {
    task_quota     = 7
    max_concurrent = 8
  }

  expect_failures = [var.max_concurrent]
}

run "a_quota_of_nothing_is_refused" {
  command = plan

  variables {
    task_quota     = 0
    max_concurrent = 1
  }

  expect_failures = [var.task_quota]
}

run "a_copy_may_take_a_week" {
  command = plan

  variables {
    copy_timeout_hours = 168
  }
}

run "a_copy_of_more_than_a_week_is_refused" {
  command = plan

  variables {
    copy_timeout_hours = 169
  }

  expect_failures = [var.copy_timeout_hours]
}

run "a_retention_that_cloudwatch_does_not_offer_is_refused" {
  command = plan

  variables {
    log_retention_days = 31
  }

  expect_failures = [var.log_retention_days]
}
