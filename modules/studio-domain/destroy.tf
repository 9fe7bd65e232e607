# SageMaker deletes no profile or space whose apps run, and no domain that is not empty; and the two security groups that
# it made for the domain's file system can be left when both are gone. So Terraform calls a function twice at destroy:
#
#   empty   before users, spaces and domain: refuses if there are owners that Terraform does not know, marks the domain's
#           groups as this module's, and deletes the apps
#   sweep   after the domain: removes the marked groups whose domain and file system are gone
#
# A domain that is replaced is emptied in the same way. docs/decisions/0031 says why it is done so.

# Everything of the domain comes before it, so it goes first.
resource "aws_lambda_invocation" "empty" {
  function_name   = module.removal.name
  lifecycle_scope = "CRUD"

  input = jsonencode({
    action                  = "empty"
    module                  = var.name
    domain_id               = aws_sagemaker_domain.studio.id
    user_profiles           = sort([for user in aws_sagemaker_user_profile.user : user.user_profile_name])
    spaces                  = sort([for space in aws_sagemaker_space.space : space.space_name])
    delete_unknown_owners   = var.delete_unknown_owners
    retain_home_file_system = var.retain_home_file_system
  })

  # A new domain replaces the invocation, and a replacement begins with a destroy: the old domain is emptied first.
  triggers = { domain = aws_sagemaker_domain.studio.id }

  depends_on = [aws_iam_role_policy.this_domain]
}

# The domain depends on it, so it is destroyed when the domain is gone. The network goes after it.
resource "aws_lambda_invocation" "sweep" {
  function_name   = module.removal.name
  lifecycle_scope = "CRUD"
  input           = jsonencode({ action = "sweep", module = var.name })

  depends_on = [var.vpc_id, var.subnet_ids]
}

locals {
  package_file = "${path.module}/../../dist/lambda.zip"
  groups       = "arn:${local.partition}:ec2:${local.here}:security-group/*"
}

module "removal" {
  source = "../function"

  name    = "${var.name}-removal"
  handler = "studio_recovery.handlers.studio_domain.handler"
  package = {
    file    = var.package == null ? local.package_file : null
    hash    = var.package == null ? filebase64sha256(local.package_file) : null
    bucket  = var.package == null ? null : var.package.bucket
    key     = var.package == null ? null : var.package.key
    version = var.package == null ? null : var.package.version
  }
  policy = data.aws_iam_policy_document.removal.json
  rules = {
    kms_key_arn          = var.log_kms_key_arn
    role_path            = var.role_path
    permissions_boundary = var.permissions_boundary
  }
  # Apps take minutes to stop. What is not done by then, the error names, and the next destroy goes on with.
  timeout            = 900
  log_retention_days = var.log_retention_days
  tags               = local.tags
}

data "aws_iam_policy_document" "removal" {
  statement {
    sid     = "ListWhatIsInTheDomain"
    actions = ["sagemaker:ListApps", "sagemaker:ListUserProfiles", "sagemaker:ListSpaces"]
    # The List calls know no resource.
    resources = ["*"]
  }

  statement {
    sid       = "SeeWhetherADomainIsGone"
    actions   = ["sagemaker:DescribeDomain"]
    resources = ["${local.arn}:domain/*"]
  }

  statement {
    sid = "FindGroupsAndWhatHoldsThem"
    actions = [
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
    ]
    # EC2's Describe calls know no resource.
    resources = ["*"]
  }

  statement {
    sid = "RemoveTheMarkedGroups"
    actions = [
      "ec2:DeleteSecurityGroup",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:RevokeSecurityGroupIngress",
    ]
    resources = [local.groups]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/studio-domain"
      values   = [var.name]
    }
  }
}

# What it may do to one domain only stands apart, because the function is there before the domain.
resource "aws_iam_role_policy" "this_domain" {
  name   = "this-domain"
  role   = module.removal.role_name
  policy = data.aws_iam_policy_document.this_domain.json
}

data "aws_iam_policy_document" "this_domain" {
  statement {
    sid       = "DeleteAppsOfThisDomain"
    actions   = ["sagemaker:DeleteApp"]
    resources = ["${local.arn}:app/${aws_sagemaker_domain.studio.id}/*"]
  }

  statement {
    sid       = "MarkTheGroupsOfThisDomain"
    actions   = ["ec2:CreateTags"]
    resources = [local.groups]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/ManagedByAmazonSageMakerResource"
      values   = [aws_sagemaker_domain.studio.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/studio-domain"
      values   = [var.name]
    }

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "aws:TagKeys"
      values   = ["studio-domain", "studio-domain-homes"]
    }
  }

  dynamic "statement" {
    for_each = toset(var.delete_unknown_owners ? ["user-profile", "space"] : [])

    content {
      sid       = statement.value == "space" ? "DeleteSpacesOfThisDomain" : "DeleteUserProfilesOfThisDomain"
      actions   = [statement.value == "space" ? "sagemaker:DeleteSpace" : "sagemaker:DeleteUserProfile"]
      resources = ["${local.arn}:${statement.value}/${aws_sagemaker_domain.studio.id}/*"]
    }
  }
}
