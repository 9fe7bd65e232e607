mock_provider "aws" {}

run "refused" {
  command = plan

  variables {
    vpcs           = { lab = "main" }
    domains        = { exclude = ["the lab"] }
    name           = "SG-studio"
    max_concurrent = 101
    copy           = { excludes = ["/${join("", [for _ in range(898) : "ä"])}"] }
  }
}
