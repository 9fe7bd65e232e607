mock_provider "aws" {}

run "refused" {
  command = plan

  variables {
    vpcs           = { lab = "main" }
    name           = "SG-studio"
    max_concurrent = 101
  }
}
