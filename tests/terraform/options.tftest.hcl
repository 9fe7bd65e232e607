# What a caller may choose reaches the functions, and the rights follow it.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0" }
}

run "nobody_waits_unless_asked" {
  assert {
    condition     = !contains(flatten(data.aws_iam_policy_document.open_homes.statement[*].actions), "sagemaker:ListApps")
    error_message = "What is not waited for is not looked at."
  }
}

run "who_waits_for_apps_may_see_them" {
  variables {
    wait_for_app = true
  }

  assert {
    condition     = contains(flatten(data.aws_iam_policy_document.open_homes.statement[*].actions), "sagemaker:ListApps")
    error_message = "Opening sees whether the owner has an app."
  }
}

run "scope_and_guard_reach_all_who_write_the_ledger" {
  variables {
    domains          = { include = ["research-*"] }
    require_approval = true
    max_age_days     = 90
  }

  assert {
    condition     = jsondecode(local.ledger_environment.DOMAINS) == { include = ["research-*"], exclude = [] }
    error_message = "What is not said of the domains is nothing to leave out."
  }

  assert {
    condition     = [local.ledger_environment.REQUIRE_APPROVAL, local.ledger_environment.MAX_AGE_DAYS] == ["true", "90"]
    error_message = "Approval and age are what the caller said."
  }
}

run "nothing_is_too_old_unless_said" {
  assert {
    condition     = [local.ledger_environment.REQUIRE_APPROVAL, local.ledger_environment.MAX_AGE_DAYS] == ["false", "0"]
    error_message = "Without a guard everything is copied at once."
  }
}
