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
#                                                                                recovery.tf, recovery_datasync.tf
#   5. watch     What failed waits in a queue; the seed brings the ledger in line with what really exists; people are
#                told what needs them.                                     watch.tf, watch_notices.tf, watch_alarms.tf
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
