"""The three headers of Standard Webhooks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .errors import WebhookVerificationError
from .headers import HeaderValues

HeaderNames = Literal["webhook", "svix"]

_SIGNATURES_MAX = 32


@dataclass(frozen=True)
class Claim:
    """What the headers of a webhook say of it."""

    id: str
    #: Unix seconds.
    timestamp: int
    #: As it was written: these characters are signed.
    timestamp_text: str
    #: Each with its version: ``v1,…``.
    signatures: tuple[str, ...]


def read_claim(headers: HeaderValues, names: HeaderNames) -> Claim:
    """Reads the three headers; raises WebhookVerificationError naming the one that is wrong."""
    said = {part: _one(headers, names, part) for part in ("id", "timestamp", "signature")}
    timestamp = said["timestamp"]
    if not re.fullmatch(r"[0-9]{1,15}", timestamp):
        raise WebhookVerificationError(
            "header_malformed", f"{names}-timestamp must be Unix seconds, in digits alone"
        )
    signatures = tuple(each for each in said["signature"].split(" ") if each)
    if len(signatures) > _SIGNATURES_MAX:
        raise WebhookVerificationError(
            "header_malformed", f"there are more than {_SIGNATURES_MAX} signatures"
        )
    return Claim(said["id"], int(timestamp), timestamp, signatures)


def _one(headers: HeaderValues, names: HeaderNames, part: str) -> str:
    name = f"{names}-{part}"
    given = headers.all(name)
    if not given or given[0] == "":
        raise WebhookVerificationError("header_missing", _missing(headers, names, part))
    if len(given) > 1 and part != "signature":
        raise WebhookVerificationError("header_malformed", f"{name} is there twice")
    return " ".join(given)


def _missing(headers: HeaderValues, names: HeaderNames, part: str) -> str:
    other = "webhook" if names == "svix" else "svix"
    hint = ""
    if headers.all(f"{other}-{part}"):
        hint = f"; {other}-{part} is there: say header_names='{other}'"
    return f"the header {names}-{part} is missing{hint}"
