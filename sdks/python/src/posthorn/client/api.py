"""All resources over one way to make calls."""

from __future__ import annotations

from .resources import (
    Attempts,
    Bundles,
    Context,
    Deliveries,
    Endpoints,
    Events,
    EventTypes,
    Keys,
    Pages,
    Replays,
    Send,
    Stats,
    Subscriptions,
    TaskCalls,
    Tenants,
)


class Api:
    """The resources of the API; made by the clients."""

    def __init__(self, send: Send, pages: Pages) -> None:
        self.events = Events(send, pages)
        self.endpoints = Endpoints(send, pages)
        self.subscriptions = Subscriptions(send, pages)
        self.event_types = EventTypes(send, pages)
        self.deliveries = Deliveries(send, pages)
        self.attempts = Attempts(send, pages)
        self.replays = Replays(send, pages)
        self.stats = Stats(send, pages)
        self.tenants = Tenants(send, pages)
        self.keys = Keys(send, pages)
        self.context = Context(send, pages)
        self.bundles = Bundles(send, pages)
        self.tasks = TaskCalls(send, pages)
