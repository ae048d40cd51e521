"""What is remembered of an event, in the form that every SDK of Posthorn reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from ..webhook_event import WebhookEvent


@dataclass(frozen=True)
class InFlight:
    """``by`` names the one delivery that holds it, so that no other ends its hold."""

    by: str
    #: Unix milliseconds.
    ends_at: int


@dataclass(frozen=True)
class Done:
    """It was processed."""

    #: When the processed request was signed, in Unix seconds.
    signed_at: int
    #: The attempt of the replay that was processed; None when it was no replay.
    replay_attempt: int | None


Mark = InFlight | Done

_FAR = 2**53 - 1


def mark_text(mark: Mark) -> str:
    """Writes a mark as a seen-store keeps it."""
    if isinstance(mark, InFlight):
        said: dict[str, object] = {"is": "in_flight", "by": mark.by, "endsAt": mark.ends_at}
    else:
        said = {"is": "done", "signedAt": mark.signed_at, "replayAttempt": mark.replay_attempt}
    return json.dumps(said, separators=(",", ":"))


def read_mark(text: str | bytes) -> Mark:
    """Reads a mark back; what nobody here wrote counts as done: nothing is done twice."""
    try:
        said = json.loads(text)
        if said["is"] == "in_flight":
            return InFlight(said["by"], said["endsAt"])
        if said["is"] == "done":
            return Done(said["signedAt"], said["replayAttempt"])
    except (ValueError, KeyError, TypeError):
        pass
    return Done(_FAR, None)


def done_mark(event: WebhookEvent) -> Done:
    """The mark of an event that was processed."""
    context = event.context
    return Done(_seconds_of(event), context.attempt if context.is_replay else None)


def judge_replay(event: WebhookEvent, mark: Done) -> Literal["new", "repeat", "too_soon"]:
    """What a replay of a processed event asks for.

    As its header is not signed, it must be signed later than what was processed: the same second
    is ``too_soon``, and its next attempt is not. A later attempt of a replay that was processed
    is a repeat.
    """
    context = event.context
    is_repeat = mark.replay_attempt is not None and context.attempt > mark.replay_attempt
    if not context.is_replay or is_repeat:
        return "repeat"
    signed_at = _seconds_of(event)
    if signed_at == mark.signed_at:
        return "too_soon"
    return "new" if signed_at > mark.signed_at else "repeat"


def _seconds_of(event: WebhookEvent) -> int:
    return int(event.context.signed_at.timestamp())
