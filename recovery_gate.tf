# 4. Recovery, while it waits: who finds no place for a task stands in a line, and is called when a place is free.

# Nothing in it is worth keeping: who stands in line looks for itself after a while, and stands in line again.
resource "aws_dynamodb_table" "places" {
  name         = "${var.name}-studioPlaces"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "line"
  range_key    = "turn"
  tags         = local.tags

  attribute {
    name = "line"
    type = "S"
  }

  attribute {
    name = "turn"
    type = "S"
  }

  # It costs nothing for a table that is nearly always empty, and no reviewer has to ask.
  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}

locals {
  places_environment = {
    PLACES_TABLE   = aws_dynamodb_table.places.name
    TASK_QUOTA     = tostring(var.task_quota)
    MAX_CONCURRENT = tostring(var.max_concurrent)
  }
}

module "gate" {
  source = "./modules/function"

  name               = "${var.name}-gate"
  handler            = "studio_recovery.handlers.gate.handler"
  package            = local.package
  rules              = local.rules
  policy             = data.aws_iam_policy_document.gate.json
  timeout            = 60
  environment        = merge(local.environment, local.places_environment)
  log_retention_days = var.log_retention_days
  tags               = local.tags
}

data "aws_iam_policy_document" "gate" {
  source_policy_documents = [
    data.aws_iam_policy_document.call_the_next.json,
    data.aws_iam_policy_document.use_the_key["dynamodb"].json,
    data.aws_iam_policy_document.use_the_key["states"].json,
  ]

  statement {
    sid     = "ListTasks"
    actions = ["datasync:ListTasks"]
    # ListTasks knows no resource.
    resources = ["*"]
  }
}

# Used by all that may free a place: the gate itself, open and close homes, and the seed. Each of them lists tasks, too,
# and may use the caller's key for the table and the state machine: not said here, as a policy may say it once only.
data "aws_iam_policy_document" "call_the_next" {
  source_policy_documents = [data.aws_iam_policy_document.wake_the_next.json]

  # An item moves in one transaction, which IAM checks as the calls that it holds.
  statement {
    sid       = "MoveAlongTheLine"
    actions   = ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query"]
    resources = [aws_dynamodb_table.places.arn]
  }
}

# Used by these, and by the admin function when who waits is cancelled.
data "aws_iam_policy_document" "wake_the_next" {
  statement {
    sid     = "WakeTheNext"
    actions = ["states:SendTaskSuccess"]
    # SendTaskSuccess knows no resource: the token says who is meant.
    resources = ["*"]
  }
}
