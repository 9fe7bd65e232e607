"""Knows how a file is written whole or not at all: beside its place first, then moved there."""

import os
from collections.abc import Iterable
from pathlib import Path

from studio_recovery_cli.exits import Trouble


def write_whole(path: Path, pieces: Iterable[str]) -> int:
    """Writes the pieces into the file; how many bytes it has. What was there stays until all is written.

    Raises Trouble if it cannot be written.
    """
    if not path.name:
        raise Trouble(f"{path} is no file", "Name another file.")
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with beside.open("x", encoding="utf-8", newline="\n") as file:
                file.writelines(pieces)
            size = beside.stat().st_size
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise Trouble(f"{path} cannot be written: {error.strerror or error}", "Name another file.") from error
    return size
