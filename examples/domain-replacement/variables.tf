variable "vpc_id" {
  description = "The domain's VPC, such as \"vpc-0abc1234\"."
  type        = string
  nullable    = false
}

variable "subnet_ids" {
  description = "Private subnets of that VPC for apps and homes, such as [\"subnet-0abc1234\", \"subnet-0def5678\"]."
  type        = list(string)
  nullable    = false
}

variable "kms_key_id" {
  description = "The key that encrypts homes and volumes, such as an ARN; null takes AWS's own. Another key replaces the domain."
  type        = string
  default     = null
}

variable "other_vpcs" {
  description = "Further VPCs in which homes lie, or will lie soon, such as [\"vpc-0def5678\"]: before the domain moves to another VPC, that one; after it, the one that it left."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "domain_name" {
  description = "The domain's name, such as \"lab\"; it stays when the domain is replaced."
  type        = string
  default     = "lab"
  nullable    = false
}

variable "users" {
  description = "The names of the users, such as [\"ada\", \"eve\"]."
  type        = set(string)
  default     = ["ada"]
  nullable    = false
}

variable "spaces" {
  description = "The spaces by name, each with its owner, such as { reading-group = { owner = \"ada\", sharing = \"Shared\" } }; sharing is Private or Shared."
  type = map(object({
    owner   = string
    sharing = optional(string, "Private")
  }))
  default  = { reading-group = { owner = "ada", sharing = "Shared" } }
  nullable = false
}

variable "name" {
  description = "What every resource's name begins with, such as \"studio-recovery\"."
  type        = string
  default     = "studio-recovery"
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether terraform destroy stops before anything is gone."
  type        = bool
  default     = true
  nullable    = false
}

variable "retain_home_file_system" {
  description = "Whether the homes stay when the domain is replaced or destroyed; false before a replacement loses them."
  type        = bool
  default     = true
  nullable    = false
}

variable "delete_unknown_owners" {
  description = "Whether users and spaces that Terraform did not make are deleted with the domain; otherwise replacing and destroying it stops and names them."
  type        = bool
  default     = false
  nullable    = false
}
