# Studio recovery: the files of a deleted SageMaker Studio user or space come back when it is created again.
#
# What happens to an event, in five stages, one file each:
#
#   1. event     CloudTrail reports that a user profile or space was created or deleted; a rule hands the report to the
#                event handler, which looks the home up.                                                    event.tf
#   2. ledger    The profile table gets the new home and what is still to be recovered into it; the history table gets
#                a line.                                                                                   ledger.tf
#   3. trigger   The table's stream shows a row that became PENDING; the stream trigger starts one recovery.
#                                                                                                         trigger.tf
#   4. recovery  The state machine opens both homes, copies with DataSync, closes them, and writes the outcome down.
#                                            recovery.tf, recovery_homes.tf, recovery_gate.tf, recovery_datasync.tf
#   5. watch     What failed waits in a queue; the seed brings the ledger in line with what really exists; people are
#                told what needs them, other teams what happened.
#                               watch.tf, watch_notices.tf, watch_alarms.tf, watch_seed.tf, watch_dashboard.tf
#
# What a person may ask for beside that (hold, release, target, approve, retry) goes through one function.    admin.tf
#
# This file holds what all five share.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  tags = { "studio-recovery" = var.name }

  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
  # `id` holds the Region's name in both provider generations; `name` is deprecated in 6, `region` unknown in 5.
  region = data.aws_region.current.id
  # What stands between the service and the resource in an ARN of this account and Region.
  here = "${local.region}:${local.account}"
}

# What an organisation asks of every function.
locals {
  rules = merge(var.functions, {
    kms_key_arn          = var.kms_key_arn
    role_path            = var.role_path
    permissions_boundary = var.permissions_boundary
  })
}

# A key of the caller's is used with the rights of whoever calls the service that it encrypts for. By way of that service
# only: nobody decrypts with it by hand. Without a key these hold nothing.
# https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
data "aws_iam_policy_document" "use_the_key" {
  for_each = {
    # Reading and writing an encrypted table; its stream is encrypted with the same key.
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    dynamodb = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    sqs = ["kms:Decrypt", "kms:GenerateDataKey"]
    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    sns = ["kms:Decrypt", "kms:GenerateDataKey"]
    # Looking at an execution, and stopping it with a word of why. The state machine's own rights stand with its role.
    # https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
    states = ["kms:Decrypt", "kms:GenerateDataKey"]
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
    scheduler = ["kms:Decrypt"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "UseTheKeyByWayOf${title(each.key)}"
      actions   = each.value
      resources = [statement.value]

      condition {
        test     = "StringLike"
        variable = "kms:ViaService"
        # The end differs between partitions.
        values = ["${each.key}.${local.region}.*"]
      }
    }
  }
}

locals {
  package_file = "${path.module}/dist/lambda.zip"

  package = {
    file    = var.package == null ? local.package_file : null
    hash    = var.package == null ? filebase64sha256(local.package_file) : null
    bucket  = var.package == null ? null : var.package.bucket
    key     = var.package == null ? null : var.package.key
    version = var.package == null ? null : var.package.version
  }

  environment = {
    NAME                    = var.name
    POWERTOOLS_SERVICE_NAME = "studio-recovery"
    POWERTOOLS_LOG_LEVEL    = "INFO"
  }

  # Where the ledger is, and what may be written into it without an approval.
  ledger_environment = {
    PROFILE_TABLE    = aws_dynamodb_table.profiles.name
    HISTORY_TABLE    = aws_dynamodb_table.history.name
    DOMAINS          = jsonencode(var.domains)
    REQUIRE_APPROVAL = tostring(var.require_approval)
    MAX_AGE_DAYS     = tostring(var.max_age_days == null ? 0 : var.max_age_days)
  }
}
