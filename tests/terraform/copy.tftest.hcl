# How files are copied: what a caller may say, and how it reaches the function that makes the task.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0" }
}

run "nothing_said_copies_as_the_laws_ask" {
  command = plan

  assert {
    condition = jsondecode(local.copy) == {
      overwrite         = "NEVER"
      verify            = "ONLY_FILES_TRANSFERRED"
      posix_permissions = "PRESERVE"
      excludes          = ["/.local/share/Trash", "/.Trash-*", "/.cache/pip", "/.npm/_cacache", "*/__pycache__"]
      bytes_per_second  = -1
      log_level         = "BASIC"
    }
    error_message = "By default nothing is overwritten, modes are kept, and only trash and caches stay behind."
  }
}

run "every_option_reaches_the_function" {
  command = plan

  variables {
    copy = {
      overwrite         = "ALWAYS"
      verify            = "NONE"
      posix_permissions = "NONE"
      excludes          = []
      bytes_per_second  = 1048576
      log_level         = "TRANSFER"
      timeout_hours     = 168
    }
  }

  assert {
    condition = jsondecode(local.copy) == {
      overwrite         = "ALWAYS"
      verify            = "NONE"
      posix_permissions = "NONE"
      excludes          = []
      bytes_per_second  = 1048576
      log_level         = "TRANSFER"
    }
    error_message = "What a caller says is what the function reads; the time is the state machine's."
  }
}

run "a_copy_has_the_time_that_the_caller_gives" {
  variables {
    copy = { timeout_hours = 1.5 }
  }

  assert {
    condition     = strcontains(aws_sfn_state_machine.recovery.definition, "$waited < 5400 %}")
    error_message = "An hour and a half is 5400 seconds."
  }
}

run "a_pattern_that_is_two_is_refused" {
  command = plan

  variables {
    copy = { excludes = ["/cache|/trash"] }
  }

  expect_failures = [var.copy]
}

run "a_pattern_that_would_swallow_the_next_is_refused" {
  command = plan

  variables {
    copy = { excludes = ["/cache\\", "/trash"] }
  }

  expect_failures = [var.copy]
}

run "a_pattern_that_leaves_everything_behind_is_refused" {
  command = plan

  variables {
    copy = { excludes = ["/*"] }
  }

  expect_failures = [var.copy]
}

run "patterns_that_a_function_can_be_given_are_taken" {
  command = plan

  variables {
    copy = { excludes = ["/${format("%01795d", 0)}"] }
  }
}
