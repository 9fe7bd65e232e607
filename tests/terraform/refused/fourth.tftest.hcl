mock_provider "aws" {}

run "refused" {
  command = plan

  variables {
    vpcs                 = { lab = "vpc-0123456789abcdef0" }
    kms_key_arn          = "alias/ledger"
    role_path            = "platform"
    permissions_boundary = "boundary"
    functions            = { reserved_concurrency = 1, code_signing_config_arn = "arn", vpc = { subnet_ids = ["first"], security_group_ids = [] } }
  }
}
