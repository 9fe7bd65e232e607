"""The processes that Lambda functions run in, and their end."""

import os
import signal
import subprocess
from contextlib import suppress
from typing import Any, cast


class Processes:
    """The Lambda processes, each in a session of its own, so that its children end with it."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[str]] = []

    def __getattr__(self, name: str) -> Any:
        """Everything else is what the module `subprocess` says."""
        return getattr(subprocess, name)

    def Popen(self, *args: Any, **options: Any) -> subprocess.Popen[str]:  # noqa: N802 - stands in for subprocess.Popen
        """Start one process as the leader of a group."""
        started = subprocess.Popen(*args, **options, start_new_session=True)
        self._started = [process for process in self._started if process.poll() is None] + [started]
        return started

    def kill(self, function: str) -> None:
        """Kill what runs of a function, as Lambda does when its time or its memory runs out."""
        for process in self._started:
            if any(f"ministack-lambda-{function}-" in str(part) for part in cast("list[str]", process.args)):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill every group that was started."""
        for process in self._started:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for process in self._started:
            process.wait(timeout=2)
