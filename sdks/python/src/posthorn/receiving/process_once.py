"""Has an event processed unless it was already, and says so in an answer."""

from __future__ import annotations

from ..errors import RejectEvent, RetryLater
from ..webhook_event import WebhookEvent
from .answer import Answer, answer, processed_answer
from .hold import Hold
from .marks import Done, InFlight, done_mark, judge_replay, read_mark
from .steps import AskStore, AskWish, Handle, Part, Report, Story

#: So soon an event that is in flight may be asked for again.
_IN_FLIGHT_WAIT_MS = 5_000
_STORE_WAIT_MS = 10_000


def process_once(event: WebhookEvent, hold: Hold) -> Story:
    """The story of one verified webhook that has a handler."""
    try:
        before = yield from _take(event, hold)
    except Exception as error:
        yield Report(error, event)
        return answer(503, "store_unavailable", retry_after_ms=_STORE_WAIT_MS)
    if isinstance(before, Answer):
        return before
    try:
        result = yield Handle(event)
    except Exception as error:
        yield from _give_back(event, hold, before)
        yield Report(error, event)
        return _failed(error)
    try:
        yield from hold.finish(done_mark(event))
    except Exception as error:
        # The work is done, so the answer is 200 even when that cannot be remembered.
        yield Report(error, event)
    return processed_answer(result)


def _take(event: WebhookEvent, hold: Hold) -> Part:
    """Takes the event; answers its mark of before, or an Answer when it cannot be taken."""
    if (yield from hold.take()):
        return None
    text = yield AskStore("get", (hold.key,))
    mark = None if text is None else read_mark(text)
    # It ended between the two questions: the next attempt finds out how.
    if mark is None or isinstance(mark, InFlight):
        return answer(409, "in_flight", retry_after_ms=_IN_FLIGHT_WAIT_MS)
    is_wanted = event.context.is_replay and (yield AskWish(event))
    verdict = judge_replay(event, mark) if is_wanted else "repeat"
    if verdict == "repeat":
        return answer(200, "duplicate")
    if verdict == "too_soon":
        return answer(409, "replay_too_soon", retry_after_ms=1_000)
    yield from hold.take_over()
    return mark


def _give_back(event: WebhookEvent, hold: Hold, before: Done | None) -> Part:
    try:
        yield from hold.release(before)
    except Exception as error:
        # A hold that cannot be given back ends by itself.
        yield Report(error, event)


def _failed(error: Exception) -> Answer:
    if isinstance(error, RejectEvent):
        return answer(422, "rejected", error=str(error))
    if isinstance(error, RetryLater):
        return answer(503, "retry_later", error=str(error), retry_after_ms=error.after_ms)
    return answer(500, "failed", error=str(error))
