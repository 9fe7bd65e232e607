# What

variable "name" {
  description = "What every resource's name begins with, and the value of the tag studio-domain, such as \"studio-lab\"; another for each domain of the account and Region."
  type        = string
  default     = "studio-domain"
  nullable    = false

  validation {
    # The longest name made from it, "<name>-execution", is a role's: 64 characters at most.
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{0,53}$", var.name))
    error_message = "name has 1 to 54 letters, digits and hyphens and begins with a letter."
  }

  validation {
    condition     = !startswith(lower(var.name), "sg-")
    error_message = "name does not begin with \"sg-\": EC2 keeps that for the ids of security groups."
  }
}

variable "domain_name" {
  description = "The domain's name, such as \"lab\". Homes come back to a domain of the same name: keep it when the domain is replaced."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$", var.domain_name))
    error_message = "domain_name has 1 to 63 letters, digits and hyphens and begins and ends with no hyphen."
  }
}

variable "user_profiles" {
  description = "The users by name, such as { ada = {}, eve = { single_sign_on_user = \"eve@example.com\" } }; a role of their own is optional."
  type = map(object({
    execution_role_arn  = optional(string)
    single_sign_on_user = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.user_profiles) : can(regex("^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$", name))])
    error_message = "Every name in user_profiles has 1 to 63 letters, digits and hyphens and begins and ends with no hyphen."
  }

  validation {
    condition     = length(distinct([for name in keys(var.user_profiles) : lower(name)])) == length(var.user_profiles)
    error_message = "user_profiles names each user once: to SageMaker, capitals make no other name."
  }
}

variable "spaces" {
  description = "The spaces by name, such as { reading-group = { owner = \"ada\", sharing = \"Shared\" } }; the owner is one of user_profiles."
  type = map(object({
    owner    = string
    sharing  = optional(string, "Private")
    app_type = optional(string, "JupyterLab")
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.spaces) : can(regex("^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$", name))])
    error_message = "Every name in spaces has 1 to 63 letters, digits and hyphens and begins and ends with no hyphen."
  }

  validation {
    condition     = length(distinct([for name in keys(var.spaces) : lower(name)])) == length(var.spaces)
    error_message = "spaces names each space once: to SageMaker, capitals make no other name."
  }

  validation {
    condition     = alltrue([for space in values(var.spaces) : contains(keys(var.user_profiles), space.owner)])
    error_message = "Every owner in spaces is a name in user_profiles."
  }

  validation {
    condition     = alltrue([for space in values(var.spaces) : contains(["Private", "Shared"], space.sharing)])
    error_message = "sharing in spaces is Private or Shared."
  }

  validation {
    condition     = alltrue([for space in values(var.spaces) : contains(["JupyterLab", "CodeEditor"], space.app_type)])
    error_message = "app_type in spaces is JupyterLab or CodeEditor: other apps have no spaces."
  }
}

# Where

variable "vpc_id" {
  description = "The VPC of the domain, such as \"vpc-0abc1234\"."
  type        = string
  nullable    = false
}

variable "subnet_ids" {
  description = "Private subnets for apps and homes, at least two of them in two zones, such as [\"subnet-0abc1234\", \"subnet-0def5678\"]."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) >= 1 && length(var.subnet_ids) <= 16
    error_message = "subnet_ids has 1 to 16 subnets."
  }
}

variable "app_network_access_type" {
  description = "Whether apps reach the internet by the domain's VPC alone (VpcOnly), or through SageMaker (PublicInternetOnly)."
  type        = string
  default     = "VpcOnly"
  nullable    = false

  validation {
    condition     = contains(["VpcOnly", "PublicInternetOnly"], var.app_network_access_type)
    error_message = "app_network_access_type is VpcOnly or PublicInternetOnly."
  }
}

variable "security_group_ids" {
  description = "Further security groups of apps, such as [\"sg-0abc1234\"]; the module makes one that lets apps talk to each other and out over HTTPS."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.security_group_ids) <= 3
    error_message = "security_group_ids has at most 3 groups: an app has five, of which one is the module's and one SageMaker's."
  }
}

# Who may do what

variable "auth_mode" {
  description = "How users sign in: IAM, or SSO (IAM Identity Center)."
  type        = string
  default     = "IAM"
  nullable    = false

  validation {
    condition     = contains(["IAM", "SSO"], var.auth_mode)
    error_message = "auth_mode is IAM or SSO."
  }
}

variable "execution_role" {
  description = "The role as which users work, such as { arn = aws_iam_role.studio.arn }; null makes a small one that opens Studio, and nothing else."
  # An object, because an ARN that is not known before apply could not be told from null.
  type    = object({ arn = string })
  default = null
}

variable "kms_key_id" {
  description = "The key that encrypts homes and volumes, such as an ARN; null takes AWS's own. Another key replaces the domain."
  type        = string
  default     = null
}

variable "log_kms_key_arn" {
  description = "The key that encrypts the function's log and variables, such as \"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\"; null takes AWS's own."
  type        = string
  default     = null
}

variable "role_path" {
  description = "The path of the roles that this module makes, such as \"/platform/\"."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([A-Za-z0-9+=,.@_-]+/)*$", var.role_path)) && length(var.role_path) <= 512
    error_message = "role_path begins and ends with \"/\", has letters, digits and +=,.@_- between, and at most 512 characters."
  }
}

variable "permissions_boundary" {
  description = "The ARN of the policy that bounds what these roles may do, such as \"arn:aws:iam::111122223333:policy/boundary\"; null: none."
  type        = string
  default     = null
}

# How it ends

variable "retain_home_file_system" {
  description = "Whether the homes stay when the domain is destroyed or replaced; their file system keeps its mount targets and two security groups. Apply false before you destroy them too."
  type        = bool
  default     = true
  nullable    = false
}

variable "delete_unknown_owners" {
  description = "Whether profiles and spaces that Terraform did not make, such as spaces that users made in Studio, are deleted before the domain; otherwise destroy stops and names them."
  type        = bool
  default     = false
  nullable    = false
}

# Housekeeping

variable "log_retention_days" {
  description = "How many days the function's log is kept, such as 365."
  type        = number
  default     = 365
  nullable    = false
}

variable "tags" {
  description = "Further tags of everything that this module makes, such as { team = \"ml\" }."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "package" {
  description = "The S3 object with the function's code, such as { bucket = \"artifacts\", key = \"lambda.zip\", version = \"3sL4k\" }; null takes dist/lambda.zip beside this module."
  type = object({
    bucket  = string
    key     = string
    version = optional(string)
  })
  default = null
}
