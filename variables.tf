# Where

variable "vpcs" {
  description = "The VPCs in which Studio domains live: a label of your choice for each VPC id, such as { main = \"vpc-0abc1234\" }."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(var.vpcs) > 0
    error_message = "vpcs needs at least one VPC: without one, DataSync has no way to any home."
  }

  validation {
    condition     = alltrue([for id in values(var.vpcs) : can(regex("^vpc-[0-9a-f]{8,17}$", id))])
    error_message = "Every value of vpcs is a VPC id: \"vpc-\" and 8 to 17 digits or letters a to f."
  }

  validation {
    condition     = length(distinct(values(var.vpcs))) == length(var.vpcs)
    error_message = "vpcs names each VPC once: two labels for one VPC would make two security groups of one name."
  }
}

variable "domains" {
  description = "The Studio domains to look after, by patterns of their names or ids, such as { include = [\"research-*\"], exclude = [\"*-sandbox\"] }; the others' owners are written down as out of scope. Two deployments of one account and Region must not look after the same domain."
  type = object({
    include = optional(list(string), ["*"])
    exclude = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(var.domains.include) > 0
    error_message = "domains.include needs at least one pattern, such as \"*\" for all domains."
  }

  validation {
    condition     = alltrue([for pattern in concat(var.domains.include, var.domains.exclude) : can(regex("^[A-Za-z0-9*?!\\[\\]-]+$", pattern))])
    error_message = "A pattern of domains holds letters, digits, hyphens and the wildcards *, ? and [...]: nothing else is in a domain's name or id."
  }

  validation {
    # They are a variable of Lambda functions, and all of a function's variables have 4 KB together.
    condition     = length(jsonencode(var.domains)) <= 1000
    error_message = "The patterns of domains take 1,000 characters at most, together and as JSON."
  }
}

variable "name" {
  description = "What every resource's name begins with, and the value of the tag studio-recovery, such as \"studio-recovery\"; another for each deployment in an account, also in another Region."
  type        = string
  default     = "studio-recovery"
  nullable    = false

  validation {
    # The longest name made from it, "<name>-stream-trigger", is a function's and a role's: 64 characters at most.
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{0,48}$", var.name))
    error_message = "name has 1 to 49 letters, digits and hyphens and begins with a letter."
  }

  validation {
    condition     = !startswith(lower(var.name), "sg-")
    error_message = "name does not begin with \"sg-\": EC2 keeps that for the ids of security groups."
  }
}

# Safety

variable "deletion_protection" {
  description = "Whether terraform destroy stops before anything is gone, and the tables refuse to be deleted; apply false before you destroy."
  type        = bool
  default     = true
  nullable    = false
}

variable "require_approval" {
  description = "Whether every recovery waits as BLOCKED until an admin approves it."
  type        = bool
  default     = false
  nullable    = false
}

variable "max_age_days" {
  description = "A home that was left more than so many days ago waits for an approval, such as 90; null: no home is too old."
  type        = number
  default     = null

  validation {
    condition     = var.max_age_days == null ? true : var.max_age_days > 0
    error_message = "max_age_days is more than 0, or null for no limit."
  }
}

# What your organisation asks for

variable "kms_key_arn" {
  description = "Your key for tables, queue, topic, logs, the functions' variables, state machine and schedule, such as \"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\"; its policy: examples/own-key; null takes AWS's own keys."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key, no alias: \"arn:aws:kms:<Region>:<account>:key/<id>\"."
  }
}

variable "role_path" {
  description = "The path of every role, such as \"/platform/\"."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([A-Za-z0-9+=,.@_-]+/)*$", var.role_path)) && length(var.role_path) <= 512
    error_message = "role_path begins and ends with \"/\", has letters, digits and +=,.@_- between, and at most 512 characters."
  }
}

variable "permissions_boundary" {
  description = "The ARN of the policy that bounds what every role may do, such as \"arn:aws:iam::111122223333:policy/boundary\"; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null ? true : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary))
    error_message = "permissions_boundary is the ARN of a policy: \"arn:aws:iam::<account>:policy/<name>\"."
  }
}

