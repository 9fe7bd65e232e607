"""Knows whether the profile table's stream is read: by what starts recoveries, and by what tells people.

API: ListEventSourceMappings (Lambda), DescribeTable (DynamoDB).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from studio_recovery_cli.checks.finding import Finding, bad, ok, warning

NAME = "stream"
READERS = {"stream-trigger": "no recovery starts", "notices": "nobody is told what needs a person"}
_SETTLING = ("Creating", "Enabling", "Updating")


def look(lambda_: Any, functions: Mapping[str, str], stream_arn: str) -> list[Finding]:
    """How each of READERS stands; `functions` are their names."""
    found: list[Finding] = []
    for word, else_ in READERS.items():
        mappings = lambda_.list_event_source_mappings(FunctionName=functions[word])["EventSourceMappings"]
        found.append(judge(word, mappings, stream_arn, else_))
    return found


def judge(word: str, mappings: Sequence[Mapping[str, Any]], stream_arn: str, else_: str) -> Finding:
    """How a reader with these mappings stands; `else_` is what happens if it reads nothing."""
    ours = [mapping for mapping in mappings if mapping["EventSourceArn"] == stream_arn]
    if not ours:
        return bad(NAME, f"{word} does not read the table's stream: {else_}", "terraform apply puts it right.")
    mapping = ours[0]
    state, last = mapping["State"], mapping.get("LastProcessingResult", "")
    if state in _SETTLING:
        return warning(NAME, f"{word}'s mapping is {state}", "Look again in a minute.")
    if state != "Enabled":
        remedy = f"Enable it: aws lambda update-event-source-mapping --uuid {mapping['UUID']} --enabled"
        return bad(NAME, f"{word}'s mapping is {state}: {else_}", remedy)
    if last.startswith("PROBLEM"):
        remedy = f"See its log, /aws/lambda/{mapping['FunctionArn'].rpartition(':')[2]}, and studio-recovery failures."
        return warning(NAME, f"{word}'s last batch went wrong: {last}", remedy)
    return ok(NAME, f"{word} reads the table's stream{f' (last: {last})' if last else ''}")
