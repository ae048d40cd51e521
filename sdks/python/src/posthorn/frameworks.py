"""Receivers as views of web frameworks, which need not be installed unless they are used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from .receiving.answer import Answer, answer
from .receiving.receiver import AsyncReceiver, Receiver

_NOT_POSTED = answer(405, "refused", error="a webhook is sent by POST")


def fastapi_endpoint(receiver: AsyncReceiver) -> Callable[..., Awaitable[Any]]:
    """For FastAPI and Starlette: ``app.post("/hook")(fastapi_endpoint(receiver))``."""
    from starlette.requests import Request
    from starlette.responses import Response

    async def endpoint(request: Request) -> Response:
        body = await _bounded(request.stream(), receiver.options.max_body_bytes)
        said = await receiver.receive(body, request.headers.raw)
        return Response(said.body, said.status, dict(said.headers))

    # Its annotations are evaluated by name otherwise, and the names are of this function.
    endpoint.__annotations__ = {"request": Request, "return": Response}
    return endpoint


def flask_view(receiver: Receiver) -> Callable[[], Any]:
    """For Flask: ``app.post("/hook")(flask_view(receiver))``."""
    from flask import Response, request

    def posthorn_webhook() -> Response:
        said = _received(receiver, request.stream, list(request.headers.items()))
        return Response(said.body, said.status, list(said.headers.items()))

    return posthorn_webhook


def django_view(receiver: Receiver) -> Callable[..., Any]:
    """For Django: ``path("hook", django_view(receiver))``; needs no CSRF token, as it verifies."""
    from django.http import HttpRequest, HttpResponse
    from django.views.decorators.csrf import csrf_exempt

    def posthorn_webhook(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            said = _NOT_POSTED
        else:
            said = _received(receiver, request, list(request.headers.items()))
        return HttpResponse(said.body, status=said.status, headers=dict(said.headers))

    view: Callable[..., Any] = csrf_exempt(posthorn_webhook)
    return view


def _received(receiver: Receiver, stream: Any, headers: Any) -> Answer:
    """Reads one byte more than may be, which tells a body that is too large."""
    body = stream.read(receiver.options.max_body_bytes + 1)
    return receiver.receive(body, headers)


async def _bounded(pieces: Any, most: int) -> bytes:
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > most:
            break
    return bytes(body)
