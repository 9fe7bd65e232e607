# 2. Ledger: two tables remember every home, what is still to be recovered into it, and what happened.

resource "aws_dynamodb_table" "profiles" {
  name         = "${var.name}-studioUser"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "profile_name"
  range_key    = "domain_name"
  tags         = local.tags

  # Without this table nobody can tell whose directory "/200005" was.
  deletion_protection_enabled = var.deletion_protection

  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "profile_name"
    type = "S"
  }

  attribute {
    name = "domain_name"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}

resource "aws_dynamodb_table" "history" {
  name         = "${var.name}-studioUserHistory"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "profile_name"
  range_key    = "epoctime"
  tags         = local.tags

  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "profile_name"
    type = "S"
  }

  attribute {
    name = "epoctime"
    type = "N"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}

# For every function that writes the ledger. Row and line are written in one transaction, which IAM checks as
# the PutItem calls that it holds.
data "aws_iam_policy_document" "write_the_ledger" {
  source_policy_documents = [data.aws_iam_policy_document.use_the_key["dynamodb"].json]

  statement {
    sid       = "WriteARow"
    actions   = ["dynamodb:PutItem"]
    resources = [aws_dynamodb_table.profiles.arn]
  }

  statement {
    sid       = "AddALineToTheHistory"
    actions   = ["dynamodb:PutItem"]
    resources = [aws_dynamodb_table.history.arn]
  }
}
