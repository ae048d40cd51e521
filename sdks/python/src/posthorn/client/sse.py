"""Server-sent events, as the living standard has them.

@see https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class ServerSentEvent:
    """One message of a stream; ``id`` is the last that was said."""

    id: str
    event: str
    data: str


class SseParser:
    """Takes text in pieces of any size, answers the messages that are complete."""

    def __init__(self) -> None:
        self._rest = ""
        self._is_first = True
        #: Stands for all that came up to the last blank line; empty when none was said.
        self.last_event_id = ""
        self._id = ""
        self._event = ""
        self._data: list[str] = []
        #: Milliseconds that the server asked to wait before it is asked again; None for nothing.
        self.retry_ms: int | None = None

    def feed(self, text: str) -> Iterator[ServerSentEvent]:
        if self._is_first and text:
            self._is_first = False
            text = text.removeprefix("\ufeff")
        self._rest += text
        while (line := self._take_line()) is not None:
            message = self._take(line)
            if message is not None:
                yield message

    def _take_line(self) -> str | None:
        ends = [at for at in (self._rest.find("\n"), self._rest.find("\r")) if at >= 0]
        if not ends:
            return None
        end = min(ends)
        after = end + 1
        if self._rest[end] == "\r":
            # Its LF may be in the next piece.
            if after == len(self._rest):
                return None
            after += self._rest[after] == "\n"
        line, self._rest = self._rest[:end], self._rest[after:]
        return line

    def _take(self, line: str) -> ServerSentEvent | None:
        if line == "":
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and len(value) <= 9 and value.isascii() and value.isdigit():
            self.retry_ms = int(value)
        return None

    def _dispatch(self) -> ServerSentEvent | None:
        data, event = self._data, self._event
        self._data, self._event = [], ""
        self.last_event_id = self._id
        if not data:
            return None
        return ServerSentEvent(self._id, event or "message", "\n".join(data))