variable "functions" {
  description = "How functions may run, such as { reserved_concurrency = 10 } (executions that each of them has to itself, and at most) or { code_signing_config_arn = \"arn:aws:lambda:eu-west-1:111122223333:code-signing-config:csc-0123456789abcdef0\" } (for signed code in package); vpc = { subnet_ids = [...], security_group_ids = [...] } puts them into a VPC that has a way to AWS's APIs: docs/architecture.md."
  type = object({
    reserved_concurrency    = optional(number)
    code_signing_config_arn = optional(string)
    vpc = optional(object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
    }))
  })
  default  = {}
  nullable = false

  validation {
    # Less would let one owner wait for another; 0 would stop everything.
    condition     = var.functions.reserved_concurrency == null ? true : var.functions.reserved_concurrency >= 2 && floor(var.functions.reserved_concurrency) == var.functions.reserved_concurrency
    error_message = "functions.reserved_concurrency is a whole number, 2 or more, or null for none."
  }

  validation {
    condition     = var.functions.code_signing_config_arn == null || var.package != null
    error_message = "functions.code_signing_config_arn needs a package: the one that comes with this module is not signed."
  }

  validation {
    # Lambda takes no more.
    condition     = alltrue([for vpc in var.functions.vpc[*] : length(vpc.subnet_ids) >= 1 && length(vpc.subnet_ids) <= 16 && length(vpc.security_group_ids) >= 1 && length(vpc.security_group_ids) <= 5])
    error_message = "functions.vpc has 1 to 16 subnet_ids and 1 to 5 security_group_ids, or is null for none."
  }

  validation {
    condition     = alltrue(flatten([for vpc in var.functions.vpc[*] : [for id in setunion(vpc.subnet_ids, vpc.security_group_ids) : can(regex("^(subnet|sg)-[0-9a-f]{8,17}$", id))]]))
    error_message = "functions.vpc holds ids: \"subnet-\" or \"sg-\" and 8 to 17 digits or letters a to f."
  }
}

# Pace

variable "wait_for_app" {
  description = "Whether a copy waits, for about a day, until its owner has an app in service (a user's private spaces count); false copies at once."
  type        = bool
  default     = false
  nullable    = false
}

variable "task_quota" {
  description = "The account's DataSync quota \"tasks per Region\", such as 100; a recovery waits, and does not fail, while it is used up."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.task_quota >= 1 && floor(var.task_quota) == var.task_quota
    error_message = "task_quota is a whole number, 1 or more."
  }
}

variable "max_concurrent" {
  description = "How many recoveries may copy at once, such as 50."
  type        = number
  # A copy takes four addresses in Studio's subnets: 50 of them take 200, so one /24 still has room for running apps,
  # and half of the account's tasks stay free for others.
  default  = 50
  nullable = false

  validation {
    condition     = var.max_concurrent >= 1 && var.max_concurrent <= var.task_quota && floor(var.max_concurrent) == var.max_concurrent
    error_message = "max_concurrent is a whole number from 1 to task_quota."
  }
}

# Copies

