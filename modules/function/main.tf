# One Python Lambda: its code, its rights, its log.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

resource "aws_lambda_function" "function" {
  # checkov:skip=CKV_AWS_116:what is called asynchronously has an on-failure destination, which tells more than a dead letter
  function_name = var.name
  role          = aws_iam_role.execution.arn
  runtime       = "python3.13"
  handler       = var.handler
  # The package is pure Python and would run on both; x86_64 is the one that every Region of every partition has.
  architectures = ["x86_64"]
  timeout       = var.timeout
  memory_size   = var.memory
  kms_key_arn   = var.rules.kms_key_arn
  tags          = var.tags

  code_signing_config_arn        = var.rules.code_signing_config_arn
  reserved_concurrent_executions = var.rules.reserved_concurrency

  filename          = var.package.file
  source_code_hash  = var.package.hash
  s3_bucket         = var.package.bucket
  s3_key            = var.package.key
  s3_object_version = var.package.version

  environment {
    variables = var.environment
  }

  # Without any subnet it runs outside of all VPCs, as if this were not here.
  vpc_config {
    subnet_ids         = toset(flatten(var.rules.vpc[*].subnet_ids))
    security_group_ids = toset(flatten(var.rules.vpc[*].security_group_ids))
  }

  tracing_config {
    mode = "Active"
  }

  # A function that is called at once needs its rights, and a last call at its end must not make a log group of its own.
  depends_on = [aws_iam_role_policy.rights, aws_cloudwatch_log_group.log]
}

resource "aws_cloudwatch_log_group" "log" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.rules.kms_key_arn
  tags              = var.tags
}

resource "aws_iam_role" "execution" {
  name                 = var.name
  path                 = var.rules.role_path
  permissions_boundary = var.rules.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  tags                 = var.tags
}

resource "aws_iam_role_policy" "rights" {
  name   = "rights"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.rights.json
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  # `id` holds the Region's name in both provider generations.
  here = "${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"

  # What Lambda does with the role of a function to let it into a VPC.
  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
  looks_at_the_network = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]
  makes_interfaces = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
  ]
}

data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "LambdaRunsAsThisRole"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "rights" {
  source_policy_documents = [var.policy]

  statement {
    sid       = "WriteTheLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.log.arn}:*"]
  }

  statement {
    sid     = "SendTraces"
    actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    # PutTraceSegments and PutTelemetryRecords know no resource.
    resources = ["*"]
  }

  # Lambda is granted it when the function is made; a role that is made anew under the same name lacks that grant.
  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
  dynamic "statement" {
    for_each = var.rules.kms_key_arn[*]

    content {
      sid       = "ReadItsVariables"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringLike"
        variable = "kms:ViaService"
        values   = ["lambda.*"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.rules.vpc[*]

    content {
      sid     = "LetLambdaLookAtTheNetwork"
      actions = local.looks_at_the_network
      # EC2's Describe calls know no resource.
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = var.rules.vpc[*]

    content {
      sid     = "LetLambdaMakeItsInterfaces"
      actions = local.makes_interfaces
      # Lambda's guide: DeleteNetworkInterface on all of EC2's resources, or the function may not get into the VPC.
      resources = ["arn:${data.aws_partition.current.partition}:ec2:${local.here}:*/*"]
    }
  }

  # Lambda needs them, the code does not: what its own policy does not name is refused to it.
  dynamic "statement" {
    for_each = var.rules.vpc[*]

    content {
      sid       = "TheCodeItselfMayNot"
      effect    = "Deny"
      actions   = [for action in concat(local.looks_at_the_network, local.makes_interfaces) : action if !strcontains(var.policy, "\"${action}\"")]
      resources = ["*"]

      condition {
        test     = "ArnEquals"
        variable = "lambda:SourceFunctionArn"
        values   = ["arn:${data.aws_partition.current.partition}:lambda:${local.here}:function:${var.name}"]
      }
    }
  }
}
