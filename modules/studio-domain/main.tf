# A Studio domain with its users and spaces. How it is destroyed stands in destroy.tf.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  tags      = merge(var.tags, { "studio-domain" = var.name })
  partition = data.aws_partition.current.partition
  # `id` holds the Region's name in both provider generations; `name` is deprecated in 6, `region` unknown in 5.
  here = "${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
  arn  = "arn:${local.partition}:sagemaker:${local.here}"

  execution_role_arn = var.execution_role == null ? aws_iam_role.execution["own"].arn : var.execution_role.arn
  security_groups    = concat([aws_security_group.apps.id], var.security_group_ids)
}

resource "aws_sagemaker_domain" "studio" {
  domain_name             = var.domain_name
  auth_mode               = var.auth_mode
  vpc_id                  = var.vpc_id
  subnet_ids              = var.subnet_ids
  app_network_access_type = var.app_network_access_type
  kms_key_id              = var.kms_key_id
  tags                    = local.tags

  default_user_settings {
    execution_role  = local.execution_role_arn
    security_groups = local.security_groups
  }

  # Shared spaces take nothing from the settings for users.
  default_space_settings {
    execution_role  = local.execution_role_arn
    security_groups = local.security_groups
  }

  retention_policy {
    home_efs_file_system = var.retain_home_file_system ? "Retain" : "Delete"
  }

  # What it leaves behind is swept up when it is gone. Users may do their work as soon as it is there.
  depends_on = [aws_lambda_invocation.sweep, aws_iam_role_policy.execution]
}

resource "aws_sagemaker_user_profile" "user" {
  for_each = var.user_profiles

  domain_id                      = aws_sagemaker_domain.studio.id
  user_profile_name              = each.key
  single_sign_on_user_identifier = each.value.single_sign_on_user == null ? null : "UserName"
  single_sign_on_user_value      = each.value.single_sign_on_user
  tags                           = local.tags

  user_settings {
    execution_role = coalesce(each.value.execution_role_arn, local.execution_role_arn)
  }
}

resource "aws_sagemaker_space" "space" {
  for_each = var.spaces

  domain_id  = aws_sagemaker_domain.studio.id
  space_name = each.key
  tags       = local.tags

  ownership_settings {
    owner_user_profile_name = aws_sagemaker_user_profile.user[each.value.owner].user_profile_name
  }

  space_sharing_settings {
    sharing_type = each.value.sharing
  }

  space_settings {
    app_type = each.value.app_type
  }
}

# In VPC-only mode apps need a group; SageMaker adds its own for NFS.
# https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html
resource "aws_security_group" "apps" {
  # checkov:skip=CKV2_AWS_5:SageMaker attaches it to the network interfaces of apps
  name        = "${var.name}-apps"
  description = "Apps of the Studio domain ${var.domain_name}"
  vpc_id      = var.vpc_id
  tags        = merge(local.tags, { Name = "${var.name}-apps" })

  ingress {
    description = "Apps and their kernels reach each other"
    protocol    = "tcp"
    from_port   = 8192
    to_port     = 65535
    self        = true
  }

  egress {
    description = "Apps and their kernels reach each other"
    protocol    = "tcp"
    from_port   = 8192
    to_port     = 65535
    self        = true
  }

  egress {
    description = "HTTPS to AWS and to where packages come from"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# The execution role

resource "aws_iam_role" "execution" {
  for_each = toset(var.execution_role == null ? ["own"] : [])

  name                 = "${var.name}-execution"
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.studio_runs_as_this_role.json
  tags                 = local.tags
}

resource "aws_iam_role_policy" "execution" {
  for_each = aws_iam_role.execution

  name   = "rights"
  role   = each.value.id
  policy = data.aws_iam_policy_document.execution.json
}

data "aws_iam_policy_document" "studio_runs_as_this_role" {
  statement {
    sid     = "StudioRunsAsThisRole"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["sagemaker.amazonaws.com"]
    }
  }
}

# As much as a user needs to open Studio and to work in spaces of their own and in shared ones.
# https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-jl-admin-guide-permissions.html
data "aws_iam_policy_document" "execution" {
  statement {
    sid     = "ListWhatIsInTheDomain"
    actions = ["sagemaker:ListApps", "sagemaker:ListDomains", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"]
    # The List calls know no resource.
    resources = ["*"]
  }

  statement {
    sid = "LookAtWhatIsInTheDomain"
    actions = [
      "sagemaker:DescribeApp",
      "sagemaker:DescribeDomain",
      "sagemaker:DescribeSpace",
      "sagemaker:DescribeUserProfile",
    ]
    resources = [for kind in ["app", "domain", "space", "user-profile"] : "${local.arn}:${kind}/*"]
  }

  statement {
    sid       = "OpenStudioAsOneself"
    actions   = ["sagemaker:CreatePresignedDomainUrl"]
    resources = ["${local.arn}:user-profile/$${sagemaker:DomainId}/$${sagemaker:UserProfileName}"]
  }

  statement {
    sid       = "MakeAndDeleteOnesOwnSpaces"
    actions   = ["sagemaker:CreateSpace", "sagemaker:UpdateSpace", "sagemaker:DeleteSpace"]
    resources = ["${local.arn}:space/$${sagemaker:DomainId}/*"]

    condition {
      test     = "ArnLike"
      variable = "sagemaker:OwnerUserProfileArn"
      values   = ["${local.arn}:user-profile/$${sagemaker:DomainId}/$${sagemaker:UserProfileName}"]
    }

    condition {
      test     = "StringEquals"
      variable = "sagemaker:SpaceSharingType"
      values   = ["Private", "Shared"]
    }
  }

  statement {
    sid       = "RunAppsInOnesOwnPrivateSpaces"
    actions   = ["sagemaker:CreateApp", "sagemaker:DeleteApp"]
    resources = ["${local.arn}:app/$${sagemaker:DomainId}/*"]

    condition {
      test     = "ArnLike"
      variable = "sagemaker:OwnerUserProfileArn"
      values   = ["${local.arn}:user-profile/$${sagemaker:DomainId}/$${sagemaker:UserProfileName}"]
    }

    condition {
      test     = "StringEquals"
      variable = "sagemaker:SpaceSharingType"
      values   = ["Private"]
    }
  }

  statement {
    sid       = "RunAppsInSharedSpaces"
    actions   = ["sagemaker:CreateApp", "sagemaker:DeleteApp"]
    resources = ["${local.arn}:app/$${sagemaker:DomainId}/*"]

    condition {
      test     = "StringEquals"
      variable = "sagemaker:SpaceSharingType"
      values   = ["Shared"]
    }
  }

  statement {
    sid       = "TagWhatOneMakes"
    actions   = ["sagemaker:AddTags"]
    resources = ["${local.arn}:*/*"]

    condition {
      test     = "Null"
      variable = "sagemaker:TaggingAction"
      values   = ["false"]
    }
  }
}
