"""Where a stream goes on after its connection broke."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from posthorn import Posthorn
from posthorn.client.following import Following
from posthorn.client.settings import ClientSettings

_EVENT = 'id: 8\nevent: a.b\ndata: {"id":"evt_1"}\n\n'


@pytest.mark.parametrize(
    ("because", "came", "cursor"),
    [
        ("nothing was said", "", None),
        ("the server says at once where it begins", "retry: 500\nid: 7\n\n", "7"),
        ("a heartbeat says how far was looked", _EVENT + ": \nid: 12\n\n", "12"),
        ("an event is the last that was told", "id: 7\n\n" + _EVENT, "8"),
        ("a message that is not complete was not told", _EVENT + "id: 9\ndata: {}", "8"),
    ],
)
def test_a_broken_stream_goes_on_after_what_was_said(
    because: str, came: str, cursor: str | None
) -> None:
    following = _following()

    for character in came:
        list(following.read(character))

    assert following.request()["headers"].get("last-event-id") == cursor, because


def test_a_stream_that_has_nothing_more_is_over() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(204 if len(asked) == 1 else 401, json={"code": "unauthorized"})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    posthorn = Posthorn("http://127.0.0.1:1", "ph_test", http=http)

    assert list(posthorn.stream_task("task_1", after="9")) == []
    assert len(asked) == 1


def test_what_is_over_waits_for_nothing() -> None:
    following = _following()

    following.opened(204)

    assert (following.is_over, following.wait_seconds) == (True, 0.0)


def test_a_wait_that_no_clock_has_is_not_taken() -> None:
    following = _following()
    following.opened(200)
    before = following.wait_seconds

    list(following.read(f"retry: {'9' * 5_000}\n\n"))

    assert following.wait_seconds == before


def _following() -> Following:
    settings: Any = ClientSettings("http://127.0.0.1:1", "ph_test")
    return Following(settings, "/v1/stream", {}, None)
