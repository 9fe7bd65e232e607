# Admin: what a person may ask for (hold, release, approve, reject, retry, restore, cancel, drop, target) goes through one function.
#
# Who may call it needs no right on the tables. It answers at once and in words; whoever calls it hears its errors.
# Of a restore of many, an operation, nobody waits for the answer: Lambda keeps the request until it is done.

module "admin" {
  source = "./modules/function"

  name    = "${var.name}-admin"
  handler = "studio_recovery.handlers.admin.handler"
  package = local.package
  rules   = local.rules
  policy  = data.aws_iam_policy_document.admin.json
  # A release looks through the whole ledger, and a request may be about a hundred owners.
  timeout            = 120
  memory             = 512
  environment        = merge(local.environment, local.ledger_environment, { PLACES_TABLE = aws_dynamodb_table.places.name })
  log_retention_days = var.log_retention_days
  tags               = local.tags
}

data "aws_iam_policy_document" "admin" {
  source_policy_documents = [
    data.aws_iam_policy_document.find_the_home.json,
    data.aws_iam_policy_document.write_the_ledger.json,
    # A recovery that is cancelled.
    data.aws_iam_policy_document.end_a_copy.json,
    data.aws_iam_policy_document.wake_the_next.json,
    data.aws_iam_policy_document.use_the_key["states"].json,
  ]

  statement {
    sid     = "FindADomainByItsName"
    actions = ["sagemaker:ListDomains"]
    # ListDomains knows no resource.
    resources = ["*"]
  }

  statement {
    sid       = "ReadTheRows"
    actions   = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"]
    resources = [aws_dynamodb_table.profiles.arn]
  }

  statement {
    sid       = "FindWhoWaitsInLine"
    actions   = ["dynamodb:GetItem"]
    resources = [aws_dynamodb_table.places.arn]
  }

  statement {
    sid       = "FindEarlierHomes"
    actions   = ["dynamodb:Query"]
    resources = [aws_dynamodb_table.history.arn]
  }
}
