mock_provider "aws" {}

run "refused" {
  command = plan

  variables {
    vpcs = { lab = "vpc-0123456789abcdef0", office = "vpc-0123456789abcdef0" }
  }
}
