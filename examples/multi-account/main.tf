# Two accounts from one configuration: each gets the module, and recovers the homes of its own Studio.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

# Credentials and Region come from the environment, as for the AWS CLI; the credentials need sts:AssumeRole on both roles.
# One provider and one module block for each account: Terraform makes no providers in a loop.

provider "aws" {
  alias = "development"

  assume_role {
    role_arn = var.development.role_arn
  }
}

provider "aws" {
  alias = "production"

  assume_role {
    role_arn = var.production.role_arn
  }
}

module "development" {
  source    = "../.."
  providers = { aws = aws.development }

  vpcs                = var.development.vpcs
  name                = var.name
  deletion_protection = var.deletion_protection
}

module "production" {
  source    = "../.."
  providers = { aws = aws.production }

  vpcs                = var.production.vpcs
  name                = var.name
  deletion_protection = var.deletion_protection
}
