"""The SDK of Posthorn for Python: publish, and receive each event once."""

from . import webhook
from .errors import PosthornError, Refuse, RetryLater, WebhookVerificationError
from .webhook_event import EntityRef, WebhookContext, WebhookEvent

__all__ = [
    "EntityRef",
    "PosthornError",
    "Refuse",
    "RetryLater",
    "WebhookContext",
    "WebhookEvent",
    "WebhookVerificationError",
    "webhook",
]
