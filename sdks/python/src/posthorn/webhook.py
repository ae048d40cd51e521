"""Verifies webhooks, and signs them as Posthorn does, for tests of a receiver."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence

from .claim import Claim, HeaderNames, read_claim
from .errors import WebhookVerificationError
from .headers import Headers, HeaderValues
from .mismatch_hint import mismatch_hint
from .signatures import is_signed_by, signature, signed_content
from .signing_key import Malformed, SigningKey, read_key
from .webhook_event import WebhookEvent, read_event

RawBody = bytes | bytearray | memoryview | str
Secrets = str | Sequence[str]

_TOLERANCE_SECONDS = 300


def verify(
    raw_body: RawBody,
    headers: Headers,
    secret: Secrets,
    *,
    tolerance_seconds: int = _TOLERANCE_SECONDS,
    now: float | None = None,
    header_names: HeaderNames = "webhook",
) -> WebhookEvent:
    """Verifies a webhook and reads its event; raises WebhookVerificationError.

    ``raw_body`` is the body before anything parsed it. ``secret`` is ``whsec_…``, or ``whpk_…``
    for signatures by ed25519 (needs ``posthorn[ed25519]``); several while they rotate. ``now`` is
    in Unix seconds, for tests.
    """
    body = _bytes_of(raw_body)
    keys = _usable_keys(_listed(secret))
    values = HeaderValues(headers)
    claim = read_claim(values, header_names)
    _assert_timely(claim, int(time.time() if now is None else now), tolerance_seconds, header_names)
    content = signed_content(claim.id, claim.timestamp_text, body)
    if not any(is_signed_by(key, content, claim.signatures) for key in keys):
        raise WebhookVerificationError("signature_mismatch", mismatch_hint(keys, claim, body))
    return read_event(claim.id, claim.timestamp, values, body)


def sign(
    raw_body: RawBody,
    secret: Secrets,
    *,
    id: str | None = None,
    now: float | None = None,
    header_names: HeaderNames = "webhook",
) -> dict[str, str]:
    """The three headers that go with a body; ``whsec_…`` signs v1, ``whsk_…`` v1a."""
    webhook_id = id or f"evt_{uuid.uuid4()}"
    timestamp = str(int(time.time() if now is None else now))
    content = signed_content(webhook_id, timestamp, _bytes_of(raw_body))
    return {
        f"{header_names}-id": webhook_id,
        f"{header_names}-timestamp": timestamp,
        f"{header_names}-signature": " ".join(_signed(each, content) for each in _listed(secret)),
    }


def _signed(secret: str, content: bytes) -> str:
    key = read_key(secret)
    because = key.because if isinstance(key, Malformed) else "is a public key, which cannot sign"
    made = None if isinstance(key, Malformed) else signature(key, content)
    if made is None:
        raise WebhookVerificationError("secret_malformed", f"the secret {because}")
    return made


def _usable_keys(secrets: Sequence[str]) -> list[SigningKey]:
    read = [read_key(secret) for secret in secrets]
    usable = [key for key in read if isinstance(key, SigningKey)]
    if usable:
        return usable
    broken = next((key.because for key in read if isinstance(key, Malformed)), "is missing")
    raise WebhookVerificationError("secret_malformed", f"the secret {broken}")


def _assert_timely(claim: Claim, now: int, tolerance: int, names: HeaderNames) -> None:
    age = now - claim.timestamp
    if abs(age) <= tolerance:
        return
    name, limit = f"{names}-timestamp", f"at most {tolerance} s are accepted"
    if len(claim.timestamp_text) >= 13:
        raise WebhookVerificationError(
            "header_malformed", f"{name} is in milliseconds; it must be Unix seconds"
        )
    if age > 0:
        raise WebhookVerificationError(
            "timestamp_too_old",
            f"{name} is too old: {age} s before now, {limit}; a replay, or a clock that is wrong",
        )
    raise WebhookVerificationError(
        "timestamp_too_new",
        f"{name} is too new: {-age} s after now, {limit}; one of the clocks is wrong",
    )


def _listed(secret: Secrets) -> Sequence[str]:
    return [secret] if isinstance(secret, str) else secret


def _bytes_of(raw_body: RawBody) -> bytes:
    if isinstance(raw_body, str):
        return raw_body.encode()
    if isinstance(raw_body, (bytes, bytearray, memoryview)):
        return bytes(raw_body)
    raise TypeError(
        "a webhook is verified by the raw bytes of its body; this one was parsed already"
    )
