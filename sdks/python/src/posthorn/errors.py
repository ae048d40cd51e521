"""What can go wrong, for callers to tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

VerifyFailure = Literal[
    "secret_malformed",
    "header_missing",
    "header_malformed",
    "timestamp_too_old",
    "timestamp_too_new",
    "signature_mismatch",
]


class WebhookVerificationError(Exception):
    """A webhook that is not what it claims to be. The message says why, in words for its owner."""

    def __init__(self, code: VerifyFailure, message: str) -> None:
        super().__init__(message)
        self.code: VerifyFailure = code


class PosthornError(Exception):
    """An answer of the server that is no success, or none at all.

    ``status`` is 0 when no answer came; ``errors`` names each wrong field by JSON pointer, as does
    the message.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: list[Mapping[str, str]] | None = None,
        request_id: str | None = None,
    ) -> None:
        fields = "".join(f"; {each.get('pointer')} {each.get('message')}" for each in errors or [])
        super().__init__(f"{code}: {detail}{fields}")
        self.status = status
        self.code = code
        self.detail = detail
        self.errors: list[Mapping[str, str]] = errors or []
        self.request_id = request_id

    @classmethod
    def from_problem(cls, status: int, body: Any) -> PosthornError:
        """Reads ``application/problem+json``; anything else keeps its status alone."""
        problem = body if isinstance(body, dict) else {}
        return cls(
            status,
            str(problem.get("code", "unknown")),
            str(problem.get("detail", f"the server answered {status}")),
            errors=problem.get("errors"),
            request_id=problem.get("requestId"),
        )


class RejectEvent(Exception):
    """Raised by a handler that can never process this event, such as one that is malformed.

    It is answered 422. Posthorn does not hold a 422 against the endpoint, goes on by its retry
    policy, and buries the delivery as a dead letter, which can be sent again once the receiver
    has been mended. To be done with an event for good, return.
    """


class RetryLater(Exception):
    """Raised by a handler that wants the event again, not sooner than in ``after_ms``."""

    def __init__(self, after_ms: int, message: str = "the receiver asks for more time") -> None:
        super().__init__(message)
        self.after_ms = after_ms
