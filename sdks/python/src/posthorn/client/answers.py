"""What an answer of the server means to its caller."""

from __future__ import annotations

from typing import Any

import httpx

from ..errors import PosthornError


def read_answer(response: httpx.Response) -> Any:
    """The JSON of a success, None for no content; raises PosthornError for anything else.

    An object with an ETag carries it as ``etag``, for ``if_match``.
    """
    body = body_of(response)
    if not response.is_success:
        raise PosthornError.from_problem(response.status_code, body)
    etag = response.headers.get("etag")
    if etag is not None and isinstance(body, dict):
        body.setdefault("etag", etag)
    return body


def body_of(response: httpx.Response) -> Any:
    """The JSON of a body; its text when it is none."""
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError:
        return response.text


def code_of(response: httpx.Response) -> str | None:
    """The stable code of a problem."""
    body = body_of(response) if not response.is_success else None
    return body.get("code") if isinstance(body, dict) else None


def unanswered(error: httpx.TransportError) -> PosthornError:
    """No answer came, in all tries."""
    return PosthornError(0, "unreachable", f"the server did not answer: {error!r}")
