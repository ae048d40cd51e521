"""A call of the API as data."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """One request, before it is known who makes it."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Body | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def all_headers(self) -> dict[str, str]:
        """A POST names itself once, so that its repeats have no second effect."""
        headers = dict(self.headers)
        if self.body is not None:
            headers.setdefault("content-type", "application/json")
        if self.method == "POST":
            headers.setdefault("idempotency-key", str(uuid.uuid4()))
        return headers

    def content(self) -> bytes | None:
        if self.body is None:
            return None
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()

    def params(self) -> dict[str, str]:
        """Without what is None; lists are comma-separated, as the API reads them."""
        return {name: _text(value) for name, value in self.query.items() if value is not None}


def path(template: str, *parts: str) -> str:
    """Fills the places of a path, each percent-encoded whole."""
    return template.format(*(quote(part, safe="") for part in parts))


def given(**fields: Any) -> dict[str, Any]:
    """A body of the fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(str(each) for each in value)
    return str(value)
