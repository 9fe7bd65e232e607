"""No test ever sees the AWS settings of the person who runs it."""

from demo.cloud import forget_the_callers_aws

forget_the_callers_aws()
