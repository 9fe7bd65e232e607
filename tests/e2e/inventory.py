"""How many things of each kind an account holds."""

from demo.cloud import Cloud

LISTS = {
    ("dynamodb", "list_tables"): "TableNames",
    ("lambda", "list_functions"): "Functions",
    ("lambda", "list_event_source_mappings"): "EventSourceMappings",
    ("stepfunctions", "list_state_machines"): "stateMachines",
    ("sqs", "list_queues"): "QueueUrls",
    ("sns", "list_topics"): "Topics",
    ("cloudwatch", "describe_alarms"): "MetricAlarms",
    ("events", "list_rules"): "Rules",
    ("scheduler", "list_schedules"): "Schedules",
    ("iam", "list_roles"): "Roles",
    ("logs", "describe_log_groups"): "logGroups",
    ("ec2", "describe_security_groups"): "SecurityGroups",
    ("ec2", "describe_security_group_rules"): "SecurityGroupRules",
    ("datasync", "list_tasks"): "Tasks",
    ("datasync", "list_locations"): "Locations",
    ("efs", "describe_access_points"): "AccessPoints",
    ("efs", "describe_file_systems"): "FileSystems",
}


def everything(cloud: Cloud) -> dict[str, int]:
    """The counts, by the call that lists them."""
    return {
        f"{service}:{operation}": len(getattr(cloud.client(service), operation)().get(field, []))
        for (service, operation), field in LISTS.items()
    }
