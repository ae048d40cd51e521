"""What processing an event asks of the world, so that it is written once for both worlds.

A story is a generator that yields steps and is sent what came of each; a receiver that waits and
one of asyncio perform the same steps, each in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Literal

from ..webhook_event import WebhookEvent
from .answer import Answer


@dataclass(frozen=True)
class AskStore:
    """Calls a method of the seen-store."""

    method: Literal["set_if_absent", "get", "set", "delete"]
    args: tuple[Any, ...]


@dataclass(frozen=True)
class Handle:
    """Has the handler process the event."""

    event: WebhookEvent


@dataclass(frozen=True)
class AskWish:
    """Asks whether a replay is wanted."""

    event: WebhookEvent


@dataclass(frozen=True)
class BeginRenewing:
    """Renews a mark from now on, until the next StopRenewing."""

    renew: Callable[[], Part]


@dataclass(frozen=True)
class StopRenewing:
    """No renewal is under way once this has been performed."""


@dataclass(frozen=True)
class Report:
    """Tells of what went wrong."""

    error: BaseException
    event: WebhookEvent | None


Step = AskStore | Handle | AskWish | BeginRenewing | StopRenewing | Report
Story = Generator[Step, Any, Answer]
Part = Generator[Step, Any, Any]
