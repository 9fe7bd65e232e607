variable "development" {
  description = "The first account: the role that Terraform assumes there, and the VPCs of its Studio domains, such as { role_arn = \"arn:aws:iam::222233334444:role/terraform\", vpcs = { main = \"vpc-0abc1234\" } }."
  type = object({
    role_arn = string
    vpcs     = map(string)
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", var.development.role_arn))
    error_message = "development.role_arn is the ARN of an IAM role: \"arn:aws:iam::222233334444:role/terraform\"."
  }
}

variable "production" {
  description = "The second account, in the same way."
  type = object({
    role_arn = string
    vpcs     = map(string)
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", var.production.role_arn))
    error_message = "production.role_arn is the ARN of an IAM role: \"arn:aws:iam::333344445555:role/terraform\"."
  }

  validation {
    condition     = split(":", var.production.role_arn)[4] != split(":", var.development.role_arn)[4]
    error_message = "development and production are two accounts: in one account their resources would have the same names."
  }
}

variable "name" {
  description = "What every resource's name begins with, in both accounts, such as \"studio-recovery\"."
  type        = string
  default     = "studio-recovery"
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether terraform destroy stops before anything is gone; apply false before you destroy."
  type        = bool
  default     = true
  nullable    = false
}
