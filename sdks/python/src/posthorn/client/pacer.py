"""How often a task reports: the newest of what would be too much."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Report = Mapping[str, Any]


class Pacer:
    """Lets at most ``per_second`` reports go; of those held back each step keeps its newest.

    The first report of a step goes at once, so that no step is missed.
    """

    def __init__(self, per_second: float, now: Callable[[], float]) -> None:
        self._interval = 1 / per_second
        self._now = now
        self._last = float("-inf")
        self._steps: set[Any] = set()
        self._held: dict[Any, Report] = {}

    def offer(self, report: Report) -> list[Report]:
        """What is to be sent now, oldest first."""
        step, now = report.get("step"), self._now()
        is_first = step not in self._steps
        self._steps.add(step)
        self._held.pop(step, None)
        self._held[step] = report
        if not is_first and now - self._last < self._interval:
            return []
        self._last = now
        return self.flush()

    def flush(self) -> list[Report]:
        """What was held back, oldest first; to be sent before the task ends."""
        held, self._held = list(self._held.values()), {}
        return held
