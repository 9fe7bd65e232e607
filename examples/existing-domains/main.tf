# Takes in the Studio domains that are already there: from now on, a user or space that is deleted and created again
# gets its files back.

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

module "studio_recovery" {
  source = "../.."

  vpcs                = var.vpcs
  name                = var.name
  runbook_url         = var.runbook_url
  deletion_protection = var.deletion_protection
}
