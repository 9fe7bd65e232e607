# Wrong values whose messages are compared by test_terraform.py; a variable with several rules stands in several files.

mock_provider "aws" {}

run "refused" {
  command = plan

  variables {
    vpcs               = {}
    name               = "1-studio"
    task_quota         = 0.5
    copy_timeout_hours = 169
    log_retention_days = 31
  }
}
