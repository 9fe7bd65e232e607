variable "vpcs" {
  description = "The VPCs in which your Studio domains live: a label of your choice for each VPC id, such as { main = \"vpc-0abc1234\" }."
  type        = map(string)
  nullable    = false
}

variable "name" {
  description = "What every resource's name begins with, such as \"studio-recovery\"."
  type        = string
  default     = "studio-recovery"
  nullable    = false
}

variable "runbook_url" {
  description = "Where your people read docs/operating.md, such as \"https://git.example.com/platform/studio-recovery/blob/main/docs/operating.md\"."
  type        = string
  default     = "docs/operating.md"
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether terraform destroy stops before anything is gone."
  type        = bool
  default     = true
  nullable    = false
}
