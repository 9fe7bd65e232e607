"""Spoils a good value: 10,000 ways, the same ones for the same seed."""

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

DEEP: Any = None
for _ in range(200):
    DEEP = {"deeper": [DEEP]}
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**30, 1.5, "", " ", "x" * 100_000, "../../etc/passwd", "ada/../bob", "a\x00b", "a\nb",
    "ａｄａ", "adа", "\ud800", "😀" * 40, "${jndi:ldap://x}", "{% $x %}", "*", "0", "-1", "PENDING", "RUNNING", "d-",
    "fs-", "fs-0/0", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-03-02", "NaN", [], [[]], ["ada"], {},
    {"S": "ada"}, {"N": "NaN"}, {"N": "1e400"}, {"BOOL": "false"}, {"S": "false"}, {"M": {"a": {"X": 1}}},
    {"NULL": True}, {"": {}}, DEEP,
)  # fmt: skip
Spoil = Callable[[random.Random, Any], None]


def spoiled(good: Any, seed: int) -> Iterator[Any]:
    """Copies of a good value, without end, each with one to three of its parts taken away, put in or replaced."""
    chance = random.Random(seed)  # noqa: S311 - nothing is secret
    while True:
        bad = copy.deepcopy(good)
        for _ in range(chance.randint(1, 3)):
            holder, name = chance.choice(list(_parts(bad)) or [(bad, None)])
            if name is not None:
                _spoil(chance, holder, name)
        yield bad


def _parts(value: Any) -> Iterator[tuple[Any, Any]]:
    """Everything in a value, as the holder and the name under which it lies there; not in what is deep junk."""
    pending = [(value, 0)]
    while pending:
        holder, depth = pending.pop()
        if depth > 12 or not isinstance(holder, dict | list):
            continue
        for name in list(holder) if isinstance(holder, dict) else range(len(holder)):
            yield holder, name
            pending.append((holder[name], depth + 1))


def _spoil(chance: random.Random, holder: Any, name: Any) -> None:
    how = chance.randrange(4)
    if how == 0:
        del holder[name]
    elif how == 1 and isinstance(holder, dict):
        holder[chance.choice(("", "extra", "x" * 5000, "detail", "M", "S"))] = chance.choice(JUNK)
    elif how == 2 and isinstance(holder[name], str):
        at = chance.randint(0, len(holder[name]))
        holder[name] = holder[name][:at] + str(chance.choice(JUNK))[:500] + holder[name][at:]
    else:
        holder[name] = chance.choice(JUNK)
