"""Signatures of Standard Webhooks: ``v1`` (HMAC-SHA256) and ``v1a`` (ed25519)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from .signing_key import SigningKey, decode_base64


def signed_content(webhook_id: str, timestamp: str, body: bytes) -> bytes:
    """What a signature is over: ``id.timestamp.body``."""
    return f"{webhook_id}.{timestamp}.".encode() + body


def digest(key: bytes, content: bytes) -> bytes:
    """The HMAC-SHA256 of ``v1``."""
    return hmac.new(key, content, hashlib.sha256).digest()


def signature(key: SigningKey, content: bytes) -> str | None:
    """A signature with its version; None from a public key, which cannot make one."""
    if key.kind == "public":
        return None
    if key.kind == "symmetric":
        return "v1," + base64.b64encode(digest(key.key, content)).decode()
    private = _ed25519().Ed25519PrivateKey.from_private_bytes(key.key)
    return "v1a," + base64.b64encode(private.sign(content)).decode()


def is_signed_by(key: SigningKey, content: bytes, signatures: Sequence[str]) -> bool:
    """Whether one of the signatures was made over the content with this key, or its private one."""
    if key.kind != "symmetric":
        return _is_signed_for_public(key, content, signatures)
    expected = (signature(key, content) or "").encode()
    # Every signature is looked at, each for as long: how many were wrong shows in no time.
    return any([hmac.compare_digest(each.encode(), expected) for each in signatures])


def _is_signed_for_public(key: SigningKey, content: bytes, signatures: Sequence[str]) -> bool:
    candidates = [each for each in signatures if each.startswith("v1a,")]
    if not candidates:
        return False
    public = _public_of(key)
    return any(_verifies(public, candidate[4:], content) for candidate in candidates)


def _verifies(public: Any, text: str, content: bytes) -> bool:
    given = decode_base64(text)
    # A signature is written in one way alone.
    if given is None or base64.b64encode(given).decode() != text:
        return False
    try:
        public.verify(given, content)
    except Exception:
        return False
    return True


def _public_of(key: SigningKey) -> Any:
    ed25519 = _ed25519()
    if key.kind == "public":
        return ed25519.Ed25519PublicKey.from_public_bytes(key.key)
    return ed25519.Ed25519PrivateKey.from_private_bytes(key.key).public_key()


def _ed25519() -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as cause:
        raise ImportError(
            "signatures v1a need the package cryptography: posthorn[ed25519]"
        ) from cause
    return ed25519
