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

run "patterns_of_domain_names_and_ids_are_taken" {
  command = plan

  variables {
    domains = { include = ["research-*", "d-0123456789ab", "lab-[12]?"], exclude = ["*-sandbox"] }
  }
}

run "no_domain_at_all_is_refused" {
  command = plan

  variables {
    domains = { include = [] }
  }

  expect_failures = [var.domains]
}

run "a_pattern_that_no_domain_fits_is_refused" {
  command = plan

  variables {
    domains = { exclude = ["the lab"] }
  }

  expect_failures = [var.domains]
}

run "more_patterns_than_a_function_can_keep_are_refused" {
  command = plan

  variables {
    domains = { include = [for number in range(100) : "lab-${number}-*"] }
  }

  expect_failures = [var.domains]
}

run "half_a_day_is_an_age" {
  command = plan

  variables {
    max_age_days = 0.5
  }
}

run "no_age_at_all_is_refused" {
  command = plan

  variables {
    max_age_days = 0
  }

  expect_failures = [var.max_age_days]
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

run "minutes_days_and_cron_are_schedules" {
  command = plan

  variables {
    seed_schedule = "rate(30 minutes)"
  }
}

run "a_rate_without_its_plural_is_refused" {
  command = plan

  variables {
    seed_schedule = "rate(2 hour)"
  }

  expect_failures = [var.seed_schedule]
}

run "a_cron_of_five_fields_is_refused" {
  command = plan

  variables {
    seed_schedule = "cron(0 6 * * *)"
  }

  expect_failures = [var.seed_schedule]
}

run "an_address_with_a_question_mark_is_a_runbook" {
  command = plan

  variables {
    runbook_url = "http://wiki.example.com:8080/view?page=studio%20recovery&raw=1"
  }
}

run "an_address_with_a_section_is_refused_as_a_runbook" {
  command = plan

  variables {
    runbook_url = "https://git.example.com/docs/operating.md#failed"
  }

  expect_failures = [var.runbook_url]
}

run "a_path_that_leads_nowhere_is_refused_as_a_runbook" {
  command = plan

  variables {
    runbook_url = "docs/runbook.md"
  }

  expect_failures = [var.runbook_url]
}

run "an_address_of_more_than_300_characters_is_refused_as_a_runbook" {
  command = plan

  variables {
    runbook_url = "https://git.example.com/${join("", [for number in range(278) : "a"])}"
  }

  expect_failures = [var.runbook_url]
}

run "a_retention_that_cloudwatch_does_not_offer_is_refused" {
  command = plan

  variables {
    log_retention_days = 31
  }

  expect_failures = [var.log_retention_days]
}

run "functions_may_run_in_sixteen_subnets" {
  command = plan

  variables {
    functions = {
      vpc = {
        subnet_ids         = [for number in range(16) : format("subnet-%08x", number)]
        security_group_ids = ["sg-0abc1234"]
      }
    }
  }
}

run "more_subnets_than_lambda_takes_are_refused" {
  command = plan

  variables {
    functions = {
      vpc = {
        subnet_ids         = [for number in range(17) : format("subnet-%08x", number)]
        security_group_ids = ["sg-0abc1234"]
      }
    }
  }

  expect_failures = [var.functions]
}

run "subnets_without_a_security_group_are_refused" {
  command = plan

  variables {
    functions = { vpc = { subnet_ids = ["subnet-0abc1234"], security_group_ids = [] } }
  }

  expect_failures = [var.functions]
}

run "a_vpc_in_the_place_of_a_subnet_is_refused" {
  command = plan

  variables {
    functions = { vpc = { subnet_ids = ["vpc-0abc1234"], security_group_ids = ["sg-0abc1234"] } }
  }

  expect_failures = [var.functions]
}
