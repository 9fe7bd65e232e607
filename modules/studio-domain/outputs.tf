output "domain_id" {
  description = "The domain's id, such as \"d-abc123\"; a replaced domain has another."
  value       = aws_sagemaker_domain.studio.id
}

output "domain_url" {
  description = "Where its users open Studio."
  value       = aws_sagemaker_domain.studio.url
}

output "vpc_id" {
  description = "The VPC of the domain. Whatever uses this output is made after the domain and its owners, and destroyed before them: give it to the recovery module, so that its deletion protection comes first."
  value       = var.vpc_id

  depends_on = [aws_lambda_invocation.empty]
}

output "home_file_system_id" {
  description = "The file system that holds its homes."
  value       = aws_sagemaker_domain.studio.home_efs_file_system_id
}

output "execution_role_arn" {
  description = "The role as which users work, unless their profile has another."
  value       = local.execution_role_arn
}

output "security_group_id" {
  description = "The group that apps carry."
  value       = aws_security_group.apps.id
}
