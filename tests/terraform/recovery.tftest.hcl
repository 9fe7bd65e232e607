# 4. Recovery: the machine is watched, and DataSync reaches homes and nothing else.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0", office = "vpc-0123456789abcdef1" }
}

run "the_machine_is_logged_and_traced" {
  assert {
    condition     = one(aws_sfn_state_machine.recovery.logging_configuration).level == "ALL"
    error_message = "Every step is logged."
  }

  assert {
    condition     = one(aws_sfn_state_machine.recovery.logging_configuration).include_execution_data
    error_message = "Every step is logged with what it was given and what came of it."
  }

  assert {
    condition     = startswith(aws_cloudwatch_log_group.recovery.name, "/aws/vendedlogs/states/")
    error_message = "The log needs no resource policy of the account's ten."
  }

  assert {
    condition     = one(aws_sfn_state_machine.recovery.tracing_configuration).enabled
    error_message = "Every run is traced."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.recovery.definition).QueryLanguage == "JSONata"
    error_message = "The definition is valid JSON after rendering."
  }

  assert {
    condition     = !strcontains(aws_sfn_state_machine.recovery.definition, "$${")
    error_message = "Every name in the definition is filled in."
  }
}

run "where_datasync_logs_nothing_the_machines_log_repeats_none_of_its_words" {
  command = plan

  variables {
    copy = { log_level = "OFF" }
  }

  assert {
    condition     = !one(aws_sfn_state_machine.recovery.logging_configuration).include_execution_data
    error_message = "An error of DataSync's may name a file."
  }
}

run "each_vpc_has_a_group_that_leads_to_nfs_only" {
  assert {
    condition     = tomap({ for label, group in aws_security_group.datasync : label => group.vpc_id }) == var.vpcs
    error_message = "There is one group for each VPC."
  }

  assert {
    condition     = alltrue([for group in aws_security_group.datasync : group.tags["studio-recovery"] == "studio-recovery"])
    error_message = "The workflow finds the groups by their tag."
  }

  assert {
    condition = alltrue([
      for group in aws_security_group.datasync : [
        for rule in group.egress : "${rule.protocol} ${rule.from_port}-${rule.to_port} ${join(",", rule.cidr_blocks)}"
      ] == ["tcp 2049-2049 10.0.0.0/16,10.1.0.0/16"]
    ])
    error_message = "A group leads to NFS in its own VPC's networks, and nowhere else."
  }
}

run "no_role_mounts_a_whole_file_system" {
  assert {
    condition = alltrue([
      for document in [data.aws_iam_policy_document.read_source, data.aws_iam_policy_document.write_target] :
      alltrue([for statement in document.statement : contains(statement.condition[*].variable, "elasticfilesystem:AccessPointArn")])
    ])
    error_message = "Both roles mount through an access point only."
  }

  assert {
    condition     = !contains(flatten(data.aws_iam_policy_document.read_source.statement[*].actions), "elasticfilesystem:ClientWrite")
    error_message = "A source is never written to."
  }

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.remove_what_a_run_made.statement :
      contains(statement.condition[*].variable, "aws:ResourceTag/studio-recovery")
      if length(setintersection(statement.actions, ["datasync:DeleteTask", "datasync:DeleteLocation", "elasticfilesystem:DeleteAccessPoint"])) > 0
    ])
    error_message = "Only what carries our tag is removed."
  }
}

run "datasync_has_a_log_that_it_may_write" {
  assert {
    condition     = aws_cloudwatch_log_group.datasync.retention_in_days == var.log_retention_days
    error_message = "DataSync's log group is made, and kept as long as the others."
  }

  assert {
    condition = anytrue([
      for statement in data.aws_iam_policy_document.datasync_log.statement :
      contains(statement.actions, "logs:PutLogEvents") && contains(flatten(statement.principals[*].identifiers), "datasync.amazonaws.com")
    ])
    error_message = "DataSync may write into it."
  }
}

run "who_waits_for_a_place_stands_in_a_table_of_the_python_codes_keys" {
  assert {
    condition = (
      aws_dynamodb_table.places.name == "studio-recovery-studioPlaces"
      && aws_dynamodb_table.places.hash_key == "line"
      && aws_dynamodb_table.places.range_key == "turn"
      && aws_dynamodb_table.places.billing_mode == "PAY_PER_REQUEST"
    )
    error_message = "A turn is found by where it stands and by when it began; a thousand may come at once."
  }

  assert {
    condition     = one(aws_dynamodb_table.places.server_side_encryption).enabled && coalesce(aws_dynamodb_table.places.deletion_protection_enabled, false) == false
    error_message = "The line is encrypted as the ledger is, and nothing in it is worth protecting."
  }
}

run "whoever_may_free_a_place_may_call_the_next_and_no_more" {
  assert {
    condition = alltrue([
      for document in [data.aws_iam_policy_document.gate, data.aws_iam_policy_document.close_homes, data.aws_iam_policy_document.seed] :
      contains(document.source_policy_documents, data.aws_iam_policy_document.call_the_next.json)
    ])
    error_message = "The gate, close homes and the seed call the next."
  }

  assert {
    condition = toset(flatten(data.aws_iam_policy_document.call_the_next.statement[*].actions)) == toset([
      "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query",
    ])
    error_message = "To call is to move an item."
  }

  assert {
    condition     = contains(data.aws_iam_policy_document.call_the_next.source_policy_documents, data.aws_iam_policy_document.wake_the_next.json)
    error_message = "And to answer its token."
  }

  assert {
    condition     = toset(flatten(data.aws_iam_policy_document.gate.statement[*].actions)) == toset(["datasync:ListTasks"])
    error_message = "The gate beside that counts tasks."
  }
}
