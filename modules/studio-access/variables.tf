variable "domain_id" {
  description = "The Studio domain, deleted or not, on whose home file system a recovery works, such as \"d-abcdefghijkl\"."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^d-(-*[a-z0-9]){1,61}$", var.domain_id))
    error_message = "domain_id is a Studio domain's id: \"d-\", then small letters, digits and hyphens."
  }
}

variable "vpc_id" {
  description = "The VPC in which the domain's mount targets are, such as \"vpc-0abc1234\"."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^vpc-[0-9a-f]{8,17}$", var.vpc_id))
    error_message = "vpc_id is a VPC id: \"vpc-\" and 8 to 17 digits or letters a to f."
  }
}

variable "datasync_security_group_id" {
  description = "DataSync's security group of that VPC, such as module.studio_recovery.datasync_security_group_ids[\"main\"]."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^sg-[0-9a-f]{8,17}$", var.datasync_security_group_id))
    error_message = "datasync_security_group_id is a security group's id: \"sg-\" and 8 to 17 digits or letters a to f."
  }
}

variable "tags" {
  description = "Tags of the rule, such as { team = \"platform\" }."
  type        = map(string)
  default     = {}
  nullable    = false
}
