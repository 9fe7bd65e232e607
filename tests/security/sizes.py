"""How long a policy is with the longest names that it may hold."""

import json

from demo.cloud import REGION

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: white space does not count.
LONGEST_MANAGED_POLICY = 6144
LONGEST_NAME = "n" * 49


def longest(policy: str, name: str) -> str:
    """A policy document without white space, with the longest name, Region and partition in the place of its own."""
    minified = json.dumps(json.loads(policy), separators=(",", ":"))
    for short, long in {
        f"{name}-": f"{LONGEST_NAME}-",
        f'"{name}"': f'"{LONGEST_NAME}"',
        REGION: "ap-southeast-1",
        "arn:aws:": "arn:aws-us-gov:",
    }.items():
        minified = minified.replace(short, long)
    return minified
