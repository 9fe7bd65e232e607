# What the network refused is written down: what it let through is Studio's daily traffic, and costs by the gigabyte.

data "aws_caller_identity" "current" {}

resource "aws_flow_log" "refused" {
  vpc_id          = aws_vpc.studio.id
  traffic_type    = "REJECT"
  log_destination = aws_cloudwatch_log_group.refused.arn
  iam_role_arn    = aws_iam_role.flow_log.arn
  tags            = { Name = var.name }

  depends_on = [aws_iam_role_policy.flow_log]
}

resource "aws_cloudwatch_log_group" "refused" {
  name              = "/aws/vpc/${var.name}"
  retention_in_days = 365
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "flow_log" {
  name               = "${var.name}-flow-log"
  assume_role_policy = data.aws_iam_policy_document.flow_log_trust.json
}

resource "aws_iam_role_policy" "flow_log" {
  name   = "rights"
  role   = aws_iam_role.flow_log.id
  policy = data.aws_iam_policy_document.flow_log.json
}

data "aws_iam_policy_document" "flow_log_trust" {
  statement {
    sid     = "OnlyFlowLogsOfThisAccountRunAsThisRole"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

# https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
data "aws_iam_policy_document" "flow_log" {
  statement {
    sid       = "WriteTheLog"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = [aws_cloudwatch_log_group.refused.arn, "${aws_cloudwatch_log_group.refused.arn}:*"]
  }
}
