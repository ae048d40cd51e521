"""What becomes of webhooks that come twice, fail, crash or are replayed."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from posthorn import (
    AsyncReceiver,
    MemorySeenStore,
    Receiver,
    RejectEvent,
    RetryLater,
    WebhookEvent,
    webhook,
)

_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_BODY = b'{"type":"task.completed","timestamp":"2026-01-01T00:00:00.000Z","data":{"n":1}}'


class Clock:
    """A time that tests set."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


class World:
    """A receiver of one kind, over a store and a clock that tests hold."""

    def __init__(self, kind: str, handler: Callable[[WebhookEvent], Any], **options: Any) -> None:
        self.clock = Clock()
        self.store = MemorySeenStore(now_ms=lambda: self.clock.seconds * 1_000)
        self.errors: list[BaseException] = []
        self.handled: list[WebhookEvent] = []
        self._handler = handler
        make = Receiver if kind == "waiting" else AsyncReceiver
        self.receiver: Any = make(
            _SECRET,
            self.store,
            {"task.*": self._handle},
            now=self.clock,
            on_error=lambda error, _event: self.errors.append(error),
            **options,
        )

    def _handle(self, event: WebhookEvent) -> Any:
        self.handled.append(event)
        return self._handler(event)

    def send(self, body: bytes = _BODY, **headers: str) -> tuple[int, Any, Any]:
        signed = webhook.sign(body, _SECRET, id="evt_1", now=self.clock.seconds)
        more = {f"posthorn-{name}": value for name, value in headers.items()}
        said = self.receiver.receive(body, {**signed, **more})
        said = asyncio.run(said) if asyncio.iscoroutine(said) else said
        return said.status, json.loads(said.body), said.headers.get("retry-after")


@pytest.fixture(params=["waiting", "asyncio"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_an_event_that_comes_twice_is_processed_once(kind: str) -> None:
    world = World(kind, lambda event: {"got": event.data["n"]})

    first, second = world.send(), world.send()

    assert first == (200, {"got": 1}, None)
    assert second == (200, {"status": "duplicate"}, None)
    assert len(world.handled) == 1


def test_it_is_forgotten_after_its_time(kind: str) -> None:
    world = World(kind, lambda _event: None, ttl_ms=60_000)
    world.send()

    world.clock.seconds += 61

    assert world.send()[1] == {"status": "processed"}
    assert len(world.handled) == 2


def test_what_fails_may_come_again_at_once(kind: str) -> None:
    outcomes: list[Any] = [ValueError("not yet"), "done"]

    def handler(_event: WebhookEvent) -> Any:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    world = World(kind, handler)

    assert world.send() == (500, {"status": "failed", "error": "not yet"}, None)
    assert world.send() == (200, "done", None)
    assert [str(error) for error in world.errors] == ["not yet"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RejectEvent("malformed"), (422, {"status": "rejected", "error": "malformed"}, None)),
        (RetryLater(90_500, "busy"), (503, {"status": "retry_later", "error": "busy"}, "91")),
    ],
)
def test_a_handler_says_what_is_to_follow(kind: str, error: Exception, expected: Any) -> None:
    def handler(_event: WebhookEvent) -> None:
        raise error

    assert World(kind, handler).send() == expected


def test_a_crash_in_mid_work_has_it_processed_again_once_the_lease_is_over(kind: str) -> None:
    world = World(kind, lambda _event: None, lease_ms=30_000)
    crashed = {"is": "in_flight", "by": "somebody else", "endsAt": 0}
    world.store.set("posthorn:evt_1", json.dumps(crashed), 30_000)

    early = world.send()
    world.clock.seconds += 31
    late = world.send()

    assert early == (409, {"status": "in_flight"}, "5")
    assert late == (200, {"status": "processed"}, None)


def test_a_long_handler_keeps_its_hold(kind: str) -> None:
    seen: list[str] = []
    renewed = threading.Event()

    class Watched(MemorySeenStore):
        def set(self, key: str, value: str, ttl_ms: int) -> None:
            seen.append(value)
            renewed.set()
            super().set(key, value, ttl_ms)

    async def waits(_event: WebhookEvent) -> None:
        await asyncio.to_thread(renewed.wait, 10)

    def waits_here(_event: WebhookEvent) -> None:
        renewed.wait(10)

    world = World(kind, waits_here if kind == "waiting" else waits, lease_ms=30)
    world.receiver._store = Watched()

    assert world.send()[0] == 200
    assert json.loads(seen[0])["is"] == "in_flight"
    assert json.loads(seen[-1])["is"] == "done"


def test_a_replay_is_skipped_unless_it_is_asked_for(kind: str) -> None:
    skips, processes = (
        World(kind, lambda _e: None),
        World(kind, lambda _e: None, on_replay="process"),
    )
    for world in (skips, processes):
        world.send()

    too_soon = processes.send(replay="rpl_1")
    for world in (skips, processes):
        world.clock.seconds += 5

    assert skips.send(replay="rpl_1")[1] == {"status": "duplicate"}
    assert too_soon == (409, {"status": "replay_too_soon"}, "1")
    assert processes.send(replay="rpl_1")[1] == {"status": "processed"}
    processes.clock.seconds += 5
    assert processes.send(replay="rpl_1", attempt="2")[1] == {"status": "duplicate"}


def test_a_store_that_is_away_has_it_come_again_later(kind: str) -> None:
    world = World(kind, lambda _event: None)

    class Away(MemorySeenStore):
        def set_if_absent(self, key: str, value: str, ttl_ms: int) -> bool:
            raise ConnectionError("away")

    world.receiver._store = Away()

    assert world.send() == (503, {"status": "store_unavailable"}, "10")
    assert world.handled == []


def test_what_is_not_verified_reaches_no_handler(kind: str) -> None:
    world = World(kind, lambda _event: None)
    signed = webhook.sign(b"other", _SECRET, now=world.clock.seconds)

    said = world.receiver.receive(_BODY, signed)
    said = asyncio.run(said) if asyncio.iscoroutine(said) else said

    assert said.status == 401
    assert json.loads(said.body)["code"] == "signature_mismatch"
    assert world.handled == []


def test_types_without_a_handler_are_ignored_and_large_bodies_refused(kind: str) -> None:
    world = World(kind, lambda _event: None, max_body_bytes=200)

    assert world.send(b'{"type":"a.b","data":1}')[1] == {"status": "ignored", "type": "a.b"}
    assert world.send(b'"' + b"x" * 200 + b'"')[0] == 413


def test_results_that_are_too_large_or_no_json_are_left_out(kind: str) -> None:
    large, odd = World(kind, lambda _e: "x" * 20_000), World(kind, lambda _e: object())

    assert large.send()[1]["resultOmitted"] == "20002 bytes are too many"
    assert odd.send()[1]["status"] == "processed"
