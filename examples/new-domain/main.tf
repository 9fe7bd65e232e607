# A new Studio domain with its network, users and spaces, and recovery from the first minute: whatever is deleted and
# created again from now on gets its files back.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

# Account and Region come from the environment, as for the AWS CLI.
provider "aws" {}

module "studio_domain" {
  source = "../../modules/studio-domain"

  name        = "${var.name}-lab"
  domain_name = var.domain_name
  vpc_id      = aws_vpc.studio.id
  # By their way out, which is there before the domain and goes after it.
  subnet_ids              = [for association in aws_route_table_association.apps : association.subnet_id]
  user_profiles           = { for user in var.users : user => {} }
  spaces                  = var.spaces
  retain_home_file_system = var.retain_home_file_system
  delete_unknown_owners   = var.delete_unknown_owners
  log_kms_key_arn         = var.kms_key_arn
}

module "studio_recovery" {
  source = "../.."

  name = var.name
  # The domain's own word, and not aws_vpc.studio.id: so deletion protection is asked before the domain is touched.
  vpcs                = { studio = module.studio_domain.vpc_id }
  kms_key_arn         = var.kms_key_arn
  deletion_protection = var.deletion_protection
}
