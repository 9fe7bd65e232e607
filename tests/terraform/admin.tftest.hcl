# Admin: one function that knows the guard, writes the ledger, and reads no more than it must.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0" }
}

run "an_admin_has_one_function_to_ask" {
  assert {
    condition     = output.function_names.admin == "studio-recovery-admin"
    error_message = "Its name is told."
  }

  assert {
    condition = toset(flatten(data.aws_iam_policy_document.admin.statement[*].actions)) == toset([
      "dynamodb:GetItem",
      "dynamodb:Query",
      "dynamodb:Scan",
      "sagemaker:ListDomains",
    ])
    error_message = "Beside looking a home up and writing the ledger it reads the tables and finds domains by name."
  }

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.admin.statement :
      statement.resources != toset(["*"]) || statement.actions == toset(["sagemaker:ListDomains"])
    ])
    error_message = "Only what knows no resource is allowed on all of them."
  }
}
