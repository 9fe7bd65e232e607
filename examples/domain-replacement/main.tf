# A Studio domain that Terraform may replace: when a change cannot be made in place, the domain is deleted and made again
# under its name, and every home comes back by itself.

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

  name                    = "${var.name}-lab"
  domain_name             = var.domain_name
  vpc_id                  = var.vpc_id
  subnet_ids              = var.subnet_ids
  kms_key_id              = var.kms_key_id
  user_profiles           = { for user in var.users : user => {} }
  spaces                  = var.spaces
  retain_home_file_system = var.retain_home_file_system
  delete_unknown_owners   = var.delete_unknown_owners
}

module "studio_recovery" {
  source = "../.."

  name = var.name
  # Keyed by id: a VPC that the domain moves into, or out of, keeps its security group. The domain's own word, and not
  # var.vpc_id: so deletion protection is asked before the domain is touched.
  vpcs                = merge({ for id in var.other_vpcs : id => id }, { (var.vpc_id) = module.studio_domain.vpc_id })
  deletion_protection = var.deletion_protection
}
