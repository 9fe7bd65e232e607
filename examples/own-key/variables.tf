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

variable "role_path" {
  description = "The path of every role, such as \"/platform/\"."
  type        = string
  default     = "/platform/"
  nullable    = false
}

variable "permissions_boundary" {
  description = "The policy of your organisation that bounds every role, such as \"arn:aws:iam::111122223333:policy/boundary\"; null: none."
  type        = string
  default     = null
}

variable "functions_vpc" {
  description = "The subnets and security groups that the functions run in, such as { subnet_ids = [\"subnet-0abc1234\"], security_group_ids = [\"sg-0abc1234\"] }; null: in no VPC."
  type = object({
    subnet_ids         = set(string)
    security_group_ids = set(string)
  })
  default = null
}

variable "deletion_protection" {
  description = "Whether terraform destroy stops before anything is gone; apply false before you destroy."
  type        = bool
  default     = true
  nullable    = false
}
