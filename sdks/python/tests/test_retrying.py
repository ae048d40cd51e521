"""Which answers are tried again, how long after, and as what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from posthorn import Posthorn, PosthornError, RetryPolicy
from posthorn.client.pacer import Pacer
from posthorn.client.sse import SseParser

_VECTORS = Path(__file__).parents[3] / "testdata/vectors"


def _client(answers: list[Any], seen: list[httpx.Request]) -> Posthorn:
    """A client whose transport answers from a list; no server takes part."""

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        next_one = answers.pop(0)
        if isinstance(next_one, Exception):
            raise next_one
        status, headers, body = next_one
        return httpx.Response(status, headers=headers, json=body)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    retry = RetryPolicy(retries=2, initial_ms=1, max_wait_ms=2)
    return Posthorn("http://here", "ph_key", http=http, retry=retry)


@pytest.mark.parametrize(
    "failure",
    [(503, {"retry-after": "0"}, {"code": "overloaded"}), httpx.ConnectError("refused")],
)
def test_a_call_is_made_again_under_one_idempotency_key(failure: Any) -> None:
    seen: list[httpx.Request] = []
    posthorn = _client([failure, failure, (202, {}, {"id": "evt_1"})], seen)

    assert posthorn.events.publish("a.b", 1) == {"id": "evt_1"}
    assert len({request.headers["idempotency-key"] for request in seen}) == 1
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("answer", "calls"),
    [
        ((503, {}, {"code": "overloaded"}), 3),
        ((409, {}, {"code": "idempotency_running"}), 3),
        ((409, {}, {"code": "conflict"}), 1),
        ((422, {}, {"code": "validation_failed"}), 1),
        (httpx.ReadTimeout("late"), 3),
    ],
)
def test_it_ends_with_the_last_failure(answer: Any, calls: int) -> None:
    seen: list[httpx.Request] = []
    posthorn = _client([answer] * calls, seen)

    with pytest.raises(PosthornError) as raised:
        posthorn.events.publish("a.b", 1)

    assert len(seen) == calls
    expected = answer[2]["code"] if isinstance(answer, tuple) else "unreachable"
    assert raised.value.code == expected


@pytest.mark.parametrize(
    ("retry_after", "chance", "waits"),
    [
        (None, 1.0, 0.25),
        (None, 0.5, 0.125),
        ("3", 0.0, 3.0),
        ("900", 0.0, 30.0),
        ("soon", 1.0, 0.25),
    ],
)
def test_the_server_names_the_least_wait(
    retry_after: str | None, chance: float, waits: float
) -> None:
    policy = RetryPolicy(chance=lambda: chance)

    assert policy.wait_seconds(1, 503, None, retry_after) == waits


def test_waits_double_up_to_the_longest() -> None:
    policy = RetryPolicy(retries=20, chance=lambda: 1.0)

    waits = [policy.wait_seconds(tries, 503, None, None) for tries in (1, 2, 3, 20, 21)]

    assert waits == [0.25, 0.5, 1.0, 30.0, None]


def test_a_pacer_keeps_the_newest_of_each_step_and_the_first_of_all() -> None:
    at = [0.0]
    pacer = Pacer(10, lambda: at[0])

    first = pacer.offer({"step": "a", "n": 1})
    held = pacer.offer({"step": "a", "n": 2}) + pacer.offer({"step": "a", "n": 3})
    next_step = pacer.offer({"step": "b", "n": 4})
    pacer.offer({"step": "b", "n": 5})
    at[0] = 0.2
    late = pacer.offer({"step": "b", "n": 6})

    assert [report["n"] for report in first] == [1]
    assert held == []
    assert [report["n"] for report in next_step] == [3, 4]
    assert [report["n"] for report in late] == [6]
    assert pacer.flush() == []


@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_server_sent_events_are_read_as_the_standard_has_it(size: int) -> None:
    text = "\ufeff: hello\r\nid: 7\rdata: a\ndata:  b\n\nevent: x\nretry: 250\ndata\n\ndata: cut"
    parser = SseParser()

    messages = [
        message
        for start in range(0, len(text), size)
        for message in parser.feed(text[start : start + size])
    ]

    assert [(each.id, each.event, each.data) for each in messages] == [
        ("7", "message", "a\n b"),
        ("7", "x", ""),
    ]
    assert parser.retry_ms == 250


_CASES = json.loads((_VECTORS / "sse.json").read_text())["cases"]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["name"])
def test_the_vectors_of_server_sent_events_pass(case: dict[str, Any]) -> None:
    parser = SseParser()

    messages = list(parser.feed(case["stream"]))

    told = [{"type": e.event, "data": e.data, "lastEventId": e.id} for e in messages]
    assert told == case["parsed"]["events"]
    assert parser.retry_ms == case["parsed"]["retry"]
