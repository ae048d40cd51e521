"""Events of a stream, and where to go on from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .call import Call
from .sse import ServerSentEvent

#: Waits this long before it connects again, unless the server asks for another wait.
RECONNECT_MS = 1_000


@dataclass(frozen=True)
class StreamedEvent:
    """An event with the cursor after it, to resume at."""

    cursor: str
    type: str
    event: Any


def stream_call(where: str, query: dict[str, Any], cursor: str | None) -> Call:
    """The request for what comes after a cursor."""
    resume = {} if cursor is None else {"last-event-id": cursor}
    return Call("GET", where, query, headers={"accept": "text/event-stream", **resume})


def streamed(message: ServerSentEvent) -> StreamedEvent:
    return StreamedEvent(message.id, message.event, json.loads(message.data))
