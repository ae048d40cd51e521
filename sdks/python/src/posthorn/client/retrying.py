"""When a call is made again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

#: Answers after which the same call may succeed. The 409 of a key that runs is one of them.
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 507})


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential waits with full jitter; Retry-After is a lower bound, up to ``max_wait_ms``."""

    retries: int = 4
    initial_ms: int = 250
    max_wait_ms: int = 30_000
    chance: Callable[[], float] = random.random

    def wait_seconds(
        self, tries: int, status: int | None, code: str | None, retry_after: str | None
    ) -> float | None:
        """How long to wait after so many tries; None when no more is to be tried.

        ``status`` is None when no answer came.
        """
        is_running = status == 409 and code == "idempotency_running"
        if tries > self.retries or not (status is None or status in _AGAIN or is_running):
            return None
        bound = min(self.initial_ms * 2 ** (tries - 1), self.max_wait_ms)
        asked_ms = 0.0 if retry_after is None else _milliseconds(retry_after)
        wait_ms: float = max(bound * self.chance(), asked_ms)
        return min(wait_ms, self.max_wait_ms) / 1_000


def _milliseconds(retry_after: str) -> float:
    """Seconds or a date; anything else asks for nothing."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after) * 1_000
    try:
        return max(0.0, (parsedate_to_datetime(retry_after).timestamp() - time.time()) * 1_000)
    except ValueError:
        return 0.0
