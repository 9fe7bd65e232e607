"""How AWS lists things: page by page, and by filters with operators."""

import base64
from typing import Any

from localcloud.service import Record, Refusal


def page(items: list[Any], request: Record, limit: int, invalid: str) -> tuple[list[Any], str | None]:
    """One page of a listing, and the token of the next; raises `Refusal` for a token that is none of ours."""
    start = 0
    if token := request.get("NextToken"):
        try:
            start = int(base64.urlsafe_b64decode(token + "==").decode().removeprefix("from="))
        except ValueError as wrong:
            raise Refusal(invalid, "The NextToken is not valid.") from wrong
    end = start + (request.get("MaxResults") or limit)
    following = base64.urlsafe_b64encode(f"from={end}".encode()).decode().rstrip("=")
    return items[start:end], following if end < len(items) else None


def passes(value: str | list[str], operator: str, wanted: list[str]) -> bool:
    """Whether a value, or one of several, passes a list filter."""
    values = [value] if isinstance(value, str) else value
    first = wanted[0]
    match operator:
        case "Equals" | "In":
            return any(value in wanted for value in values)
        case "NotEquals":
            return all(value not in wanted for value in values)
        case "Contains":
            return any(part in value for value in values for part in wanted)
        case "NotContains":
            return all(part not in value for value in values for part in wanted)
        case "BeginsWith":
            return any(value.startswith(part) for value in values for part in wanted)
        case "LessThan":
            return any(value < first for value in values)
        case "LessThanOrEqual":
            return any(value <= first for value in values)
        case "GreaterThan":
            return any(value > first for value in values)
    return any(value >= first for value in values)
