"""Include and exclude patterns: https://docs.aws.amazon.com/datasync/latest/userguide/filtering.html"""

from fnmatch import fnmatchcase


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name is one of the patterns or lies below one; `*` stands for anything, slashes too."""
    rooted = "/" + name
    return any(
        fnmatchcase(rooted, escaped) or fnmatchcase(rooted, escaped.rstrip("/") + "/*")
        for escaped in (_pattern(pattern) for pattern in patterns)
    )


def _pattern(pattern: str) -> str:
    rooted = pattern if pattern.startswith(("/", "*")) else "/" + pattern
    return rooted.replace("[", "[[]").replace("?", "[?]")


def leads_to(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a folder must be entered, since a pattern names something below it."""
    return any(pattern.strip("/").startswith(name + "/") for pattern in patterns)
