# People: what whoever uses the command line needs. Attach one of the two policies to a role of yours.
#
# A managed policy holds 6,144 characters, without white space; a test measures both with the longest name.

data "aws_iam_policy_document" "read_only" {
  source_policy_documents = [data.aws_iam_policy_document.find_the_home.json]

  # One statement for all of them: each further one takes some ninety of the policy's characters.
  statement {
    sid = "LookWhereTheApiNamesNothing"
    actions = [
      # GetMetricStatistics, the List calls, and the Describe calls of CloudTrail and EC2 know no resource.
      "cloudtrail:DescribeTrails",
      "cloudwatch:GetMetricStatistics",
      "datasync:ListTaskExecutions",
      "datasync:ListTasks",
      "dynamodb:ListTables",
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "lambda:ListEventSourceMappings",
      "sagemaker:ListDomains",
      "sagemaker:ListSpaces",
      "sagemaker:ListUserProfiles",
      "servicequotas:ListServiceQuotas",
    ]
    resources = ["*"]
  }

  statement {
    sid = "ReadTheLedger"
    actions = [
      "dynamodb:DescribeContinuousBackups",
      "dynamodb:DescribeTable",
      "dynamodb:GetItem",
      "dynamodb:Query",
      "dynamodb:Scan",
    ]
    resources = [aws_dynamodb_table.profiles.arn, aws_dynamodb_table.history.arn]
  }

  # One statement for both: see above. On alarms so named AWS tells of metric alarms only, and there are no others.
  statement {
    sid     = "LookAtFunctionsAndAlarms"
    actions = ["cloudwatch:DescribeAlarms", "lambda:GetFunctionConfiguration"]
    resources = [
      "arn:${local.partition}:cloudwatch:${local.here}:alarm:*",
      "arn:${local.partition}:lambda:${local.here}:function:${var.name}-*",
    ]
  }

  statement {
    sid       = "ListRecoveries"
    actions   = ["states:DescribeStateMachine", "states:ListExecutions"]
    resources = [aws_sfn_state_machine.recovery.arn]
  }

  statement {
    sid       = "FollowARecovery"
    actions   = ["states:DescribeExecution", "states:GetExecutionHistory"]
    resources = [local.execution_arns]
  }

  # No condition on the tag: of a task that is gone AWS would then say "denied" where the code must hear "not found".
  statement {
    sid       = "FollowACopy"
    actions   = ["datasync:DescribeTask", "datasync:DescribeTaskExecution"]
    resources = [local.tasks, local.task_executions]
  }

  # The file system of a domain that is gone is found only by a listing of all of them.
  statement {
    sid = "LookAtFileSystems"
    actions = [
      "elasticfilesystem:DescribeAccessPoints",
      "elasticfilesystem:DescribeFileSystemPolicy",
      "elasticfilesystem:DescribeFileSystems",
      "elasticfilesystem:DescribeMountTargetSecurityGroups",
      "elasticfilesystem:DescribeMountTargets",
    ]
    resources = [local.file_systems]
  }

  # Who has read a message gives it back at once.
  statement {
    sid       = "ReadWhatFailed"
    actions   = ["sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
    resources = [aws_sqs_queue.failures.arn]
  }

  statement {
    sid       = "SeeWhetherAnybodyHears"
    actions   = ["sns:GetTopicAttributes"]
    resources = [aws_sns_topic.notices.arn]
  }

  statement {
    sid     = "SeeWhatATrailReports"
    actions = ["cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus"]
    # A trail that reports here may be another Region's, or the organization's.
    resources = ["arn:${local.partition}:cloudtrail:*:*:trail/*"]
  }

  statement {
    sid       = "LookAtTheRule"
    actions   = ["events:DescribeRule", "events:ListTargetsByRule"]
    resources = [aws_cloudwatch_event_rule.created.arn]
  }

  statement {
    sid       = "LookAtTheSchedule"
    actions   = ["scheduler:GetSchedule"]
    resources = [aws_scheduler_schedule.seed.arn]
  }

  statement {
    sid       = "LookAtTheRoles"
    actions   = ["iam:GetRole"]
    resources = ["arn:${local.partition}:iam::${local.account}:role${var.role_path}${var.name}-*"]
  }

  statement {
    sid       = "LookAtTheKeys"
    actions   = ["kms:DescribeKey"]
    resources = ["arn:${local.partition}:kms:${local.here}:key/*"]
  }

  # One statement for all services: see above.
  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "ReadWhatTheKeyEncrypts"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringLike"
        variable = "kms:ViaService"
        values   = [for service in ["dynamodb", "lambda", "scheduler", "sqs", "states"] : "${service}.${local.region}.*"]
      }
    }
  }
}

data "aws_iam_policy_document" "operator" {
  source_policy_documents = [
    data.aws_iam_policy_document.read_only.json,
    data.aws_iam_policy_document.open_nfs.json,
  ]

  # The admin function alone writes the ledger for people. What failed is handed to the event handler again.
  statement {
    sid       = "AskTheFunctions"
    actions   = ["lambda:InvokeFunction"]
    resources = [module.admin.arn, module.event_handler.arn, module.seed.arn]
  }

  statement {
    sid       = "RemoveWhatIsDone"
    actions   = ["sqs:DeleteMessage"]
    resources = [aws_sqs_queue.failures.arn]
  }

  statement {
    sid     = "CloseNfsOnGroupsOfStudio"
    actions = ["ec2:RevokeSecurityGroupIngress"]
    # EC2 looks at the group only. That the rule is ours, the command sees by its tag (docs/security.md, People).
    resources = [local.groups]

    condition {
      test     = "Null"
      variable = "aws:ResourceTag/ManagedByAmazonSageMakerResource"
      values   = ["false"]
    }
  }
}
