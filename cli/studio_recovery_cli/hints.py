"""Knows how a command is written for whoever is to type it next: with the deployment that this call was for."""

import re
import shlex
from collections.abc import Iterator

from studio_recovery_cli.session import Session

PROGRAM = "studio-recovery"
# As sentences hold them: one that has options says for itself what is meant.
_COMMAND = re.compile(rf"\b{PROGRAM} (?!context\b|itself\b)[a-z]+(?: fs-[0-9a-z]+)?\b(?! --)")


def typed(session: Session, command: str) -> str:
    """The command line to type, such as `studio-recovery show user/ada@lab --follow --name test`."""
    return f"{PROGRAM} {command}{_options(session)}"


def in_text(session: Session, text: str) -> str:
    """The text, in which commands to type, such as `studio-recovery list`, are for this deployment too."""
    options = _options(session)
    return text if not options or options in text else _COMMAND.sub(lambda found: found[0] + options, text)


def _options(session: Session) -> str:
    options = (("--name", session.name), ("--region", session.region), ("--profile", session.profile))
    return "".join(f" {option} {shlex.quote(value)}" for option, value in options if value)


def lines_of(command: str, width: int) -> Iterator[str]:
    """The command line in lines of this width that a shell takes as one: whoever copies them gets all of it."""
    line = ""
    for word in _WORD.findall(command):
        if line and len(line) + len(word) + len(_GOES_ON) + 1 > width:
            yield line + _GOES_ON
            line = f"  {word}"
        else:
            line = f"{line} {word}" if line else word
    yield line


_GOES_ON = " \\"
_WORD = re.compile(r"""(?:[^\s'"]|'[^']*'|"[^"]*")+""")
