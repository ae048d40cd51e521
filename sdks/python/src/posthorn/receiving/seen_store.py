"""Where a receiver remembers what it has seen, shared by all its processes."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol


class SeenStore(Protocol):
    """Keeps short texts by key, each for its time."""

    def set_if_absent(self, key: str, value: str, ttl_ms: int) -> bool:
        """Sets a key that is not there, in one step; False when it is there."""

    def get(self, key: str) -> str | bytes | None: ...

    def set(self, key: str, value: str, ttl_ms: int) -> None: ...

    def delete(self, key: str) -> None: ...


class AsyncSeenStore(Protocol):
    """The same for asyncio."""

    async def set_if_absent(self, key: str, value: str, ttl_ms: int) -> bool: ...

    async def get(self, key: str) -> str | bytes | None: ...

    async def set(self, key: str, value: str, ttl_ms: int) -> None: ...

    async def delete(self, key: str) -> None: ...


class MemorySeenStore:
    """Remembers within one process, for tests and for receivers that are one.

    What is oldest is forgotten past ``keys_max``, and everything when the process ends.
    """

    def __init__(
        self, *, keys_max: int = 100_000, now_ms: Callable[[], float] | None = None
    ) -> None:
        self._kept: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._keys_max = keys_max
        self._now_ms = now_ms or (lambda: time.time() * 1_000)
        self._lock = threading.Lock()

    def set_if_absent(self, key: str, value: str, ttl_ms: int) -> bool:
        with self._lock:
            if self._live(key) is not None:
                return False
            self._keep(key, value, ttl_ms)
            return True

    def get(self, key: str) -> str | None:
        with self._lock:
            return self._live(key)

    def set(self, key: str, value: str, ttl_ms: int) -> None:
        with self._lock:
            self._keep(key, value, ttl_ms)

    def delete(self, key: str) -> None:
        with self._lock:
            self._kept.pop(key, None)

    def _live(self, key: str) -> str | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        value, ends_at = kept
        if ends_at > self._now_ms():
            return value
        del self._kept[key]
        return None

    def _keep(self, key: str, value: str, ttl_ms: int) -> None:
        self._kept[key] = (value, self._now_ms() + ttl_ms)
        self._kept.move_to_end(key)
        if len(self._kept) > self._keys_max:
            self._kept.popitem(last=False)


class RedisSeenStore:
    """Remembers in Redis or Valkey, through a connected client of the package ``redis``."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def set_if_absent(self, key: str, value: str, ttl_ms: int) -> bool:
        return bool(self._client.set(key, value, px=ttl_ms, nx=True))

    def get(self, key: str) -> str | bytes | None:
        found: str | bytes | None = self._client.get(key)
        return found

    def set(self, key: str, value: str, ttl_ms: int) -> None:
        self._client.set(key, value, px=ttl_ms)

    def delete(self, key: str) -> None:
        self._client.delete(key)


class AsyncRedisSeenStore:
    """The same through a client of ``redis.asyncio``."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def set_if_absent(self, key: str, value: str, ttl_ms: int) -> bool:
        return bool(await self._client.set(key, value, px=ttl_ms, nx=True))

    async def get(self, key: str) -> str | bytes | None:
        found: str | bytes | None = await self._client.get(key)
        return found

    async def set(self, key: str, value: str, ttl_ms: int) -> None:
        await self._client.set(key, value, px=ttl_ms)

    async def delete(self, key: str) -> None:
        await self._client.delete(key)


#: The table that the stores in PostgreSQL ask for; run it once.
POSTGRES_SEEN_TABLE = """
CREATE TABLE IF NOT EXISTS posthorn_seen (
  key text PRIMARY KEY,
  value text NOT NULL,
  ends_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS posthorn_seen_ends_at ON posthorn_seen (ends_at);
"""

_ENDS_AT = "now() + %s * interval '1 millisecond'"
_SET = f"""INSERT INTO posthorn_seen (key, value, ends_at) VALUES (%s, %s, {_ENDS_AT})
ON CONFLICT (key) DO UPDATE SET value = excluded.value, ends_at = excluded.ends_at"""
_SET_IF_ABSENT = f"{_SET} WHERE posthorn_seen.ends_at <= now() RETURNING key"
_GET = "SELECT value FROM posthorn_seen WHERE key = %s AND ends_at > now()"
_DELETE = "DELETE FROM posthorn_seen WHERE key = %s"

Rows = Sequence[Sequence[Any]]


class PostgresSeenStore:
    """Remembers in PostgreSQL, by the database's clock.

    ``query`` runs one statement with ``%s`` places, commits it, and answers its rows, an empty
    list for none; with psycopg: ``lambda text, values: pool_execute(text, values)``.
    """

    def __init__(self, query: Callable[[str, Sequence[Any]], Rows]) -> None:
        self._query = query

    def set_if_absent(self, key: str, value: str, ttl_ms: int) -> bool:
        return len(self._query(_SET_IF_ABSENT, (key, value, ttl_ms))) > 0

    def get(self, key: str) -> str | None:
        rows = self._query(_GET, (key,))
        return str(rows[0][0]) if rows else None

    def set(self, key: str, value: str, ttl_ms: int) -> None:
        self._query(_SET, (key, value, ttl_ms))

    def delete(self, key: str) -> None:
        self._query(_DELETE, (key,))


class AsyncPostgresSeenStore:
    """The same through a query that is awaited."""

    def __init__(self, query: Callable[[str, Sequence[Any]], Awaitable[Rows]]) -> None:
        self._query = query

    async def set_if_absent(self, key: str, value: str, ttl_ms: int) -> bool:
        return len(await self._query(_SET_IF_ABSENT, (key, value, ttl_ms))) > 0

    async def get(self, key: str) -> str | None:
        rows = await self._query(_GET, (key,))
        return str(rows[0][0]) if rows else None

    async def set(self, key: str, value: str, ttl_ms: int) -> None:
        await self._query(_SET, (key, value, ttl_ms))

    async def delete(self, key: str) -> None:
        await self._query(_DELETE, (key,))
