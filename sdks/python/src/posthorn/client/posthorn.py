"""The client that waits for each answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import httpx

from .answers import read_answer
from .api import Api
from .call import Call, path
from .following import Following
from .pacer import Pacer
from .resources import TaskCalls
from .sending import Sending
from .settings import ClientSettings
from .stream import StreamedEvent


class Posthorn(Api):
    """A client of one server: ``Posthorn("https://…", "ph_…")``; see ClientSettings for more.

    Calls are repeated after 408, 425, 429, 5xx and broken connections, with one idempotency key.
    Raises PosthornError.
    """

    def __init__(
        self, url: str, api_key: str, *, http: httpx.Client | None = None, **settings: Any
    ) -> None:
        self._settings = ClientSettings(url.rstrip("/"), api_key, **settings)
        self._http = http or httpx.Client(timeout=self._settings.timeout_seconds)
        super().__init__(self._send, self._pages)

    def __enter__(self) -> Posthorn:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def start_task(self, *, reports_per_second: float = 10, **task: Any) -> Task:
        """Starts a task and answers its handle."""
        started = self.tasks.create(**task)
        return Task(self.tasks, started, Pacer(reports_per_second, time.monotonic))

    def stream(self, *, after: str | None = None, **filters: Any) -> Iterator[StreamedEvent]:
        """Events as they are accepted, from now or after a cursor; reconnects without loss."""
        return self._stream("/v1/stream", filters, after)

    def stream_task(self, id: str, *, after: str | None = None) -> Iterator[StreamedEvent]:
        """A task's history, then what happens to it, until it ends."""
        return self._stream(path("/v1/tasks/{}/events", id), {}, after)

    def _send(self, call: Call) -> Any:
        sending = Sending(self._settings, call)
        while True:
            try:
                response = self._http.request(**sending.request)
            except httpx.TransportError as error:
                wait = sending.broken(error)
            else:
                seconds = sending.answered(response)
                if seconds is None:
                    return read_answer(response)
                wait = seconds
            time.sleep(wait)

    def _pages(self, call: Call) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            page = self._send(Call("GET", call.path, {**call.query, "cursor": cursor}))
            yield from page["data"]
            cursor = page["nextCursor"]
            if cursor is None:
                return

    def _stream(
        self, where: str, query: dict[str, Any], cursor: str | None
    ) -> Iterator[StreamedEvent]:
        following = Following(self._settings, where, query, cursor)
        while not following.is_over:
            try:
                with self._http.stream(**following.request()) as response:
                    if response.is_success:
                        following.opened(response.status_code)
                        for text in response.iter_text():
                            yield from following.read(text)
                            if following.is_over:
                                return
                    else:
                        response.read()
                        following.refused(response)
            except httpx.TransportError as error:
                following.broken(error)
            time.sleep(following.wait_seconds)


class Task:
    """A running task: report, then end it in one of three ways."""

    def __init__(self, calls: TaskCalls, started: Any, pacer: Pacer) -> None:
        self._calls = calls
        self._pacer = pacer
        #: As the server answered when it was started.
        self.started = started
        self.id: str = started["id"]

    def progress(self, **report: Any) -> None:
        """Reports; of reports that come too fast, each step's newest goes later."""
        self._report(self._pacer.offer(report))

    def wait(self, reason: str) -> Any:
        self._report(self._pacer.flush())
        return self._calls.wait(self.id, reason)

    def complete(self, **outcome: Any) -> Any:
        self._report(self._pacer.flush())
        return self._calls.complete(self.id, **outcome)

    def fail(self, error: Any) -> Any:
        self._report(self._pacer.flush())
        return self._calls.fail(self.id, error)

    def cancel(self) -> Any:
        return self._calls.cancel(self.id)

    def _report(self, reports: list[Any]) -> None:
        for report in reports:
            self._calls.progress(self.id, **report)
