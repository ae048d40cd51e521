"""Receivers: one that waits, and one of asyncio."""

from __future__ import annotations

import asyncio
import inspect
import threading
from typing import Any, Callable, Generator, Mapping, Union

from ..headers import Headers
from ..webhook import RawBody, Secrets
from .answer import Answer
from .options import Handler, ReceiverOptions, handler_for, receive
from .seen_store import AsyncSeenStore, SeenStore
from .steps import AskStore, AskWish, BeginRenewing, Handle, Report, Step, StopRenewing

#: A handler that runs longer than this has lost its hold: it hangs.
_RENEWALS_MS = 900_000


class Receiver:
    """Verifies each webhook and has each event processed once.

    ``secret``: ``whsec_…`` or ``whpk_…``, several while they rotate. ``store``: where it is
    remembered which events were processed; all processes must share it. ``on``: handlers by event
    type; ``task.*`` takes every type below ``task.``, ``*`` every other one. Options:
    ``on_replay`` (``'process'``, ``'skip'`` or a function; ``'skip'``), ``ttl_ms`` (24 h),
    ``lease_ms`` (how long after a crash the event may be processed again; 30 s), ``name`` (sets
    receivers apart that share a store), ``max_body_bytes`` (2 MiB), ``tolerance_seconds`` (300),
    ``header_names``, ``now``, ``on_error``.

    A second delivery of an event in flight is answered 409 with Retry-After, of one that was
    processed 200. What a handler raises is answered 500 (RejectEvent 422, RetryLater 503), and
    the event may come again at once. What a handler returns, when it is small JSON, is the answer.
    """

    def __init__(
        self, secret: Secrets, store: SeenStore, on: Mapping[str, Handler], **options: Any
    ) -> None:
        self.options = ReceiverOptions(secret, on, **options)
        self._store = store

    def receive(self, raw_body: RawBody, headers: Headers) -> Answer:
        """Answers one request; never raises for what a webhook holds or a handler does."""
        renewal = _Renewal(self.options, self._run)
        answer: Answer = self._run(receive(self.options, raw_body, headers), renewal)
        return answer

    def _run(self, story: Generator[Step, Any, Any], renewal: _Renewal | None = None) -> Any:
        try:
            step = next(story)
            while True:
                try:
                    came = self._perform(step, renewal)
                except Exception as error:  # noqa: BLE001 - the story decides what follows
                    step = story.throw(error)
                else:
                    step = story.send(came)
        except StopIteration as end:
            return end.value

    def _perform(self, step: Step, renewal: _Renewal | None) -> Any:
        if isinstance(step, AskStore):
            return getattr(self._store, step.method)(*step.args)
        if isinstance(step, Handle):
            handler = handler_for(self.options.on, step.event.type)
            return None if handler is None else handler(step.event)
        if isinstance(step, AskWish):
            wish = self.options.on_replay
            return wish(step.event) if callable(wish) else wish == "process"
        if isinstance(step, Report):
            return self.options.on_error(step.error, step.event)
        if renewal is None:
            raise RuntimeError("a renewal does not renew")
        return renewal.begin(step.key) if isinstance(step, BeginRenewing) else renewal.stop()


class _Renewal:
    """Renews one mark from a thread of its own, which ends with the process."""

    def __init__(self, options: ReceiverOptions, run: Callable[..., Any]) -> None:
        self._options = options
        self._run = run
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, key: str) -> None:
        self._thread = threading.Thread(target=self._renew, args=(key,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _renew(self, key: str) -> None:
        lease_ms = self._options.lease_ms
        for _ in range(max(1, _RENEWALS_MS * 3 // lease_ms)):
            if self._ended.wait(lease_ms / 3_000):
                return
            try:
                self._run(_renew_if_ours(self._options, key))
            except Exception as error:  # noqa: BLE001
                # The store is away for a moment; the lease has time for two more tries.
                self._options.on_error(error, None)


class AsyncReceiver:
    """A Receiver for asyncio: handlers, the store and ``on_replay`` may be coroutines or plain."""

    def __init__(
        self,
        secret: Secrets,
        store: Union[AsyncSeenStore, SeenStore],
        on: Mapping[str, Handler],
        **options: Any,
    ) -> None:
        self.options = ReceiverOptions(secret, on, **options)
        self._store = store

    async def receive(self, raw_body: RawBody, headers: Headers) -> Answer:
        """Answers one request; never raises for what a webhook holds or a handler does."""
        renewal = _AsyncRenewal(self.options, self._run)
        try:
            answer: Answer = await self._run(receive(self.options, raw_body, headers), renewal)
            return answer
        finally:
            await renewal.stop()

    async def _run(self, story: Generator[Step, Any, Any], renewal: Any = None) -> Any:
        try:
            step = next(story)
            while True:
                try:
                    came = self._perform(step, renewal)
                    came = await came if inspect.isawaitable(came) else came
                except Exception as error:  # noqa: BLE001 - the story decides what follows
                    step = story.throw(error)
                else:
                    step = story.send(came)
        except StopIteration as end:
            return end.value

    def _perform(self, step: Step, renewal: _AsyncRenewal | None) -> Any:
        if isinstance(step, AskStore):
            return getattr(self._store, step.method)(*step.args)
        if isinstance(step, Handle):
            handler = handler_for(self.options.on, step.event.type)
            return None if handler is None else handler(step.event)
        if isinstance(step, AskWish):
            wish = self.options.on_replay
            return wish(step.event) if callable(wish) else wish == "process"
        if isinstance(step, Report):
            return self.options.on_error(step.error, step.event)
        if renewal is None:
            raise RuntimeError("a renewal does not renew")
        return renewal.begin(step.key) if isinstance(step, BeginRenewing) else renewal.stop()


class _AsyncRenewal:
    def __init__(self, options: ReceiverOptions, run: Callable[..., Any]) -> None:
        self._options = options
        self._run = run
        self._task: asyncio.Task[None] | None = None

    def begin(self, key: str) -> None:
        self._task = asyncio.create_task(self._renew(key))

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _renew(self, key: str) -> None:
        lease_ms = self._options.lease_ms
        for _ in range(max(1, _RENEWALS_MS * 3 // lease_ms)):
            await asyncio.sleep(lease_ms / 3_000)
            try:
                await self._run(_renew_if_ours(self._options, key))
            except Exception as error:  # noqa: BLE001
                self._options.on_error(error, None)
