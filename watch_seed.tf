# 5. Watch, the watcher itself: an alarm if the seed, which finds what was lost, does not come.

locals {
  seed_rate = try(regex("^rate\\((\\d+) (minute|hour|day)", var.seed_schedule), null)
  # Minutes, hours, day of the month, month, day of the week, year.
  seed_cron     = try(regex("^cron\\(\\S+ \\S+ (\\S+) (\\S+) (\\S+) (\\S+)\\)$", var.seed_schedule), null)
  in_every_week = try(alltrue([for part in [0, 1, 3] : contains(["*", "?"], local.seed_cron[part])]), false)
  on_every_day  = try(local.in_every_week && contains(["*", "?"], local.seed_cron[2]), false)
  on_many_days  = try(local.in_every_week && can(regex("[-,]", local.seed_cron[2])), false)

  # The longest time between two passes that the schedule allows; null if it may be a week or more.
  seed_gap_hours = (
    local.seed_rate != null ? tonumber(local.seed_rate[0]) * { minute = 1 / 60, hour = 1, day = 24 }[local.seed_rate[1]]
    : local.on_every_day ? 24
    : local.on_many_days ? 144
    : null
  )

  # One pass may fail. CloudWatch looks back for a week at most.
  no_seed = local.seed_gap_hours == null || try(local.seed_gap_hours > 144, true) ? {} : {
    no-seed = {
      hours    = min(168, max(3, ceil(2 * local.seed_gap_hours) + 1))
      text     = "The seed has not come to an end for longer than its schedule (${var.seed_schedule}) allows: lost events are found by nobody, what died is not finished, and the figures that other alarms look at are old."
      stage    = "watch"
      section  = "No seed"
      commands = ["seed", "doctor"]
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "seed" {
  for_each = local.no_seed

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = local.descriptions[each.key]
  alarm_actions     = [aws_sns_topic.notices.arn]
  tags              = local.tags

  namespace           = local.ours.namespace
  metric_name         = "SeedPasses"
  dimensions          = local.ours.dimensions
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = each.value.hours
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  # Made before the first pass, it is in ALARM until that has ended: nobody has subscribed yet.
  treat_missing_data = "breaching"
}
