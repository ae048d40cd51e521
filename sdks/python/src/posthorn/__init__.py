"""The SDK of Posthorn for Python: publish, and receive each event once."""

from . import webhook
from .errors import PosthornError, RejectEvent, RetryLater, WebhookVerificationError
from .receiving.answer import Answer
from .receiving.receiver import AsyncReceiver, Receiver
from .receiving.seen_store import (
    POSTGRES_SEEN_TABLE,
    AsyncPostgresSeenStore,
    AsyncRedisSeenStore,
    AsyncSeenStore,
    MemorySeenStore,
    PostgresSeenStore,
    RedisSeenStore,
    SeenStore,
)
from .webhook_event import EntityRef, WebhookContext, WebhookEvent

__all__ = [
    "POSTGRES_SEEN_TABLE",
    "Answer",
    "AsyncPostgresSeenStore",
    "AsyncReceiver",
    "AsyncRedisSeenStore",
    "AsyncSeenStore",
    "EntityRef",
    "MemorySeenStore",
    "PostgresSeenStore",
    "PosthornError",
    "Receiver",
    "RedisSeenStore",
    "RejectEvent",
    "RetryLater",
    "SeenStore",
    "WebhookContext",
    "WebhookEvent",
    "WebhookVerificationError",
    "webhook",
]
