# 4. Recovery: DataSync's way into the homes is a group in each VPC, a role for each side of a copy, and a log.

locals {
  # What the task is told. How long the state machine waits for it is no option of the task.
  copy = jsonencode({ for option, value in var.copy : option => value if option != "timeout_hours" })

  # A VPC that others share with this account has their account in its ARN.
  vpc_arns = sort([for vpc in data.aws_vpc.studio : vpc.arn])
}

data "aws_vpc" "studio" {
  for_each = var.vpcs

  id = each.value
}

# The workflow finds the group of a VPC by its tag.
resource "aws_security_group" "datasync" {
  # checkov:skip=CKV2_AWS_5:DataSync attaches it to the network interfaces that it makes for a copy, and removes them after it
  for_each = var.vpcs

  name        = "${var.name}-datasync"
  description = "DataSync reaches Studio homes over NFS"
  vpc_id      = each.value
  tags        = merge(local.tags, { Name = "${var.name}-datasync" })

  egress {
    description = "NFS to mount targets in this VPC"
    protocol    = "tcp"
    from_port   = 2049
    to_port     = 2049
    cidr_blocks = sort([for block in data.aws_vpc.studio[each.key].cidr_block_associations : block.cidr_block if block.state == "associated"])
  }
}

resource "aws_iam_role" "read_source" {
  name                 = "${var.name}-read-source"
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.datasync_mounts.json
  tags                 = local.tags
}

resource "aws_iam_role_policy" "read_source" {
  name   = "rights"
  role   = aws_iam_role.read_source.id
  policy = data.aws_iam_policy_document.read_source.json
}

resource "aws_iam_role" "write_target" {
  name                 = "${var.name}-write-target"
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.datasync_mounts.json
  tags                 = local.tags
}

resource "aws_iam_role_policy" "write_target" {
  name   = "rights"
  role   = aws_iam_role.write_target.id
  policy = data.aws_iam_policy_document.write_target.json
}

resource "aws_cloudwatch_log_group" "datasync" {
  name              = "/aws/datasync/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = local.tags
}

resource "aws_cloudwatch_log_resource_policy" "datasync" {
  policy_name     = "${var.name}-datasync"
  policy_document = data.aws_iam_policy_document.datasync_log.json
}

data "aws_iam_policy_document" "datasync_mounts" {
  statement {
    sid     = "DataSyncOfThisAccountMountsWithThisRole"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["datasync.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:datasync:${local.here}:*"]
    }
  }
}

# No condition on SageMaker's tag here: when it mounts, EFS knows the keys for TLS, mount target and access point, and no
# others. What keeps copies to Studio's file systems is that open homes can make access points and locations on no others.
# https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html#efs-condition-keys-for-nfs
data "aws_iam_policy_document" "read_source" {
  statement {
    sid = "ReadThroughAnAccessPoint"
    # Homes have mode 0700: only root reads those of all users.
    actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess"]
    resources = [local.file_systems]

    # Without an access point a mount shows every home of the domain.
    condition {
      test     = "ArnLike"
      variable = "elasticfilesystem:AccessPointArn"
      values   = [local.access_points]
    }
  }
}

data "aws_iam_policy_document" "write_target" {
  statement {
    sid = "WriteThroughAnAccessPoint"
    # The access point makes root the new owner; EFS asks for root access because the owner's group is 0.
    actions = [
      "elasticfilesystem:ClientMount",
      "elasticfilesystem:ClientWrite",
      "elasticfilesystem:ClientRootAccess",
    ]
    resources = [local.file_systems]

    condition {
      test     = "ArnLike"
      variable = "elasticfilesystem:AccessPointArn"
      values   = [local.access_points]
    }
  }
}

data "aws_iam_policy_document" "datasync_log" {
  statement {
    sid       = "DataSyncWritesItsLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.datasync.arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["datasync.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.tasks]
    }
  }
}

# DataSync makes its network interfaces with the rights of whoever makes or starts a task.
data "aws_iam_policy_document" "lend_interfaces" {
  statement {
    sid = "LetDataSyncLookAtTheNetwork"
    actions = [
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcEndpoints",
    ]
    # EC2's Describe calls know no resource.
    resources = ["*"]
  }

  # Of an interface that is still to be made EC2 knows no VPC. What says where it will lie is the subnet: see below.
  statement {
    sid       = "LetDataSyncMakeItsInterfaces"
    actions   = ["ec2:CreateNetworkInterface"]
    resources = [local.interfaces]
  }

  statement {
    sid = "LetDataSyncMakeThemInStudiosVpcs"
    actions = [
      "ec2:CreateNetworkInterface",
      "ec2:CreateNetworkInterfacePermission",
      "ec2:ModifyNetworkInterfaceAttribute",
    ]
    resources = [local.interfaces, local.subnets]

    condition {
      test     = "ArnEquals"
      variable = "ec2:Vpc"
      values   = local.vpc_arns
    }
  }

  # By tag and not by ARN: a VPC more changes nothing here.
  statement {
    sid       = "LetDataSyncUseOurGroups"
    actions   = ["ec2:CreateNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute"]
    resources = [local.groups]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/studio-recovery"
      values   = [var.name]
    }
  }
}

