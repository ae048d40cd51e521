"""What receivers of both kinds are made of."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..claim import HeaderNames
from ..errors import WebhookVerificationError
from ..headers import Headers
from ..webhook import RawBody, Secrets, verify
from ..webhook_event import WebhookEvent
from .answer import Answer, answer
from .hold import Hold, HoldTimes
from .process_once import process_once
from .steps import Report, Story

Handler = Callable[[WebhookEvent], Any]
ReplayWish = Literal["process", "skip"] | Callable[[WebhookEvent], Any]
OnError = Callable[[BaseException, WebhookEvent | None], None]

_log = logging.getLogger("posthorn")


def log_error(error: BaseException, event: WebhookEvent | None) -> None:
    """Tells the logger ``posthorn`` of what went wrong."""
    named = "a webhook" if event is None else event.id
    _log.error("%s: %s", named, error, exc_info=error)


@dataclass(frozen=True)
class ReceiverOptions:
    """See Receiver for what each means."""

    secret: Secrets
    on: Mapping[str, Handler]
    on_replay: ReplayWish = "skip"
    ttl_ms: int = 86_400_000
    lease_ms: int = 30_000
    name: str = "posthorn"
    max_body_bytes: int = 2_097_152
    tolerance_seconds: int = 300
    header_names: HeaderNames = "webhook"
    now: Callable[[], float] | None = None
    on_error: OnError = log_error

    def now_ms(self) -> float:
        return (self.now or time.time)() * 1_000

    def hold_of(self, event: WebhookEvent) -> Hold:
        times = HoldTimes(self.lease_ms, self.ttl_ms, self.now_ms)
        return Hold(f"{self.name}:{event.id}", times)


def receive(options: ReceiverOptions, raw_body: RawBody, headers: Headers) -> Story:
    """The story of one request."""
    if len(raw_body) > options.max_body_bytes:
        says = f"the body is over max_body_bytes, which is {options.max_body_bytes}"
        return answer(413, "refused", error=says)
    try:
        event = verify(
            raw_body,
            headers,
            options.secret,
            tolerance_seconds=options.tolerance_seconds,
            now=options.now_ms() / 1_000,
            header_names=options.header_names,
        )
    except (WebhookVerificationError, TypeError) as error:
        yield Report(error, None)
        return _unverified(error)
    if handler_for(options.on, event.type) is None:
        return answer(200, "ignored", type=event.type)
    return (yield from process_once(event, options.hold_of(event)))


def handler_for(on: Mapping[str, Handler], kind: str) -> Handler | None:
    """The handler of a type: its own, else of the nearest ``task.*`` above it, else of ``*``."""
    if kind in on:
        return on[kind]
    segments = kind.split(".")
    for length in range(len(segments) - 1, 0, -1):
        pattern = ".".join(segments[:length]) + ".*"
        if pattern in on:
            return on[pattern]
    return on.get("*")


def _unverified(error: Exception) -> Answer:
    """401 for what the sender may mend; 500 for what is wrong here."""
    if isinstance(error, WebhookVerificationError) and error.code != "secret_malformed":
        return answer(401, "unverified", code=error.code, error=str(error))
    if isinstance(error, TypeError):
        return answer(500, "failed", error=str(error))
    return answer(500, "failed", error="the receiver cannot verify webhooks")
