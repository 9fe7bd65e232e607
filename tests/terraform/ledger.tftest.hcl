# 2. Ledger: the tables are kept safe, and can be given up on purpose.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0" }
}

run "the_tables_are_safe_as_they_come" {
  assert {
    condition     = alltrue([for table in [aws_dynamodb_table.profiles, aws_dynamodb_table.history] : table.deletion_protection_enabled])
    error_message = "Both tables refuse to be deleted."
  }

  assert {
    condition     = alltrue([for table in [aws_dynamodb_table.profiles, aws_dynamodb_table.history] : one(table.point_in_time_recovery).enabled])
    error_message = "Both tables can be restored to any second."
  }

  assert {
    condition     = alltrue([for table in [aws_dynamodb_table.profiles, aws_dynamodb_table.history] : one(table.server_side_encryption).enabled])
    error_message = "Both tables are encrypted with a key whose use is logged."
  }

  assert {
    condition     = alltrue([for table in [aws_dynamodb_table.profiles, aws_dynamodb_table.history] : table.billing_mode == "PAY_PER_REQUEST"])
    error_message = "Both tables take a thousand new profiles at once."
  }
}

run "the_keys_are_those_of_the_python_code" {
  assert {
    condition = (
      aws_dynamodb_table.profiles.name == "studio-recovery-studioUser"
      && aws_dynamodb_table.profiles.hash_key == "profile_name"
      && aws_dynamodb_table.profiles.range_key == "domain_name"
    )
    error_message = "A row is found by owner and domain."
  }

  assert {
    condition = (
      aws_dynamodb_table.history.name == "studio-recovery-studioUserHistory"
      && aws_dynamodb_table.history.hash_key == "profile_name"
      && aws_dynamodb_table.history.range_key == "epoctime"
      && contains([for attribute in aws_dynamodb_table.history.attribute : "${attribute.name} ${attribute.type}"], "epoctime N")
    )
    error_message = "A line is found by owner and time, a number."
  }

  assert {
    condition     = aws_dynamodb_table.profiles.stream_view_type == "NEW_AND_OLD_IMAGES"
    error_message = "The stream shows a row before and after."
  }
}

run "protection_can_be_taken_off" {
  variables {
    deletion_protection = false
  }

  assert {
    condition     = !aws_dynamodb_table.profiles.deletion_protection_enabled && !aws_dynamodb_table.history.deletion_protection_enabled
    error_message = "Without protection both tables can be deleted."
  }
}