# Only where security_group_rules leaves the rules to the workflow.
data "aws_iam_policy_document" "open_nfs" {
  statement {
    sid       = "OpenNfsOnGroupsOfStudio"
    actions   = ["ec2:AuthorizeSecurityGroupIngress"]
    resources = [local.groups]

    # SageMaker puts this tag on what it makes for a domain.
    condition {
      test     = "Null"
      variable = "aws:ResourceTag/ManagedByAmazonSageMakerResource"
      values   = ["false"]
    }
  }

  statement {
    sid       = "OpenOnlyWithOurTag"
    actions   = ["ec2:AuthorizeSecurityGroupIngress"]
    resources = [local.group_rules]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/studio-recovery"
      values   = [var.name]
    }
  }

  statement {
    sid       = "TagTheOpenedRule"
    actions   = ["ec2:CreateTags"]
    resources = [local.group_rules]

    # Without this, rules that others made could be made to look like ours.
    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["AuthorizeSecurityGroupIngress"]
    }
  }
}

# Used by all that end a copy: those below, and the admin function when a recovery is cancelled.
data "aws_iam_policy_document" "end_a_copy" {
  statement {
    sid     = "ListTasks"
    actions = ["datasync:ListTasks"]
    # ListTasks knows no resource.
    resources = ["*"]
  }

  statement {
    sid     = "ListTheCopiesOfATask"
    actions = ["datasync:ListTaskExecutions"]
    # ListTaskExecutions knows no resource.
    resources = ["*"]
  }

  # No condition on a tag, though DataSync knows tags of copies. Of a copy whose task is gone AWS would say "denied" where
  # the code must hear "not found". One that began without the tag, before an upgrade or by hand, could not be ended, and
  # the next recovery waits for its end. And no page says on which resource DataSync asks for the right to tag a copy that
  # it starts: with a wrong guess none would start.
  statement {
    sid       = "EndACopy"
    actions   = ["datasync:CancelTaskExecution"]
    resources = [local.task_executions]
  }

  statement {
    sid       = "RemoveOurTasks"
    actions   = ["datasync:DeleteTask"]
    resources = [local.tasks]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/studio-recovery"
      values   = [var.name]
    }
  }

  statement {
    sid     = "FindInterfaces"
    actions = ["ec2:DescribeNetworkInterfaces"]
    # EC2's Describe calls know no resource.
    resources = ["*"]
  }

  # DeleteTask removes the task's interfaces only with the caller's rights to do so.
  statement {
    sid       = "RemoveInterfacesOfATask"
    actions   = ["ec2:DeleteNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute"]
    resources = [local.interfaces]

    condition {
      test     = "ArnEquals"
      variable = "ec2:Vpc"
      values   = local.vpc_arns
    }
  }
}

# Used by all that remove: open homes (what a half-lost try left), close homes, and the seed.
data "aws_iam_policy_document" "remove_what_a_run_made" {
  source_policy_documents = [data.aws_iam_policy_document.end_a_copy.json]

  statement {
    sid     = "ListLocations"
    actions = ["datasync:ListLocations"]
    # ListLocations knows no resource.
    resources = ["*"]
  }

  statement {
    sid       = "TellWhoseALocationIs"
    actions   = ["datasync:ListTagsForResource"]
    resources = [local.locations]
  }

  # No condition on the tag: of a task that is gone AWS would then say "denied" where the code must hear "not found".
  statement {
    sid       = "LookAtATask"
    actions   = ["datasync:DescribeTask"]
    resources = [local.tasks]
  }

  statement {
    sid       = "RemoveOurLocations"
    actions   = ["datasync:DeleteLocation"]
    resources = [local.locations]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/studio-recovery"
      values   = [var.name]
    }
  }

  statement {
    sid       = "FindAccessPoints"
    actions   = ["elasticfilesystem:DescribeAccessPoints"]
    resources = [local.file_systems]
  }

  statement {
    sid       = "RemoveOurAccessPoints"
    actions   = ["elasticfilesystem:DeleteAccessPoint"]
    resources = [local.access_points]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/studio-recovery"
      values   = [var.name]
    }
  }
}
