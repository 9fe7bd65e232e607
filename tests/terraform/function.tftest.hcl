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

run "a_function_is_in_no_vpc_unless_asked" {
  module {
    source = "./modules/function"
  }

  assert {
    condition     = length(one(aws_lambda_function.function.vpc_config).subnet_ids) == 0 && length(one(aws_lambda_function.function.vpc_config).security_group_ids) == 0
    error_message = "No subnet and no group is no VPC."
  }

  assert {
    condition     = !anytrue([for action in flatten(data.aws_iam_policy_document.rights.statement[*].actions) : startswith(action, "ec2:")])
    error_message = "Who is in no VPC has no right on network interfaces."
  }
}

run "a_function_in_a_vpc_has_what_lambda_asks_for_and_its_code_has_not" {
  module {
    source = "./modules/function"
  }

  variables {
    policy = "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"ec2:DescribeNetworkInterfaces\", \"ec2:CreateNetworkInterfacePermission\"], \"Resource\": \"*\"}]}"
    rules  = { vpc = { subnet_ids = ["subnet-0123456789abcdef0"], security_group_ids = ["sg-0123456789abcdef0"] } }
  }

  assert {
    condition     = one(aws_lambda_function.function.vpc_config).subnet_ids == toset(["subnet-0123456789abcdef0"]) && one(aws_lambda_function.function.vpc_config).security_group_ids == toset(["sg-0123456789abcdef0"])
    error_message = "It runs where the caller says."
  }

  assert {
    condition = toset(flatten([for statement in data.aws_iam_policy_document.rights.statement : statement.actions if statement.effect != "Deny" && startswith(statement.sid, "LetLambda")])) == toset([
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
    ])
    error_message = "Lambda needs these, as AWSLambdaVPCAccessExecutionRole has them."
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.rights.statement : statement.resources if statement.sid == "LetLambdaMakeItsInterfaces"]) == toset(["arn:aws:ec2:eu-west-1:111122223333:*/*"])
    error_message = "Interfaces are made in this account and Region."
  }

  assert {
    condition = toset(one([for statement in data.aws_iam_policy_document.rights.statement : statement.actions if statement.effect == "Deny"])) == toset([
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
    ])
    error_message = "What its own policy names stays allowed to the code, and nothing else."
  }

  assert {
    condition     = one(flatten([for statement in data.aws_iam_policy_document.rights.statement : [for condition in statement.condition : condition.values] if statement.effect == "Deny"])) == "arn:aws:lambda:eu-west-1:111122223333:function:studio-recovery-seed"
    error_message = "Refused are calls from this function's code, not Lambda's own."
  }
}
