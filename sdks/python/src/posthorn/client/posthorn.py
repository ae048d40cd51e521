"""The client that waits for each answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import httpx

from .answers import code_of, read_answer, unanswered
from .api import Api
from .call import Call, path
from .pacer import Pacer
from .resources import TaskCalls
from .settings import ClientSettings
from .sse import SseParser
from .stream import RECONNECT_MS, StreamedEvent, stream_call, streamed


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
        headers, content = call.all_headers(), call.content()
        tries = 0
        while True:
            tries += 1
            try:
                response = self._http.request(
                    call.method,
                    self._settings.url + call.path,
                    params=call.params(),
                    content=content,
                    headers={**self._settings.headers(), **headers},
                )
            except httpx.TransportError as error:
                wait = self._settings.retry.wait_seconds(tries, None, None, None)
                if wait is None:
                    raise unanswered(error) from error
            else:
                after = response.headers.get("retry-after")
                status, code = response.status_code, code_of(response)
                wait = self._settings.retry.wait_seconds(tries, status, code, after)
                if wait is None:
                    return read_answer(response)
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
        tries, wait_ms = 0, RECONNECT_MS
        while True:
            call, parser = stream_call(where, query, cursor), SseParser()
            try:
                with self._open(call) as response:
                    if not response.is_success:
                        response.read()
                        after = response.headers.get("retry-after")
                        status, code = response.status_code, code_of(response)
                        tries += 1
                        wait = self._settings.retry.wait_seconds(tries, status, code, after)
                        if wait is None:
                            read_answer(response)
                            return
                        time.sleep(wait)
                        continue
                    tries = 0
                    for text in response.iter_text():
                        for message in parser.feed(text):
                            if message.event == "end":
                                return
                            cursor = message.id
                            yield streamed(message)
            except httpx.TransportError as error:
                tries += 1
                if self._settings.retry.wait_seconds(tries, None, None, None) is None:
                    raise unanswered(error) from error
            wait_ms = wait_ms if parser.retry_ms is None else parser.retry_ms
            time.sleep(wait_ms / 1_000)

    def _open(self, call: Call) -> Any:
        return self._http.stream(
            call.method,
            self._settings.url + call.path,
            params=call.params(),
            headers={**self._settings.headers(), **call.headers},
            # Heartbeats come far more often than this.
            timeout=httpx.Timeout(self._settings.timeout_seconds, read=60.0),
        )


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
