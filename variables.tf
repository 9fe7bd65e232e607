# Where

variable "vpcs" {
  description = "The VPCs in which Studio domains live: a label of your choice for each VPC id, such as { main = \"vpc-0abc1234\" }."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(var.vpcs) > 0
    error_message = "vpcs needs at least one VPC: without one, DataSync has no way to any home."
  }

  validation {
    condition     = alltrue([for id in values(var.vpcs) : can(regex("^vpc-[0-9a-f]{8,17}$", id))])
    error_message = "Every value of vpcs is a VPC id: \"vpc-\" and 8 to 17 digits or letters a to f."
  }

  validation {
    condition     = length(distinct(values(var.vpcs))) == length(var.vpcs)
    error_message = "vpcs names each VPC once: two labels for one VPC would make two security groups of one name."
  }
}

variable "name" {
  description = "What every resource's name begins with, and the value of the tag studio-recovery, such as \"studio-recovery\"."
  type        = string
  default     = "studio-recovery"
  nullable    = false

  validation {
    # The longest name made from it, "<name>-stream-trigger", is a function's and a role's: 64 characters at most.
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{0,48}$", var.name))
    error_message = "name has 1 to 49 letters, digits and hyphens and begins with a letter."
  }

  validation {
    condition     = !startswith(lower(var.name), "sg-")
    error_message = "name does not begin with \"sg-\": EC2 keeps that for the ids of security groups."
  }
}

# Safety

variable "deletion_protection" {
  description = "Whether terraform destroy stops before anything is gone, and the tables refuse to be deleted; apply false before you destroy."
  type        = bool
  default     = true
  nullable    = false
}

# Pace

variable "task_quota" {
  description = "The account's DataSync quota \"tasks per Region\", such as 100; a recovery waits, and does not fail, while it is used up."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.task_quota >= 1 && floor(var.task_quota) == var.task_quota
    error_message = "task_quota is a whole number, 1 or more."
  }
}

variable "max_concurrent" {
  description = "How many recoveries may copy at once, such as 50."
  type        = number
  # A copy takes four addresses in Studio's subnets: 50 of them take 200, so one /24 still has room for running apps,
  # and half of the account's tasks stay free for others.
  default  = 50
  nullable = false

  validation {
    condition     = var.max_concurrent >= 1 && var.max_concurrent <= var.task_quota && floor(var.max_concurrent) == var.max_concurrent
    error_message = "max_concurrent is a whole number from 1 to task_quota."
  }
}

variable "copy_timeout_hours" {
  description = "After how many hours a copy that still runs is cancelled and its recovery fails, such as 24."
  type        = number
  default     = 24
  nullable    = false

  validation {
    condition     = var.copy_timeout_hours >= 1 && var.copy_timeout_hours <= 168
    error_message = "copy_timeout_hours is from 1 to 168 (a week)."
  }
}

# Housekeeping

variable "log_retention_days" {
  description = "How many days CloudWatch keeps the logs of functions, state machine and DataSync, such as 365."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = contains(local.log_retention_choices, var.log_retention_days)
    error_message = "log_retention_days is one of ${join(", ", local.log_retention_choices)}: CloudWatch offers no others."
  }
}

locals {
  log_retention_choices = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
}

variable "package" {
  description = "The S3 object with the functions' code, such as { bucket = \"artifacts\", key = \"lambda.zip\", version = \"3sL4k\" }; null takes dist/lambda.zip of this module."
  type = object({
    bucket  = string
    key     = string
    version = optional(string)
  })
  default = null
}
