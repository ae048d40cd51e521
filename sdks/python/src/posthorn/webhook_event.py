"""A verified webhook, as its receiver reads it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote

from .headers import HeaderValues


@dataclass(frozen=True)
class EntityRef:
    """What an event is about."""

    type: str
    id: str


@dataclass(frozen=True)
class WebhookContext:
    """What the headers tell of an event beside its body; None where the sender said nothing."""

    #: The same for all events of one chain.
    correlation_id: str | None
    #: The event that this one followed from.
    causation_id: str | None
    #: How many events stand between this one and the first of its chain.
    hops: int | None
    tenant: str | None
    #: 1 for the first attempt.
    attempt: int
    source: str | None
    entity: EntityRef | None
    key: str | None
    #: Whether somebody asked for it to be sent again.
    is_replay: bool
    #: How many older reports this delivery stands for beside itself.
    superseded_count: int
    #: When this attempt was signed.
    signed_at: datetime


@dataclass(frozen=True)
class WebhookEvent:
    """A verified event. Continue its chain by publishing with ``causation_id=event.id``."""

    id: str
    #: Empty when neither body nor headers name one: the format ``raw``.
    type: str
    #: When it happened, in RFC 3339.
    timestamp: str
    data: Any
    context: WebhookContext


def read_event(webhook_id: str, timestamp: int, headers: HeaderValues, body: bytes) -> WebhookEvent:
    """Reads a body in any of the formats that Posthorn sends; what is not JSON becomes text."""
    text = body.decode("utf-8", errors="replace")
    context = _read_context(headers, timestamp)
    ce_type = headers.first("ce-type")
    if ce_type is not None:
        kind, at, data = ce_type, headers.first("ce-time"), _parsed(text)
    else:
        kind, at, data = _from_body(_parsed(text))
    signed_at = context.signed_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return WebhookEvent(webhook_id, kind, at or signed_at, data, context)


def _from_body(body: Any) -> tuple[str, str | None, Any]:
    if isinstance(body, dict):
        kind, event = body.get("type"), body.get("event")
        if isinstance(kind, str) and "data" in body:
            at = _text_or_none(body.get("timestamp")) or _text_or_none(body.get("time"))
            return kind, at, body["data"]
        if isinstance(event, str):
            fields = {name: value for name, value in body.items() if name != "event"}
            is_wrapped = "data" in fields and len(fields) <= 2
            data = fields["data"] if is_wrapped else fields
            return event, _text_or_none(body.get("timestamp")), data
    return "", None, body


def _read_context(headers: HeaderValues, timestamp: int) -> WebhookContext:
    def said(name: str) -> str | None:
        value = headers.first(f"posthorn-{name}")
        return None if value is None else _decoded(value)

    def count(name: str) -> int | None:
        text = said(name)
        return int(text) if text is not None and re.fullmatch(r"\d{1,9}", text) else None

    return WebhookContext(
        correlation_id=said("correlation-id"),
        causation_id=said("causation-id"),
        hops=count("hops"),
        tenant=said("tenant"),
        attempt=count("attempt") or 1,
        source=said("source"),
        entity=_entity_of(headers.first("posthorn-entity")),
        key=said("key"),
        is_replay=said("replay") is not None,
        superseded_count=count("superseded") or 0,
        signed_at=datetime.fromtimestamp(timestamp, timezone.utc),
    )


def _entity_of(text: str | None) -> EntityRef | None:
    """``type/id``, each percent-encoded; a slash in the type is always encoded."""
    kind, slash, identity = (text or "").partition("/")
    return EntityRef(_decoded(kind), _decoded(identity)) if slash else None


def _decoded(text: str) -> str:
    """Percent-encoding undone; what is none stays as it came."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None
