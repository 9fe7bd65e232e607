mock_provider "aws" {}

run "refused" {
  command = plan

  variables {
    vpcs    = { lab = "vpc-0123456789abcdef0", office = "vpc-0123456789abcdef0" }
    domains = { include = [for number in range(100) : "lab-${number}-*"] }
  }
}
