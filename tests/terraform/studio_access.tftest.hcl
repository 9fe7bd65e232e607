# Who opens NFS: the workflow has the right to, or Terraform makes the rule.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0" }
}

run "the_workflow_opens_nfs_unless_terraform_does" {
  assert {
    condition     = length(data.aws_iam_policy_document.open_homes.source_policy_documents) == 6
    error_message = "By default open-homes may add the rule that it misses."
  }
}

run "with_terraform_the_workflow_may_change_no_group" {
  variables {
    security_group_rules = "terraform"
  }

  assert {
    condition     = length(data.aws_iam_policy_document.open_homes.source_policy_documents) == 5
    error_message = "The document with the rights on groups is left out."
  }

  assert {
    condition     = !anytrue([for action in flatten(data.aws_iam_policy_document.open_homes.statement[*].actions) : strcontains(action, "SecurityGroupIngress")])
    error_message = "No right on groups stands anywhere else."
  }
}

run "somebody_else_opens_nothing" {
  command = plan

  variables {
    security_group_rules = "nobody"
  }

  expect_failures = [var.security_group_rules]
}

run "studio_access_admits_datasync_on_the_domains_group" {
  module {
    source = "./modules/studio-access"
  }

  variables {
    domain_id                  = "d-abcdefghijkl"
    vpc_id                     = "vpc-0123456789abcdef0"
    datasync_security_group_id = "sg-0123456789abcdef0"
  }

  assert {
    condition     = data.aws_security_group.mount_targets.name == "security-group-for-inbound-nfs-d-abcdefghijkl" && data.aws_security_group.mount_targets.vpc_id == var.vpc_id
    error_message = "The group is found by the name that SageMaker gives it."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.nfs.security_group_id == output.security_group_id
    error_message = "The rule is on the mount targets' group."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.nfs.referenced_security_group_id == var.datasync_security_group_id
    error_message = "It admits DataSync's group."
  }

  assert {
    condition     = "${aws_vpc_security_group_ingress_rule.nfs.ip_protocol} ${aws_vpc_security_group_ingress_rule.nfs.from_port}-${aws_vpc_security_group_ingress_rule.nfs.to_port}" == "tcp 2049-2049"
    error_message = "It opens NFS and nothing else."
  }
}

run "wrong_ids_are_refused" {
  command = plan

  module {
    source = "./modules/studio-access"
  }

  variables {
    domain_id                  = "lab"
    vpc_id                     = "main"
    datasync_security_group_id = "datasync"
  }

  expect_failures = [var.domain_id, var.vpc_id, var.datasync_security_group_id]
}
