variable "domain_name" {
  description = "The domain's name, such as \"lab\"."
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

variable "vpc_cidr" {
  description = "The addresses of the new VPC, such as \"10.20.0.0/16\"."
  type        = string
  default     = "10.20.0.0/16"
  nullable    = false
}

variable "zones" {
  description = "The letters of the Region's zones in which apps and homes get a subnet, such as [\"a\", \"b\"]."
  type        = list(string)
  default     = ["a", "b"]
  nullable    = false

  validation {
    condition     = length(var.zones) >= 1 && length(var.zones) <= 6 && length(distinct(var.zones)) == length(var.zones)
    error_message = "zones has 1 to 6 letters, each once."
  }
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
  description = "Whether the homes stay when the domain is destroyed."
  type        = bool
  default     = true
  nullable    = false
}

variable "delete_unknown_owners" {
  description = "Whether users and spaces that Terraform did not make are deleted with the domain; otherwise destroy stops and names them."
  type        = bool
  default     = false
  nullable    = false
}

variable "kms_key_arn" {
  description = "Your key for ledger, logs, queue and topic, such as \"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\"; examples/own-key shows its policy, which admits the logs /aws/vpc/<name> and /aws/lambda/<name>-lab-removal here too; null takes AWS's own keys."
  type        = string
  default     = null
}
