output "name" {
  description = "What every resource's name begins with, and the value of the tag studio-recovery."
  value       = var.name
}

output "profile_table_name" {
  description = "The table with one row for each owner and domain."
  value       = aws_dynamodb_table.profiles.name
}

output "history_table_name" {
  description = "The table with one line for each thing that happened."
  value       = aws_dynamodb_table.history.name
}

output "state_machine_arn" {
  description = "The state machine that runs one recovery; start it by hand for a copy without a ledger row."
  value       = aws_sfn_state_machine.recovery.arn
}

output "failure_queue_url" {
  description = "The queue in which events, stream records and calls wait that failed for good."
  value       = aws_sqs_queue.failures.url
}

output "failure_queue_arn" {
  description = "The same queue's ARN, for an alarm or a consumer of your own."
  value       = aws_sqs_queue.failures.arn
}

output "topic_arn" {
  description = "The topic that tells which recoveries need a person and what to do; subscribe to it."
  value       = aws_sns_topic.notices.arn
}

output "dashboard_name" {
  description = "The CloudWatch dashboard that shows how recoveries went, who waits and whether the machinery keeps up, such as \"studio-recovery\"."
  value       = aws_cloudwatch_dashboard.watch.dashboard_name
}

output "datasync_security_group_ids" {
  description = "DataSync's security group in each VPC, by the label in vpcs."
  value       = { for label, group in aws_security_group.datasync : label => group.id }
}

output "function_names" {
  description = "The names of the functions, by what they do, for logs and metrics."
  value = {
    event_handler  = module.event_handler.name
    stream_trigger = module.stream_trigger.name
    open_homes     = module.open_homes.name
    close_homes    = module.close_homes.name
    gate           = module.gate.name
    seed           = module.seed.name
    admin          = module.admin.name
    notices        = module.notices.name
  }
}

output "read_only_policy_json" {
  description = "The rights to look at everything with the command line, as a policy document; attach it to a role of yours, such as aws_iam_policy with policy = module.studio_recovery.read_only_policy_json."
  value       = data.aws_iam_policy_document.read_only.json
}

output "operator_policy_json" {
  description = "The rights to look, and to ask for everything that the command line offers (hold, restore, retry, grant ...), as a policy document; attach it like read_only_policy_json, which it includes."
  value       = data.aws_iam_policy_document.operator.json
}

output "seed_result" {
  description = "What the seed found at the last apply: domains and owners, how many are protected, and how many are not, by reason; how far it was (looked_at of to_look_at), what it changed, and what it had trouble with; complete = false: the schedule goes on from there."
  value       = jsondecode(aws_lambda_invocation.seed.result)
}
