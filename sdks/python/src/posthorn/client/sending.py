"""One call of the API until its answer stands, for clients that block and clients that do not."""

from __future__ import annotations

from typing import Any

import httpx

from .answers import code_of, unanswered
from .call import Call
from .settings import ClientSettings


class Sending:
    """Counts the tries of a call and says how long to wait before the next."""

    def __init__(self, settings: ClientSettings, call: Call) -> None:
        self._settings = settings
        #: What httpx is to be asked, each time the same.
        self.request: dict[str, Any] = {
            "method": call.method,
            "url": settings.url + call.path,
            "params": call.params(),
            "content": call.content(),
            "headers": {**settings.headers(), **call.all_headers()},
        }
        self._tries = 0

    def answered(self, response: httpx.Response) -> float | None:
        """Seconds to wait before the next try; None when this answer is the last."""
        self._tries += 1
        after = response.headers.get("retry-after")
        status, code = response.status_code, code_of(response)
        return self._settings.retry.wait_seconds(self._tries, status, code, after)

    def broken(self, error: httpx.TransportError) -> float:
        """Seconds to wait before the next try; raises PosthornError when there is none."""
        self._tries += 1
        wait = self._settings.retry.wait_seconds(self._tries, None, None, None)
        if wait is None:
            raise unanswered(error) from error
        return wait

    def begun(self) -> None:
        """An answer has begun to come: the tries before it no longer count."""
        self._tries = 0
