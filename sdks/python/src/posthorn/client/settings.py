"""Where a client finds its server, and how it behaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .retrying import RetryPolicy


@dataclass(frozen=True)
class ClientSettings:
    """``tenant`` is for keys of the operator.

    Raises ValueError for a key that no header can carry: an empty one, or one with spaces or a
    line break, as when it was read from a file.
    """

    url: str
    api_key: str
    tenant: str | None = None
    timeout_seconds: float = 30.0
    retry: RetryPolicy = field(default_factory=RetryPolicy)

    def __post_init__(self) -> None:
        if not self.api_key:
            raise ValueError("the access key is empty")
        if any(not "!" <= letter <= "~" for letter in self.api_key):
            raise ValueError("the access key has a space, a line break or the like in it: strip it")

    def headers(self) -> Mapping[str, str]:
        named = {} if self.tenant is None else {"posthorn-tenant": self.tenant}
        return {
            "authorization": f"Bearer {self.api_key}",
            "user-agent": "posthorn-python/0.1.0",
            **named,
        }
