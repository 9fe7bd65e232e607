# Wrong values whose messages are compared by test_terraform.py; a variable with several rules stands in several files.

mock_provider "aws" {}

run "refused" {
  command = plan

  variables {
    vpcs       = {}
    domains    = { include = [] }
    name       = "1-studio"
    task_quota = 0.5
    copy = {
      overwrite         = "never"
      verify            = "ALL"
      posix_permissions = "KEEP"
      excludes          = ["cache", "*"]
      bytes_per_second  = 1048575
      log_level         = "DEBUG"
      timeout_hours     = 169
    }
    security_group_rules = "nobody"
    log_retention_days   = 31
    seed_schedule        = "hourly"
    runbook_url          = "operating.md"
    max_age_days         = 0
  }
}
