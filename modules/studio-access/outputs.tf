output "security_group_id" {
  description = "SageMaker's group on the domain's mount targets, which now admits DataSync."
  value       = data.aws_security_group.mount_targets.id
}

output "security_group_rule_id" {
  description = "The rule that admits it."
  value       = aws_vpc_security_group_ingress_rule.nfs.security_group_rule_id
}
