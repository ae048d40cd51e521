"""The mark of an event in flight: renewed while its handler runs, it ends with its process."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from .marks import Done, InFlight, mark_text, read_mark
from .steps import AskStore, BeginRenewing, Part, StopRenewing


@dataclass(frozen=True)
class HoldTimes:
    """How long a mark lasts, and what the time is."""

    #: How long a process that has died still counts as at work.
    lease_ms: int
    #: How long an event that was processed is remembered.
    ttl_ms: int
    #: Unix milliseconds.
    now_ms: Callable[[], float]


@dataclass(frozen=True)
class Hold:
    """One delivery's hold of one event's key."""

    key: str
    times: HoldTimes
    by: str = field(default_factory=lambda: str(uuid.uuid4()))

    def take(self) -> Part:
        """Takes a key that nobody holds and that was not processed; answers whether it could."""
        args = (self.key, self.mark(), self.times.lease_ms)
        is_taken = yield AskStore("set_if_absent", args)
        if is_taken:
            yield BeginRenewing(self.renew_if_ours)
        return is_taken

    def take_over(self) -> Part:
        """Takes the key of a processed event, for a replay."""
        yield AskStore("set", (self.key, self.mark(), self.times.lease_ms))
        yield BeginRenewing(self.renew_if_ours)

    def renew_if_ours(self) -> Part:
        """Holds it for another lease, unless somebody else does by now."""
        if (yield from self.is_ours()):
            yield AskStore("set", (self.key, self.mark(), self.times.lease_ms))

    def finish(self, mark: Done) -> Part:
        """Ends the hold: the event was processed."""
        yield StopRenewing()
        yield AskStore("set", (self.key, mark_text(mark), self.times.ttl_ms))

    def release(self, before: Done | None) -> Part:
        """Ends the hold as if the event had not come; ``before`` was remembered then."""
        yield StopRenewing()
        if not (yield from self.is_ours()):
            return
        if before is None:
            yield AskStore("delete", (self.key,))
        else:
            yield AskStore("set", (self.key, mark_text(before), self.times.ttl_ms))

    def is_ours(self) -> Part:
        text = yield AskStore("get", (self.key,))
        if text is None:
            return True
        mark = read_mark(text)
        return isinstance(mark, InFlight) and mark.by == self.by

    def mark(self) -> str:
        return mark_text(InFlight(self.by, int(self.times.now_ms()) + self.times.lease_ms))
