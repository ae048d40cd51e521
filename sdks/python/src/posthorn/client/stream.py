"""Events of a stream, and where to go on from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .sse import ServerSentEvent

#: Waits this long before it connects again, unless the server asks for another wait.
RECONNECT_MS = 1_000


@dataclass(frozen=True)
class StreamedEvent:
    """An event with the cursor after it, to resume at."""

    cursor: str
    type: str
    event: Any


def streamed(message: ServerSentEvent) -> StreamedEvent:
    return StreamedEvent(message.id, message.event, json.loads(message.data))
