"""What botocore's models say about a value, and botocore itself does not check: max, enum and pattern."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator

# The Java classes that AWS's patterns use inside brackets, in Python's words (marks and symbols more generously).
_SPACES = r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{M}": r"\w\u0300-\u036f",
    r"\p{N}": r"\d",
    r"\p{Alnum}": r"a-zA-Z0-9",
    r"\p{Z}": _SPACES,
    r"\p{Zs}": _SPACES,
    r"\p{S}": r"$+<=>^`|~\u00a2-\u00b4\u2000-\u2bff",
    r"\p{P}": r"!-#%-*,-/:;?@\[-\]_{}\u00a1-\u00bf\u2010-\u2027",
    r"\p{C}": r"\x00-\x1f\x7f",
    r"\z": r"\Z",
}
_ANYTHING = re.compile("(?s:.*)")


def complaints(params: dict[str, Any], shape: Shape | None) -> list[str]:
    """Everything that AWS would find wrong with a request, one sentence each."""
    if shape is None:
        return []
    report = ParamValidator().validate(params, shape)
    if report.has_errors():
        return [line.strip() for line in report.generate_report().splitlines()]
    return list(_broken(params, shape, ""))


def _broken(value: Any, shape: Shape, path: str) -> Iterator[str]:
    match shape:
        case StructureShape():
            for name in value.keys() & shape.members.keys():
                yield from _broken(value[name], shape.members[name], f"{path}.{_lower(name)}".lstrip("."))
        case ListShape():
            yield from _too_big(len(value), value, shape, path, "length")
            for position, item in enumerate(value, 1):
                yield from _broken(item, shape.member, f"{path}.{position}.member")
        case MapShape():
            yield from _too_big(len(value), value, shape, path, "length")
            for key, item in value.items():
                yield from _broken(item, shape.value, f"{path}.{key}.member")
        case StringShape():
            yield from _too_big(len(value), value, shape, path, "length")
            yield from _wrong_text(value, shape, path)
        case Shape(type_name="integer" | "long" | "float" | "double"):
            yield from _too_big(value, value, shape, path, "value")


def _too_big(size: float, value: Any, shape: Shape, path: str, what: str) -> Iterator[str]:
    if (limit := shape.metadata.get("max")) is not None and size > limit:
        yield _sentence(value, path, f"Member must have {what} less than or equal to {limit}")
    if (limit := shape.metadata.get("min")) is not None and size < limit:
        yield _sentence(value, path, f"Member must have {what} greater than or equal to {limit}")


def _wrong_text(value: str, shape: Shape, path: str) -> Iterator[str]:
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield _sentence(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield _sentence(value, path, f"Member must satisfy regular expression pattern: {pattern}")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    for java, python in _CLASSES.items():
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern)
    except re.error:  # a few of SageMaker's patterns, none of them Studio's, are not regular expressions here
        return _ANYTHING


def _sentence(value: Any, path: str, rule: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {rule}"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
