"""Why no signature matches, by what is written, else by trying the usual mistakes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence

from .claim import Claim
from .signatures import digest, signed_content
from .signing_key import SigningKey

_UNEXPLAINED = (
    "no signature matches: the secret is another one, or id, timestamp or body were changed on "
    "their way; verify the raw bytes of the body, before anything parses them"
)


def mismatch_hint(keys: Sequence[SigningKey], claim: Claim, body: bytes) -> str:
    """One sentence for the owner of the receiver."""
    said = _by_version(keys, claim)
    if said is not None:
        return said
    for key in keys:
        if key.kind == "symmetric":
            found = _by_encoding(key, claim, body) or _by_mistake(key, claim, body)
            if found is not None:
                return found
    return _UNEXPLAINED


def _by_version(keys: Sequence[SigningKey], claim: Claim) -> str | None:
    matches = [re.match(r"(v\w{1,16}),", each) for each in claim.signatures]
    versions = [match.group(1) for match in matches if match is not None]
    if not versions:
        return "no signature names its version: each must begin with v1, or v1a,"
    known = {"v1" if key.kind == "symmetric" else "v1a" for key in keys}
    if known.intersection(versions):
        return None
    found = ", ".join(dict.fromkeys(versions))
    if found == "v1a":
        return "the signature is v1a, which takes the public key (whpk_…)"
    if found == "v1":
        return "the signature is v1, which takes the shared secret (whsec_…)"
    return f"no signature is of a version that these secrets verify; found {found}"


def _by_encoding(key: SigningKey, claim: Claim, body: bytes) -> str | None:
    given = [re.sub(r"\Av1a?,", "", each) for each in claim.signatures]
    right = digest(key.key, signed_content(claim.id, claim.timestamp_text, body))
    bare = base64.b64encode(right).decode().rstrip("=")
    if right.hex() in given:
        return "the signature is right but in hex; it must be base64"
    if bare in given:
        return "the signature is right but for its padding (=), which must be there"
    if bare.replace("+", "-").replace("/", "_") in [each.rstrip("=") for each in given]:
        return "the signature is right but in the URL-safe alphabet; it must be plain base64"
    return None


def _by_mistake(key: SigningKey, claim: Claim, body: bytes) -> str | None:
    def is_made_by(secret: bytes, of: bytes) -> bool:
        made = digest(secret, signed_content(claim.id, claim.timestamp_text, of))
        return "v1," + base64.b64encode(made).decode() in claim.signatures

    for text in (key.text, key.text.removeprefix("whsec_")):
        if is_made_by(text.encode(), body):
            return "it was signed with the secret as text; the key is what its base64 stands for"
    for says, other in _almost(body.decode("utf-8", errors="replace")):
        if is_made_by(key.key, other.encode()):
            return f"the body was changed: {says}"
    return None


def _almost(text: str) -> Iterator[tuple[str, str]]:
    yield "its line ends were turned into LF", text.replace("\n", "\r\n")
    yield "its line ends were turned into CR LF", text.replace("\r\n", "\n")
    yield "white space was added at its end", text.rstrip()
    yield "a line end was cut off", f"{text}\n"
    try:
        value = json.loads(text)
    except ValueError:
        return
    says = "it was parsed as JSON and written again"
    yield says, json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    yield says, json.dumps(value, ensure_ascii=False)
    yield says, json.dumps(value, ensure_ascii=False, indent=2)
