output "profile_table_name" {
  description = "The table with one row for each owner and domain."
  value       = module.studio_recovery.profile_table_name
}

output "history_table_name" {
  description = "The table with one line for each thing that happened."
  value       = module.studio_recovery.history_table_name
}

output "state_machine_arn" {
  description = "The state machine that runs one recovery."
  value       = module.studio_recovery.state_machine_arn
}

output "failure_queue_url" {
  description = "The queue in which waits what failed for good."
  value       = module.studio_recovery.failure_queue_url
}

output "function_names" {
  description = "The names of the functions, by what they do."
  value       = module.studio_recovery.function_names
}

output "seed_result" {
  description = "What the seed found: domains and owners, how many are protected, how many are not and why; complete = false: the schedule goes on from there."
  value       = module.studio_recovery.seed_result
}

output "topic_arn" {
  description = "The topic to subscribe to: it tells which recoveries failed or wait for a person."
  value       = module.studio_recovery.topic_arn
}

output "kms_key_arn" {
  description = "The key under which all of it lies."
  value       = aws_kms_key.recovery.arn
}

output "operator_policy_json" {
  description = "The rights of whoever uses the command line, with those on the key; attach it to a role of yours."
  value       = module.studio_recovery.operator_policy_json
}
