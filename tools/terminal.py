"""A terminal of 100 columns: runs a program in it, and knows what its screen shows at every moment."""

import codecs
import errno
import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

COLUMNS, LINES = 100, 60
SECONDS = 300
ASKED = "[y/N]: "
_CONTROL = re.compile(r"\x1b\[(\??[0-9;]*)([A-Za-z])|\n|[^\x1b\r\n]+|[\x1b\r]")
_BEGUN = re.compile(r"\x1b(\[[?0-9;]*)?$")


@dataclass
class Page:
    """What stands on the screen, line by line, with its colours. It knows as much as rich asks of a terminal."""

    lines: list[str] = field(default_factory=lambda: [""])
    _at: int = 0
    _begun: str = ""

    def write(self, text: str) -> None:
        """Takes what a program wrote; what ends within a control sequence waits for the rest of it."""
        whole = self._begun + text
        begun = _BEGUN.search(whole)
        self._begun = begun[0] if begun else ""
        for found in _CONTROL.finditer(whole.removesuffix(self._begun)):
            self._take(found)

    def _take(self, found: re.Match[str]) -> None:
        match found[0], found[2]:
            case "\n", _:
                self._at += 1
                if self._at == len(self.lines):
                    self.lines.append("")
            case _, "A":
                self._at = max(0, self._at - int(found[1] or 1))
            case _, "K":
                self.lines[self._at] = ""
            case _, "m":
                self.lines[self._at] += found[0]
            case text, None if text not in ("\x1b", "\r"):
                self.lines[self._at] += text

    @property
    def coloured(self) -> str:
        """What stands there, with its colours."""
        return "\n".join(line.rstrip() for line in self.lines).rstrip()

    @property
    def text(self) -> str:
        """What stands there."""
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(self.lines))


def shown(command: Sequence[str], environment: Mapping[str, str], answer: str = "") -> Iterator[Page]:
    """The screen after each thing that the program writes, until it ends; it is given the answer when it asks.

    Raises TimeoutError if it does not end.
    """
    ours, its = os.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    size = {"COLUMNS": str(COLUMNS), "LINES": str(LINES), "TERM": "xterm-256color"}
    kept = {name: value for name, value in environment.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env={**kept, **size})
    os.close(its)
    page = Page()
    try:
        for said in _said(ours):
            page.write(said)
            if answer and page.text.endswith(ASKED):
                os.write(ours, answer.encode())
                answer = ""
            yield page
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _said(terminal: int) -> Iterator[str]:
    decoder, deadline = codecs.getincrementaldecoder("utf-8")(), time.monotonic() + SECONDS
    while True:
        if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
            raise TimeoutError(f"the program did not end within {SECONDS} s")
        try:
            said = os.read(terminal, 65536)
        except OSError as error:
            if error.errno == errno.EIO:  # Linux says so once the program has ended
                return
            raise
        if not said:
            return
        yield decoder.decode(said)
