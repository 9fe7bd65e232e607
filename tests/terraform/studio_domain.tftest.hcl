# The module that makes a Studio domain.

mock_provider "aws" {
  source = "./tests/terraform/mocks"
}

variables {
  name          = "studio-lab"
  domain_name   = "lab"
  vpc_id        = "vpc-0abc1234"
  subnet_ids    = ["subnet-0abc1234", "subnet-0def5678"]
  user_profiles = { ada = {}, eve = { single_sign_on_user = "eve@example.com" } }
  spaces        = { drafts = { owner = "eve" } }
}

run "a_domain_is_in_its_vpc_alone_and_keeps_its_homes" {
  module {
    source = "./modules/studio-domain"
  }

  assert {
    condition     = aws_sagemaker_domain.studio.app_network_access_type == "VpcOnly"
    error_message = "Apps reach nothing but by the VPC."
  }

  assert {
    condition     = one(aws_sagemaker_domain.studio.retention_policy).home_efs_file_system == "Retain"
    error_message = "Homes outlive the domain."
  }

  assert {
    condition = (
      one(aws_sagemaker_domain.studio.default_user_settings).security_groups == toset([aws_security_group.apps.id])
      && one(aws_sagemaker_domain.studio.default_space_settings).security_groups == toset([aws_security_group.apps.id])
    )
    error_message = "Apps of users and of shared spaces carry the module's group: VPC-only domains need one."
  }

  assert {
    condition     = one(aws_sagemaker_domain.studio.default_user_settings).execution_role == aws_iam_role.execution["own"].arn
    error_message = "Without a role of the caller's, the module makes one."
  }

  assert {
    condition     = aws_sagemaker_user_profile.user["eve"].single_sign_on_user_identifier == "UserName" && aws_sagemaker_user_profile.user["ada"].single_sign_on_user_identifier == null
    error_message = "Only who signs in through Identity Center is named to it."
  }

  assert {
    condition     = one(aws_sagemaker_space.space["drafts"].space_sharing_settings).sharing_type == "Private"
    error_message = "A space is private unless it is said to be shared."
  }

  assert {
    condition = jsondecode(aws_lambda_invocation.empty.input) == {
      action                  = "empty"
      module                  = "studio-lab"
      domain_id               = aws_sagemaker_domain.studio.id
      user_profiles           = ["ada", "eve"]
      spaces                  = ["drafts"]
      delete_unknown_owners   = false
      retain_home_file_system = true
    }
    error_message = "The function is told what Terraform made, and what is to become of the rest."
  }

  assert {
    condition     = aws_lambda_invocation.empty.triggers["domain"] == aws_sagemaker_domain.studio.id
    error_message = "A domain that is replaced is emptied first."
  }
}

run "a_callers_role_is_taken_although_its_arn_is_not_known_yet" {
  command = plan

  module {
    source = "./modules/studio-domain"
  }

  variables {
    execution_role = { arn = "arn:aws:iam::111122223333:role/studio" }
  }

  assert {
    condition     = length(aws_iam_role.execution) == 0 && output.execution_role_arn == "arn:aws:iam::111122223333:role/studio"
    error_message = "The module makes no role beside the caller's."
  }
}

run "homes_go_with_the_domain_when_it_is_said_so" {
  command = plan

  module {
    source = "./modules/studio-domain"
  }

  variables {
    retain_home_file_system = false
  }

  assert {
    condition     = one(aws_sagemaker_domain.studio.retention_policy).home_efs_file_system == "Delete"
    error_message = "SageMaker deletes the file system."
  }
}

run "names_that_studio_does_not_take_are_refused" {
  command = plan

  module {
    source = "./modules/studio-domain"
  }

  variables {
    name          = "1-studio"
    domain_name   = "lab-"
    user_profiles = { "ada lovelace" = {} }
    spaces        = {}
  }

  expect_failures = [var.name, var.domain_name, var.user_profiles]
}

run "one_user_in_two_spellings_is_refused" {
  command = plan

  module {
    source = "./modules/studio-domain"
  }

  variables {
    user_profiles = { ada = {}, Ada = {}, eve = {} }
  }

  expect_failures = [var.user_profiles]
}

run "one_space_in_two_spellings_is_refused" {
  command = plan

  module {
    source = "./modules/studio-domain"
  }

  variables {
    spaces = { drafts = { owner = "eve" }, Drafts = { owner = "eve" } }
  }

  expect_failures = [var.spaces]
}

run "a_spaces_name_that_studio_does_not_take_is_refused" {
  command = plan

  module {
    source = "./modules/studio-domain"
  }

  variables {
    spaces = { "my space" = { owner = "eve" } }
  }

  expect_failures = [var.spaces]
}

run "a_space_of_nobody_is_refused" {
  command = plan

  module {
    source = "./modules/studio-domain"
  }

  variables {
    spaces = { drafts = { owner = "mallory" } }
  }

  expect_failures = [var.spaces]
}

run "words_that_sagemaker_does_not_know_are_refused" {
  command = plan

  module {
    source = "./modules/studio-domain"
  }

  variables {
    auth_mode               = "LDAP"
    app_network_access_type = "Internet"
    spaces                  = { drafts = { owner = "eve", sharing = "Public", app_type = "Canvas" } }
  }

  expect_failures = [var.auth_mode, var.app_network_access_type, var.spaces]
}

run "a_domain_without_subnets_and_with_too_many_groups_is_refused" {
  command = plan

  module {
    source = "./modules/studio-domain"
  }

  variables {
    subnet_ids         = []
    security_group_ids = ["sg-1", "sg-2", "sg-3", "sg-4"]
  }

  expect_failures = [var.subnet_ids, var.security_group_ids]
}

run "its_roles_have_the_path_and_the_boundary" {
  module {
    source = "./modules/studio-domain"
  }

  variables {
    role_path            = "/platform/"
    permissions_boundary = "arn:aws:iam::111122223333:policy/boundary"
  }

  assert {
    condition     = aws_iam_role.execution["own"].path == "/platform/" && aws_iam_role.execution["own"].permissions_boundary == var.permissions_boundary
    error_message = "Studio's role is where the organisation wants it."
  }
}
