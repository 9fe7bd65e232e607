output "profile_table_names" {
  description = "The table with one row for each owner and domain, by account."
  value = {
    development = module.development.profile_table_name
    production  = module.production.profile_table_name
  }
}

output "history_table_names" {
  description = "The table with one line for each thing that happened, by account."
  value = {
    development = module.development.history_table_name
    production  = module.production.history_table_name
  }
}

output "state_machine_arns" {
  description = "The state machine that runs one recovery, by account."
  value = {
    development = module.development.state_machine_arn
    production  = module.production.state_machine_arn
  }
}

output "failure_queue_urls" {
  description = "The queue in which waits what failed for good, by account."
  value = {
    development = module.development.failure_queue_url
    production  = module.production.failure_queue_url
  }
}

output "seed_results" {
  description = "What the seed found, by account: domains and owners, how many are protected, how many are not and why; complete = false: the schedule goes on from there."
  value = {
    development = module.development.seed_result
    production  = module.production.seed_result
  }
}

output "topic_arns" {
  description = "The topic to subscribe to: it tells which recoveries failed or wait for a person, by account."
  value = {
    development = module.development.topic_arn
    production  = module.production.topic_arn
  }
}

output "function_names" {
  description = "The names of the functions, by account and by what they do."
  value = {
    development = module.development.function_names
    production  = module.production.function_names
  }
}