variable "copy" {
  description = "How files are copied, such as { bytes_per_second = 104857600 }; docs/reference.md says what each attribute does; log_level \"TRANSFER\" writes the name of every file into the log."
  type = object({
    overwrite         = optional(string, "NEVER")
    verify            = optional(string, "ONLY_FILES_TRANSFERRED")
    posix_permissions = optional(string, "PRESERVE")
    # docs/decisions/0024 says why these, and why not all of /.cache.
    excludes = optional(list(string), [
      "/.local/share/Trash",
      "/.Trash-*",
      "/.cache/pip",
      "/.npm/_cacache",
      "*/__pycache__",
    ])
    bytes_per_second = optional(number, -1)
    log_level        = optional(string, "BASIC")
    timeout_hours    = optional(number, 24)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["NEVER", "ALWAYS"], var.copy.overwrite)
    error_message = "copy.overwrite is \"NEVER\" or \"ALWAYS\"."
  }

  validation {
    condition     = contains(["ONLY_FILES_TRANSFERRED", "POINT_IN_TIME_CONSISTENT", "NONE"], var.copy.verify)
    error_message = "copy.verify is \"ONLY_FILES_TRANSFERRED\", \"POINT_IN_TIME_CONSISTENT\" or \"NONE\"."
  }

  validation {
    condition     = contains(["PRESERVE", "NONE"], var.copy.posix_permissions)
    error_message = "copy.posix_permissions is \"PRESERVE\" or \"NONE\"."
  }

  validation {
    # A "|" begins the next pattern, a "\" takes a character's meaning away: the pattern would say something else.
    condition     = alltrue([for pattern in var.copy.excludes : can(regex("^[/*][^|\\\\]*$", pattern))])
    error_message = "Every pattern of copy.excludes begins with \"/\" (from the home on) or \"*\" (anywhere), and has no \"|\" and no \"\\\" in it."
  }

  validation {
    condition     = alltrue([for pattern in var.copy.excludes : trim(pattern, "/*") != ""])
    error_message = "Every pattern of copy.excludes names something: one of \"/\" and \"*\" only would leave every file behind."
  }

  validation {
    # DataSync takes 102,400 characters, but a Lambda's variables, of which this is one, have 4 KB together.
    condition     = length(base64encode(jsonencode(var.copy.excludes))) <= 1800 * 4 / 3
    error_message = "The patterns of copy.excludes take 1,800 bytes at most, together and as JSON."
  }

  validation {
    condition     = var.copy.bytes_per_second == -1 || (var.copy.bytes_per_second >= 1048576 && floor(var.copy.bytes_per_second) == var.copy.bytes_per_second)
    error_message = "copy.bytes_per_second is -1 (no limit), or a whole number, 1048576 (1 MiB) or more."
  }

  validation {
    condition     = contains(["OFF", "BASIC", "TRANSFER"], var.copy.log_level)
    error_message = "copy.log_level is \"OFF\", \"BASIC\" or \"TRANSFER\"."
  }

  validation {
    condition     = var.copy.timeout_hours >= 1 && var.copy.timeout_hours <= 168
    error_message = "copy.timeout_hours is from 1 to 168 (a week)."
  }
}

variable "security_group_rules" {
  description = "Who lets DataSync in on the security groups of Studio's mount targets: \"workflow\" (a recovery adds the rule that it misses, destroy takes it back) or \"terraform\" (you do, with modules/studio-access; a recovery that misses a rule fails and names it)."
  type        = string
  default     = "workflow"
  nullable    = false

  validation {
    condition     = contains(["workflow", "terraform"], var.security_group_rules)
    error_message = "security_group_rules is \"workflow\" or \"terraform\"."
  }
}

# Watch

variable "seed_schedule" {
  description = "How often the ledger is compared with what Studio really has, in UTC, such as \"rate(1 hour)\" or \"cron(0 6 * * ? *)\"."
  type        = string
  default     = "rate(1 hour)"
  nullable    = false

  validation {
    condition     = can(regex("^(rate\\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\\)|cron\\([^ ()]+( [^ ()]+){5}\\))$", var.seed_schedule))
    error_message = "seed_schedule is rate(N unit), such as rate(1 hour) or rate(30 minutes), or cron(...) with six fields."
  }
}

variable "runbook_url" {
  description = "Where your people read docs/operating.md, such as \"https://git.example.com/platform/studio-recovery/blob/main/docs/operating.md\": messages and alarms name it with \"#section\" behind it. The default is its path in this repository, which nobody can click."
  type        = string
  default     = "docs/operating.md"
  nullable    = false

  validation {
    # Every alarm's description has it, and CloudWatch takes 1,024 characters of one.
    condition     = var.runbook_url == "docs/operating.md" || (can(regex("^https?://[A-Za-z0-9._~:/?@!$&*+,;=%-]+$", var.runbook_url)) && length(var.runbook_url) <= 300)
    error_message = "runbook_url is \"docs/operating.md\", or begins with \"https://\" or \"http://\", then has letters, digits and ._~:/?@!$&*+,;=%-, and at most 300 characters: no \"#\", which messages add."
  }
}

# Housekeeping

variable "log_retention_days" {
  description = "How many days CloudWatch keeps the logs of functions, state machine and DataSync, such as 365."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = contains(local.log_retention_choices, var.log_retention_days)
    error_message = "log_retention_days is one of ${join(", ", local.log_retention_choices)}: CloudWatch offers no others."
  }
}

locals {
  log_retention_choices = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
}

variable "package" {
  description = "The S3 object with the functions' code, such as { bucket = \"artifacts\", key = \"lambda.zip\", version = \"3sL4k\" }; null takes dist/lambda.zip of this module."
  type = object({
    bucket  = string
    key     = string
    version = optional(string)
  })
  default = null
}
