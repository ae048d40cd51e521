"""The SDK of Posthorn for Python: publish, and receive each event once."""

from . import webhook
from .client.async_posthorn import AsyncPosthorn, AsyncTask
from .client.posthorn import Posthorn, Task
from .client.retrying import RetryPolicy
from .client.stream import StreamedEvent
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
    "AsyncPosthorn",
    "AsyncReceiver",
    "AsyncRedisSeenStore",
    "AsyncSeenStore",
    "AsyncTask",
    "EntityRef",
    "MemorySeenStore",
    "PostgresSeenStore",
    "Posthorn",
    "PosthornError",
    "Receiver",
    "RedisSeenStore",
    "RejectEvent",
    "RetryLater",
    "RetryPolicy",
    "SeenStore",
    "StreamedEvent",
    "Task",
    "WebhookContext",
    "WebhookEvent",
    "WebhookVerificationError",
    "webhook",
]
