"""One stream over all its connections, for clients that block and clients that do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from .answers import read_answer
from .call import Call
from .sending import Sending
from .settings import ClientSettings
from .sse import SseParser
from .stream import RECONNECT_MS, StreamedEvent, streamed


class Following:
    """Keeps the cursor, and says what to ask next and when."""

    def __init__(
        self, settings: ClientSettings, where: str, query: dict[str, Any], cursor: str | None
    ) -> None:
        call = Call("GET", where, query, headers={"accept": "text/event-stream"})
        self._sending = Sending(settings, call)
        # Heartbeats come far more often than this.
        self._timeout = httpx.Timeout(settings.timeout_seconds, read=60.0)
        self._cursor = cursor
        self._parser = SseParser()
        self._reconnect_ms = RECONNECT_MS
        #: Whether the stream has said its end.
        self.is_over = False
        #: Before the next connection is made.
        self.wait_seconds = 0.0

    def request(self) -> dict[str, Any]:
        """What httpx is to be asked for the next connection."""
        self._parser = SseParser()
        asked = self._sending.request
        resume = {} if self._cursor is None else {"last-event-id": self._cursor}
        return {**asked, "headers": {**asked["headers"], **resume}, "timeout": self._timeout}

    def opened(self, status: int) -> None:
        self._sending.begun()
        # There is nothing more, and will not be.
        self.is_over = status == 204
        self.wait_seconds = 0.0 if self.is_over else self._reconnect_ms / 1_000

    def read(self, text: str) -> Iterator[StreamedEvent]:
        """The events that a piece of the stream completes."""
        for message in self._parser.feed(text):
            if message.event == "end":
                self.is_over = True
                return
            self._cursor = message.id or self._cursor
            yield streamed(message)
        # What was looked through without an event to tell needs no second look either.
        self._cursor = self._parser.last_event_id or self._cursor
        if self._parser.retry_ms is not None:
            self._reconnect_ms = self._parser.retry_ms
            self.wait_seconds = self._reconnect_ms / 1_000

    def refused(self, response: httpx.Response) -> None:
        """No stream was answered; raises PosthornError when to ask again is of no use."""
        wait = self._sending.answered(response)
        if wait is None:
            read_answer(response)
        self.wait_seconds = wait or 0.0

    def broken(self, error: httpx.TransportError) -> None:
        """The connection was lost; raises PosthornError when it was one too many."""
        wait = self._sending.broken(error)
        self.wait_seconds = max(wait, self._reconnect_ms / 1_000)
