"""Lets the head and the body of an answer leave in one write.

Terraform's AWS provider now and then loses an answer whose body comes after its head, and makes the call again: what it
creates "exists already" then. What comes in one piece, it never loses.
"""
# ruff: noqa: SLF001 - it replaces a method of hypercorn

from typing import Any

import h11
from hypercorn.events import RawData
from hypercorn.protocol.h11 import H11Protocol

from localcloud.ministack import MiniStackChanged


def leave_in_one_piece() -> None:
    """Let hypercorn hold a head back until what follows it is there; raises MiniStackChanged."""
    if not hasattr(H11Protocol, "_send_h11_event"):
        raise MiniStackChanged("hypercorn writes its answers in another way")

    async def sent(protocol: Any, event: Any) -> None:
        try:
            data = protocol.connection.send(event)
        except h11.LocalProtocolError:
            if protocol.connection.their_state != h11.ERROR:
                raise
            return
        if isinstance(event, h11.Response):
            protocol.head = data
        else:
            head, protocol.head = getattr(protocol, "head", b""), b""
            await protocol.send(RawData(data=head + data))

    H11Protocol._send_h11_event = sent  # type: ignore[method-assign, assignment]  # it stands in for the method
