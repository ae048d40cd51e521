"""The vectors that every SDK of Posthorn passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posthorn import WebhookVerificationError, webhook
from posthorn.signing_key import Malformed, read_key

_VECTORS = json.loads(
    (Path(__file__).parents[3] / "testdata/vectors/standard-webhooks.json").read_text()
)


def _failure(case: dict[str, Any]) -> WebhookVerificationError | None:
    options = {"tolerance_seconds": case["tolerance"]} if "tolerance" in case else {}
    secret = case.get("secrets", case.get("secret", []))
    try:
        webhook.verify(case["body"], case["headers"], secret, now=case["now"], **options)
    except WebhookVerificationError as error:
        return error
    return None


@pytest.mark.parametrize("case", _VECTORS["cases"], ids=lambda case: case["name"])
def test_a_webhook_is_valid_or_not(case: dict[str, Any]) -> None:
    found = _failure(case)

    assert (found is None) == (case["expect"] == "valid"), found


# Those that may sign; a public key may still verify, and is read by what goes with it.
_SIGNING = [case for case in _VECTORS["secretCases"] if not case["value"].startswith("whpk_")]


@pytest.mark.parametrize("case", _SIGNING, ids=lambda case: case["value"][:20])
def test_a_secret_is_taken_or_refused(case: dict[str, Any]) -> None:
    read = read_key(case["value"])

    assert isinstance(read, Malformed) != case["accept"]
    if isinstance(read, Malformed):
        return
    assert read.kind == ("private" if case.get("kind") == "ed25519" else "symmetric")
    if "publicKey" in case:
        headers = webhook.sign("{}", case["value"])
        assert webhook.verify("{}", headers, case["publicKey"]).id == headers["webhook-id"]
    else:
        assert len(read.key) == case["bytes"]


_REASONS = [
    ("published-missing-webhook-id", "the header webhook-id is missing"),
    ("svix-branded-headers", "svix-id is there: say header_names='svix'"),
    ("timestamp-float", "must be Unix seconds, in digits alone"),
    ("published-too-old", "is too old"),
    ("published-too-new", "is too new"),
    ("custom-tolerance-60", "at most 60 s"),
    ("ed25519-only-header-but-only-hmac-secret", "is v1a, which takes the public key"),
    ("unknown-version-only", "found v2"),
    ("no-version-prefix", "names its version"),
    ("hex-instead-of-base64", "right but in hex"),
    ("url-safe-base64", "URL-safe"),
    ("missing-base64-padding", "padding"),
    ("secret-used-as-utf8", "signed with the secret as text"),
    ("wrong-secret", "the secret is another one"),
]


@pytest.mark.parametrize(("name", "says"), _REASONS)
def test_a_refusal_helps(name: str, says: str) -> None:
    case = next(each for each in _VECTORS["cases"] if each["name"] == name)

    assert says in str(_failure(case))


_CHANGES = [
    ("parsed as JSON and written again", '{"a":1,"b":[2]}', '{"a": 1, "b": [2]}'),
    ("line ends were turned into LF", "a\r\nb\r\n", "a\nb\n"),
    ("white space was added", '{"a":1}', '{"a":1}\n'),
]


@pytest.mark.parametrize(("says", "sent", "received"), _CHANGES)
def test_a_changed_body_is_told_how(says: str, sent: str, received: str) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = webhook.sign(sent, secret)

    with pytest.raises(WebhookVerificationError, match=says):
        webhook.verify(received, headers, secret)


def test_a_parsed_body_is_refused_with_a_word_on_raw_bytes() -> None:
    with pytest.raises(TypeError, match="raw bytes"):
        webhook.verify({"type": "a"}, {}, "whsec_AAAAAAAAAAAAAAAAAAAAAAAA")  # type: ignore[arg-type]


def test_headers_in_any_form_are_read() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"type":"a.b","timestamp":"2026-01-01T00:00:00.000Z","data":{"n":1}}'
    headers = webhook.sign(body, secret, id="evt_1")
    more = {"Posthorn-Entity": "contact/c%2F1", "posthorn-attempt": "3", "posthorn-superseded": "7"}

    from_mapping = webhook.verify(body, {**headers, **more}, secret)
    from_pairs = webhook.verify(
        body, [(k.encode(), v.encode()) for k, v in {**headers, **more}.items()], [secret]
    )

    assert from_mapping == from_pairs
    assert (from_mapping.type, from_mapping.data) == ("a.b", {"n": 1})
    context = from_mapping.context
    assert (context.entity and context.entity.id, context.attempt) == ("c/1", 3)
    assert (context.superseded_count, context.is_replay) == (7, False)
