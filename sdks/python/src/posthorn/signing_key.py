"""Keys of Standard Webhooks, read from their texts."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Literal

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")
_SYMMETRIC_BYTES = (16, 64)
_ED25519_BYTES = 32


@dataclass(frozen=True)
class SigningKey:
    """A key: a symmetric or private one signs, any verifies."""

    kind: Literal["symmetric", "public", "private"]
    key: bytes
    text: str


@dataclass(frozen=True)
class Malformed:
    """Why a text is no key."""

    because: str


def read_key(text: str) -> SigningKey | Malformed:
    """Reads ``whsec_`` and base64, or that alone; ``whpk_`` a public key, ``whsk_`` a private one.

    A public key is never taken as the key of an HMAC, whatever a signature says.
    """
    if text == "":
        return Malformed("is empty")
    if text.strip() != text:
        return Malformed("has white space around it")
    if text.startswith("whpk_"):
        return _read_ed25519(text, "public", (_ED25519_BYTES,))
    if text.startswith("whsk_"):
        return _read_ed25519(text, "private", (_ED25519_BYTES, 2 * _ED25519_BYTES))
    return _read_symmetric(text)


def decode_base64(text: str) -> bytes | None:
    """Standard base64, its padding left out or not; None for anything else."""
    if not _BASE64.match(text):
        return None
    bare = text.rstrip("=")
    if len(bare) % 4 == 1:
        return None
    return base64.b64decode(bare + "=" * (-len(bare) % 4))


def _read_symmetric(text: str) -> SigningKey | Malformed:
    encoded = text.removeprefix("whsec_")
    prefix = re.match(r"[a-z]+_", encoded)
    if prefix is not None:
        return Malformed(f"begins with {prefix.group()}, which is not known")
    key = decode_base64(encoded)
    if key is None:
        return Malformed("is not base64 after whsec_")
    least, most = _SYMMETRIC_BYTES
    if len(key) < least:
        return Malformed(f"is too short: {len(key)} bytes")
    if len(key) > most:
        return Malformed(f"is too long: {len(key)} bytes, at most {most}")
    return SigningKey("symmetric", key, text)


def _read_ed25519(
    text: str, kind: Literal["public", "private"], lengths: tuple[int, ...]
) -> SigningKey | Malformed:
    key = decode_base64(text[5:])
    if key is None or len(key) not in lengths:
        allowed = " or ".join(str(length) for length in lengths)
        return Malformed(f"is not the base64 of {allowed} bytes after {text[:5]}")
    return SigningKey(kind, key[:_ED25519_BYTES], text)
