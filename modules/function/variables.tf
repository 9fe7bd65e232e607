# What it is

variable "name" {
  description = "The name of the function and of its role, such as \"studio-recovery-seed\"."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name has 1 to 64 letters, digits, hyphens and underscores."
  }
}

variable "handler" {
  description = "The Python function that Lambda calls, such as \"studio_recovery.handlers.seed.handler\"."
  type        = string
  nullable    = false
}

variable "package" {
  description = "Where the code is: a local zip file with its base64 SHA-256, or an S3 object; the members of the other one are null."
  type = object({
    file    = optional(string)
    hash    = optional(string)
    bucket  = optional(string)
    key     = optional(string)
    version = optional(string)
  })
  nullable = false

  validation {
    condition     = (var.package.file == null) != (var.package.bucket == null)
    error_message = "package has either a file or a bucket."
  }

  validation {
    condition     = (var.package.bucket == null) == (var.package.key == null)
    error_message = "package has bucket and key together."
  }
}

variable "policy" {
  description = "What it may do, as a JSON policy; its log and its traces are added."
  type        = string
  nullable    = false
}

# How it runs

variable "timeout" {
  description = "After how many seconds a call is ended, such as 300."
  type        = number
  nullable    = false

  validation {
    condition     = var.timeout >= 1 && var.timeout <= 900
    error_message = "timeout is from 1 to 900 seconds."
  }
}

variable "memory" {
  description = "Its memory in MB, such as 256."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = var.memory >= 128 && var.memory <= 10240
    error_message = "memory is from 128 to 10240 MB."
  }
}

variable "environment" {
  description = "Its environment variables, such as { NAME = \"studio-recovery\" }."
  type        = map(string)
  default     = {}
  nullable    = false
}

# What the caller's organisation asks for

variable "rules" {
  description = "The key of its variables and log, the path and boundary of its role, how many of it may run, who signs its code, and the VPC that it runs in, such as { role_path = \"/ml/\" }; null: none."
  type = object({
    kms_key_arn             = optional(string)
    role_path               = optional(string, "/")
    permissions_boundary    = optional(string)
    reserved_concurrency    = optional(number)
    code_signing_config_arn = optional(string)
    vpc = optional(object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
    }))
  })
  default  = {}
  nullable = false
}

# Housekeeping

variable "log_retention_days" {
  description = "How many days its log is kept, such as 365."
  type        = number
  nullable    = false
}

variable "tags" {
  description = "The tags of everything that this module makes, such as { studio-recovery = \"studio-recovery\" }."
  type        = map(string)
  default     = {}
  nullable    = false
}
