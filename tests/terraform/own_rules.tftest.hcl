# What an organisation asks for: a key of its own, a path and a boundary for every role, signed code, reserved places.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs                 = { lab = "vpc-0123456789abcdef0" }
  kms_key_arn          = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  role_path            = "/platform/"
  permissions_boundary = "arn:aws:iam::111122223333:policy/boundary"
}

run "everything_that_is_kept_lies_under_the_key" {
  assert {
    condition = alltrue([
      for table in [aws_dynamodb_table.profiles, aws_dynamodb_table.history] :
      one(table.server_side_encryption).kms_key_arn == var.kms_key_arn
    ])
    error_message = "Tables lie under the key, and the stream with its table."
  }

  assert {
    condition     = aws_sqs_queue.failures.kms_master_key_id == var.kms_key_arn && aws_sqs_queue.failures.sqs_managed_sse_enabled != true
    error_message = "The queue lies under the key, and not under SQS's."
  }

  assert {
    condition     = aws_sns_topic.notices.kms_master_key_id == var.kms_key_arn
    error_message = "The topic's messages lie under the key."
  }

  assert {
    condition     = aws_cloudwatch_log_group.recovery.kms_key_id == var.kms_key_arn && aws_cloudwatch_log_group.datasync.kms_key_id == var.kms_key_arn
    error_message = "The logs of state machine and DataSync lie under the key."
  }

  assert {
    condition     = one(aws_sfn_state_machine.recovery.encryption_configuration).kms_key_id == var.kms_key_arn && one(aws_sfn_state_machine.recovery.encryption_configuration).type == "CUSTOMER_MANAGED_KMS_KEY"
    error_message = "Executions lie under the key."
  }

  assert {
    condition     = aws_scheduler_schedule.seed.kms_key_arn == var.kms_key_arn
    error_message = "The schedule's input lies under the key."
  }
}

run "the_key_is_used_by_way_of_services_only" {
  assert {
    condition = alltrue(flatten([
      for service, document in data.aws_iam_policy_document.use_the_key : [
        for statement in document.statement :
        one(statement.condition).variable == "kms:ViaService" && one(one(statement.condition).values) == "${service}.eu-west-1.*" && statement.resources == toset([var.kms_key_arn])
      ]
    ]))
    error_message = "Nobody decrypts with the key by hand, and no other key."
  }

  assert {
    condition     = sum([for document in data.aws_iam_policy_document.use_the_key : length(document.statement)]) == 5
    error_message = "There is a statement for each service."
  }

  assert {
    condition = length([
      for statement in data.aws_iam_policy_document.recovery.statement : statement
      if statement.resources == toset([var.kms_key_arn]) ? startswith(one(statement.condition).variable, "kms:EncryptionContext:") : false
    ]) == 2
    error_message = "The state machine encrypts its own executions and its own log."
  }

  assert {
    condition = one([
      for statement in data.aws_iam_policy_document.read_only.statement : one(statement.condition).variable
      if contains(statement.actions, "kms:Decrypt")
    ]) == "kms:ViaService"
    error_message = "People read what they may read, and decrypt nothing else."
  }
}

run "every_role_has_the_path_and_the_boundary" {
  assert {
    condition = alltrue([
      for role in [aws_iam_role.recovery, aws_iam_role.read_source, aws_iam_role.write_target, aws_iam_role.schedule] :
      role.path == "/platform/" && role.permissions_boundary == var.permissions_boundary
    ])
    error_message = "The roles of state machine, mounts and schedule."
  }

  assert {
    condition = one(flatten([
      for statement in data.aws_iam_policy_document.read_only.statement : statement.resources
      if contains(statement.actions, "iam:GetRole")
    ])) == "arn:aws:iam::111122223333:role/platform/studio-recovery-*"
    error_message = "People look at the roles where they are."
  }
}

run "without_a_key_no_right_on_one_is_given" {
  variables {
    kms_key_arn = null
  }

  assert {
    condition     = sum([for document in data.aws_iam_policy_document.use_the_key : length(document.statement)]) == 0
    error_message = "AWS's own keys need no right."
  }

  assert {
    condition     = aws_sqs_queue.failures.sqs_managed_sse_enabled && length(aws_sfn_state_machine.recovery.encryption_configuration) <= 1
    error_message = "AWS's own keys encrypt."
  }

  assert {
    condition = length([
      for statement in concat(data.aws_iam_policy_document.recovery.statement, data.aws_iam_policy_document.read_only.statement) : statement
      if contains(statement.actions, "kms:Decrypt")
    ]) == 0
    error_message = "Nor may state machine or people."
  }
}

run "a_function_keeps_to_the_rules" {
  module {
    source = "./modules/function"
  }

  variables {
    name               = "studio-recovery-seed"
    handler            = "studio_recovery.handlers.seed.handler"
    policy             = "{}"
    timeout            = 60
    log_retention_days = 90
    package            = { file = "dist/lambda.zip", hash = "abc" }
    rules = {
      kms_key_arn             = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
      role_path               = "/platform/"
      permissions_boundary    = "arn:aws:iam::111122223333:policy/boundary"
      reserved_concurrency    = 10
      code_signing_config_arn = "arn:aws:lambda:eu-west-1:111122223333:code-signing-config:csc-0123456789abcdef0"
    }
  }

  assert {
    condition     = aws_lambda_function.function.kms_key_arn == var.rules.kms_key_arn && aws_cloudwatch_log_group.log.kms_key_id == var.rules.kms_key_arn
    error_message = "Its variables and its log lie under the key."
  }

  assert {
    condition     = aws_iam_role.execution.path == "/platform/" && aws_iam_role.execution.permissions_boundary == var.rules.permissions_boundary
    error_message = "Its role has the path and the boundary."
  }

  assert {
    condition     = aws_lambda_function.function.reserved_concurrent_executions == 10 && aws_lambda_function.function.code_signing_config_arn == var.rules.code_signing_config_arn
    error_message = "It has its own places, and only signed code."
  }

  assert {
    condition     = length([for statement in data.aws_iam_policy_document.rights.statement : statement if contains(statement.actions, "kms:Decrypt")]) == 1
    error_message = "It may read its variables."
  }
}
