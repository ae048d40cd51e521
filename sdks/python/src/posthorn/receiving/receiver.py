"""Receivers: one that waits, and one of asyncio."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable, Coroutine, Generator, Mapping
from typing import Any

from ..headers import Headers
from ..webhook import RawBody, Secrets
from .answer import Answer
from .options import Handler, ReceiverOptions, handler_for, receive
from .seen_store import AsyncSeenStore, SeenStore
from .steps import AskStore, AskWish, BeginRenewing, Handle, Part, Report, Step

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
                    came = _perform(self.options, self._store, step, renewal)
                except Exception as error:
                    step = story.throw(error)
                else:
                    step = story.send(came)
        except StopIteration as end:
            return end.value


class AsyncReceiver:
    """A Receiver for asyncio: handlers, the store and ``on_replay`` may be coroutines or plain."""

    def __init__(
        self,
        secret: Secrets,
        store: AsyncSeenStore | SeenStore,
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
            # A request that was cancelled leaves its hold to end by itself.
            await renewal.stop()

    async def _run(
        self, story: Generator[Step, Any, Any], renewal: _AsyncRenewal | None = None
    ) -> Any:
        try:
            step = next(story)
            while True:
                try:
                    came = _perform(self.options, self._store, step, renewal)
                    came = await came if inspect.isawaitable(came) else came
                except Exception as error:
                    step = story.throw(error)
                else:
                    step = story.send(came)
        except StopIteration as end:
            return end.value


def _perform(
    options: ReceiverOptions,
    store: AsyncSeenStore | SeenStore,
    step: Step,
    renewal: _Renewal | _AsyncRenewal | None,
) -> Any:
    """Performs one step; in asyncio what it answers may have to be awaited."""
    if isinstance(step, AskStore):
        return getattr(store, step.method)(*step.args)
    if isinstance(step, Handle):
        handler = handler_for(options.on, step.event.type)
        return None if handler is None else handler(step.event)
    if isinstance(step, AskWish):
        wish = options.on_replay
        return wish(step.event) if callable(wish) else wish == "process"
    if isinstance(step, Report):
        return options.on_error(step.error, step.event)
    if renewal is None:
        raise RuntimeError("a renewal does not renew")
    return renewal.begin(step.renew) if isinstance(step, BeginRenewing) else renewal.stop()


def _renewals(lease_ms: int) -> range:
    return range(max(1, _RENEWALS_MS * 3 // lease_ms))


class _Renewal:
    """Renews one mark from a thread of its own, which ends with the process."""

    def __init__(self, options: ReceiverOptions, run: Callable[[Part], Any]) -> None:
        self._options = options
        self._run = run
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, renew: Callable[[], Part]) -> None:
        self._thread = threading.Thread(target=self._renew, args=(renew,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """A renewal on its way must not overwrite what comes after it."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _renew(self, renew: Callable[[], Part]) -> None:
        for _ in _renewals(self._options.lease_ms):
            if self._ended.wait(self._options.lease_ms / 3_000):
                return
            try:
                self._run(renew())
            except Exception as error:
                # The store is away for a moment; the lease has time for two more tries.
                self._options.on_error(error, None)


class _AsyncRenewal:
    """Renews one mark from a task."""

    def __init__(
        self, options: ReceiverOptions, run: Callable[[Part], Coroutine[Any, Any, Any]]
    ) -> None:
        self._options = options
        self._run = run
        self._ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self, renew: Callable[[], Part]) -> None:
        self._task = asyncio.create_task(self._renew(renew))

    async def stop(self) -> None:
        """A renewal on its way must not overwrite what comes after it."""
        self._ended.set()
        if self._task is not None:
            await self._task

    async def _renew(self, renew: Callable[[], Part]) -> None:
        for _ in _renewals(self._options.lease_ms):
            try:
                await asyncio.wait_for(self._ended.wait(), self._options.lease_ms / 3_000)
                return
            except (asyncio.TimeoutError, TimeoutError):
                pass
            try:
                await self._run(renew())
            except Exception as error:
                self._options.on_error(error, None)
