output "arn" {
  description = "The function's ARN."
  value       = aws_lambda_function.function.arn
}

output "name" {
  description = "The function's name."
  value       = aws_lambda_function.function.function_name
}

output "role_name" {
  description = "The name of the role that it runs as."
  value       = aws_iam_role.execution.name
}
