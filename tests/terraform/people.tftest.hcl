# People: a reader reads, an operator asks three functions and opens NFS for Studio, and neither writes a table.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  vpcs = { lab = "vpc-0123456789abcdef0" }
}

run "only_what_knows_no_resource_is_read_on_all_of_them" {
  assert {
    condition = toset(flatten([
      for statement in data.aws_iam_policy_document.read_only.statement :
      statement.actions if statement.resources == toset(["*"])
      ])) == toset([
      "cloudtrail:DescribeTrails",
      "cloudwatch:GetMetricStatistics",
      "datasync:ListTaskExecutions",
      "datasync:ListTasks",
      "dynamodb:ListTables",
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "lambda:ListEventSourceMappings",
      "sagemaker:ListDomains",
      "sagemaker:ListSpaces",
      "sagemaker:ListUserProfiles",
      "servicequotas:ListServiceQuotas",
    ])
    error_message = "Everything else names what it reads."
  }
}

run "an_operator_changes_nothing_on_all_resources" {
  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.operator.statement : !contains(statement.resources, "*")
    ])
    error_message = "What an operator may do names what it is done to."
  }

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.operator.statement :
      length(statement.condition) == 1 if contains(statement.actions, "ec2:RevokeSecurityGroupIngress")
    ])
    error_message = "NFS is closed on groups with SageMaker's tag only."
  }
}

run "an_operator_opens_nfs_even_where_terraform_owns_the_rules" {
  variables {
    security_group_rules = "terraform"
  }

  assert {
    condition     = length(data.aws_iam_policy_document.operator.source_policy_documents) == 2
    error_message = "Beside a reader's rights there are those to open NFS: who works by hand needs them."
  }
}
