# Existing domains, for an organisation that requires a key of its own for everything that is kept, a path for every role,
# a boundary of its own on what every role may do, and functions in a VPC.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

# Account and Region come from the environment, as for the AWS CLI.
provider "aws" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
  # `id` holds the Region's name in both provider generations.
  region = data.aws_region.current.id
  here   = "${local.region}:${local.account}"
}

module "studio_recovery" {
  source = "../.."

  vpcs                 = var.vpcs
  name                 = var.name
  kms_key_arn          = aws_kms_key.recovery.arn
  role_path            = var.role_path
  permissions_boundary = var.permissions_boundary
  functions            = { vpc = var.functions_vpc }
  deletion_protection  = var.deletion_protection
}

resource "aws_kms_key" "recovery" {
  description         = "Ledger, logs, queue and topic of ${var.name}"
  enable_key_rotation = true
  policy              = jsonencode(local.key_policy)
  # A key that is gone takes the ledger with it, and the only record of whose directory is whose.
  deletion_window_in_days = 30
}

# In a key's policy, "*" is the key itself.
# https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
locals {
  key_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        # Whoever uses the key by way of a service does so with rights of its own role.
        Sid       = "PoliciesOfTheAccountDecide"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        Sid       = "CloudWatchKeepsTheLogsUnderIt"
        Effect    = "Allow"
        Principal = { Service = "logs.${local.region}.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*"
        Condition = {
          ArnLike = {
            "kms:EncryptionContext:aws:logs:arn" = [
              "arn:${local.partition}:logs:${local.here}:log-group:/aws/datasync/${var.name}",
              "arn:${local.partition}:logs:${local.here}:log-group:/aws/lambda/${var.name}-*",
              "arn:${local.partition}:logs:${local.here}:log-group:/aws/vendedlogs/states/${var.name}-*",
            ]
          }
        }
      },
      {
        # https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
        Sid       = "TheStateMachinesLogIsDelivered"
        Effect    = "Allow"
        Principal = { Service = "delivery.logs.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = {
          StringEquals = { "kms:EncryptionContext:SourceArn" = "arn:${local.partition}:logs:${local.here}:*" }
        }
      },
      {
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
        Sid       = "TheRuleLeavesDeadLetters"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = {
          ArnEquals    = { "aws:SourceArn" = "arn:${local.partition}:events:${local.here}:rule/${var.name}-created" }
          StringEquals = { "aws:SourceAccount" = local.account }
        }
      },
      {
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        Sid       = "AlarmsPublish"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${local.here}:alarm:${var.name}-*" }
          StringEquals = { "aws:SourceAccount" = local.account }
        }
      },
    ]
  }
}
