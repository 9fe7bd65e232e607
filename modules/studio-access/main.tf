# One Studio domain lets DataSync in: the rule that a recovery needs on the group of the domain's mount targets.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

# SageMaker makes this group, gives it to the mount targets of the domain's file system, and leaves it, as the file
# system, behind when the domain is deleted.
data "aws_security_group" "mount_targets" {
  name   = "security-group-for-inbound-nfs-${var.domain_id}"
  vpc_id = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "nfs" {
  security_group_id            = data.aws_security_group.mount_targets.id
  referenced_security_group_id = var.datasync_security_group_id
  description                  = "DataSync of studio-recovery"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  tags                         = var.tags
}
