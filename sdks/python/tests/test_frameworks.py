"""Receivers behind real frameworks: raw bytes verified, answers passed on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from posthorn import AsyncReceiver, MemorySeenStore, Receiver, webhook
from posthorn.frameworks import django_view, fastapi_endpoint, flask_view

_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_BODY = (
    '{"type":"a.b","timestamp":"2026-01-01T00:00:00.000Z","data": {"n": 1.0, "s": "é"}}'.encode()
)
_ON: dict[str, Any] = {"*": lambda event: {"n": event.data["n"]}}

Post = Callable[[bytes, dict[str, str]], tuple[int, Any]]


def _over_fastapi() -> Post:
    from fastapi import FastAPI

    app = FastAPI()
    app.post("/hook")(fastapi_endpoint(AsyncReceiver(_SECRET, MemorySeenStore(), _ON)))

    async def post(body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            said = await client.post("/hook", content=body, headers=headers)
            return said.status_code, said.json()

    return lambda body, headers: asyncio.run(post(body, headers))


def _over_flask() -> Post:
    from flask import Flask

    app = Flask("receiver")
    app.post("/hook")(flask_view(Receiver(_SECRET, MemorySeenStore(), _ON)))

    def post(body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        said = app.test_client().post("/hook", data=body, headers=headers)
        return said.status_code, said.get_json()

    return post


def _over_django() -> Post:
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__)
        django.setup()
    from django.test import RequestFactory

    view = django_view(Receiver(_SECRET, MemorySeenStore(), _ON))

    def post(body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        factory = RequestFactory(headers=headers)
        said = view(factory.post("/hook", data=body, content_type="application/json"))
        return said.status_code, json.loads(said.content)

    return post


@pytest.mark.parametrize("over", [_over_fastapi, _over_flask, _over_django])
def test_a_webhook_is_verified_by_its_raw_bytes(over: Callable[[], Post]) -> None:
    post = over()
    signed = webhook.sign(_BODY, _SECRET)

    assert post(_BODY, signed) == (200, {"n": 1.0})
    assert post(_BODY, signed) == (200, {"status": "duplicate"})
    assert post(_BODY.replace(b" ", b""), signed)[0] == 401


@pytest.mark.parametrize("over", [_over_fastapi, _over_flask, _over_django])
def test_a_body_that_is_too_large_is_refused(over: Callable[[], Post]) -> None:
    body = b'"' + b"x" * 2_097_152 + b'"'

    assert over()(body, webhook.sign(body, _SECRET))[0] == 413
