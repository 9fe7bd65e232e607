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
  # checkov:skip=CKV_AWS_117:it calls AWS's APIs and nothing else; in a VPC it would need a NAT gateway, or an endpoint for each
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
}
