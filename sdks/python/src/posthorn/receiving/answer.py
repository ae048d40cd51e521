"""What the sender of a webhook is answered; Posthorn keeps the body with the attempt."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: So much of an answer is kept with the attempt.
_RESULT_BYTES_MAX = 16_384


@dataclass(frozen=True)
class Answer:
    """An HTTP answer with a JSON body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})


def answer(code: int, status: str, /, *, retry_after_ms: int | None = None, **said: Any) -> Answer:
    """An answer that says what became of the webhook."""
    headers = {"content-type": "application/json"}
    if retry_after_ms is not None:
        headers["retry-after"] = str(math.ceil(retry_after_ms / 1_000))
    return Answer(code, _json({"status": status, **said}).encode(), headers)


def processed_answer(result: Any) -> Answer:
    """The answer to a processed event: what its handler returned, when that is small JSON."""
    if result is None:
        return answer(200, "processed")
    try:
        body = _json(result).encode()
    except (TypeError, ValueError) as error:
        # The event was processed; that its result is no JSON must not have it sent again.
        return answer(200, "processed", resultOmitted=str(error))
    if len(body) > _RESULT_BYTES_MAX:
        return answer(200, "processed", resultOmitted=f"{len(body)} bytes are too many")
    return Answer(200, body)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
