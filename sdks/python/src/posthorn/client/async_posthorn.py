"""The client of asyncio."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
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


class AsyncPosthorn(Api):
    """Posthorn for asyncio: methods are awaited, lists and streams iterated with ``async for``.

    Calls are repeated after 408, 425, 429, 5xx and broken connections, with one idempotency key.
    Raises PosthornError.
    """

    def __init__(
        self, url: str, api_key: str, *, http: httpx.AsyncClient | None = None, **settings: Any
    ) -> None:
        self._settings = ClientSettings(url.rstrip("/"), api_key, **settings)
        self._http = http or httpx.AsyncClient(timeout=self._settings.timeout_seconds)
        super().__init__(self._send, self._pages)

    async def __aenter__(self) -> AsyncPosthorn:
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def start_task(self, *, reports_per_second: float = 10, **task: Any) -> AsyncTask:
        """Starts a task and answers its handle."""
        started = await self.tasks.create(**task)
        return AsyncTask(self.tasks, started, Pacer(reports_per_second, time.monotonic))

    def stream(self, *, after: str | None = None, **filters: Any) -> AsyncIterator[StreamedEvent]:
        """Events as they are accepted, from now or after a cursor; reconnects without loss."""
        return self._stream("/v1/stream", filters, after)

    def stream_task(self, id: str, *, after: str | None = None) -> AsyncIterator[StreamedEvent]:
        """A task's history, then what happens to it, until it ends."""
        return self._stream(path("/v1/tasks/{}/events", id), {}, after)

    async def _send(self, call: Call) -> Any:
        sending = Sending(self._settings, call)
        while True:
            try:
                response = await self._http.request(**sending.request)
            except httpx.TransportError as error:
                wait = sending.broken(error)
            else:
                seconds = sending.answered(response)
                if seconds is None:
                    return read_answer(response)
                wait = seconds
            await asyncio.sleep(wait)

    async def _pages(self, call: Call) -> AsyncIterator[Any]:
        cursor: str | None = None
        while True:
            page = await self._send(Call("GET", call.path, {**call.query, "cursor": cursor}))
            for row in page["data"]:
                yield row
            cursor = page["nextCursor"]
            if cursor is None:
                return

    async def _stream(
        self, where: str, query: dict[str, Any], cursor: str | None
    ) -> AsyncIterator[StreamedEvent]:
        following = Following(self._settings, where, query, cursor)
        while not following.is_over:
            try:
                async with self._http.stream(**following.request()) as response:
                    if response.is_success:
                        following.opened(response.status_code)
                        async for text in response.aiter_text():
                            for event in following.read(text):
                                yield event
                            if following.is_over:
                                return
                    else:
                        await response.aread()
                        following.refused(response)
            except httpx.TransportError as error:
                following.broken(error)
            await asyncio.sleep(following.wait_seconds)


class AsyncTask:
    """A running task: report, then end it in one of three ways."""

    def __init__(self, calls: TaskCalls, started: Any, pacer: Pacer) -> None:
        self._calls = calls
        self._pacer = pacer
        #: As the server answered when it was started.
        self.started = started
        self.id: str = started["id"]

    async def progress(self, **report: Any) -> None:
        """Reports; of reports that come too fast, each step's newest goes later."""
        await self._report(self._pacer.offer(report))

    async def wait(self, reason: str) -> Any:
        await self._report(self._pacer.flush())
        return await self._calls.wait(self.id, reason)

    async def complete(self, **outcome: Any) -> Any:
        await self._report(self._pacer.flush())
        return await self._calls.complete(self.id, **outcome)

    async def fail(self, error: Any) -> Any:
        await self._report(self._pacer.flush())
        return await self._calls.fail(self.id, error)

    async def cancel(self) -> Any:
        return await self._calls.cancel(self.id)

    async def _report(self, reports: list[Any]) -> None:
        for report in reports:
            await self._calls.progress(self.id, **report)
