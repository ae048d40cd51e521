"""Where a client finds its server, and how it behaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .retrying import RetryPolicy


@dataclass(frozen=True)
class ClientSettings:
    """``tenant`` is for keys of the operator."""

    url: str
    api_key: str
    tenant: str | None = None
    timeout_seconds: float = 30.0
    retry: RetryPolicy = field(default_factory=RetryPolicy)

    def headers(self) -> Mapping[str, str]:
        named = {} if self.tenant is None else {"posthorn-tenant": self.tenant}
        return {
            "authorization": f"Bearer {self.api_key}",
            "user-agent": "posthorn-python/0.1.0",
            **named,
        }
