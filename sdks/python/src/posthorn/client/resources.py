"""The API, as methods that make calls. What they answer is the JSON of the answer.

With the client of asyncio each method answers something to await, and lists are iterated with
``async for``. Fields that the API has and a method does not name go through ``**more``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .call import Call, given, path

Send = Callable[[Call], Any]
#: Lists a path page by page.
Pages = Callable[[Call], Any]


class Resource:
    """Methods under one path."""

    def __init__(self, send: Send, pages: Pages) -> None:
        self._send = send
        self._pages = pages

    def _get(self, where: str, **query: Any) -> Any:
        return self._send(Call("GET", where, query))

    def _post(self, where: str, body: Mapping[str, Any] | None = None, **headers: str) -> Any:
        return self._send(Call("POST", where, body=body, headers=headers))


class Events(Resource):
    def publish(self, type: str, data: Any, **more: Any) -> Any:
        """Publishes an event; ``id, key, entity, source, causationId, callback, …`` by ``more``."""
        return self._post("/v1/events", {"type": type, "data": data, **more})

    def publish_many(self, events: Sequence[Mapping[str, Any]]) -> Any:
        """At most 1,000 at a time; each is judged alone."""
        return self._post("/v1/events/batch", {"events": list(events)})

    def get(self, id: str) -> Any:
        return self._get(path("/v1/events/{}", id))

    def list(self, **filters: Any) -> Any:
        return self._pages(Call("GET", "/v1/events", filters))

    def explain(self, id: str) -> Any:
        """For each endpoint why it got the event, or which rule said no."""
        return self._get(path("/v1/events/{}/explain", id))

    def erase_data(self, id: str) -> Any:
        return self._send(Call("DELETE", path("/v1/events/{}/data", id)))


class Configured(Resource):
    """Things that are made, listed, changed and removed."""

    _where = ""

    def get(self, id: str) -> Any:
        return self._get(path(self._where + "/{}", id))

    def list(self, **filters: Any) -> Any:
        return self._pages(Call("GET", self._where, filters))

    def update(self, id: str, *, if_match: str | None = None, **changes: Any) -> Any:
        """A JSON Merge Patch: what is None is removed."""
        headers = given(**{"if-match": if_match})
        where = path(self._where + "/{}", id)
        return self._send(Call("PATCH", where, body=changes, headers=headers))

    def delete(self, id: str) -> Any:
        return self._send(Call("DELETE", path(self._where + "/{}", id)))


class Endpoints(Configured):
    _where = "/v1/endpoints"

    def create(self, url: str, types: Sequence[str] | None = None, **more: Any) -> Any:
        """Its ``secret`` is shown in this answer."""
        return self._post(self._where, {"url": url, **given(types=types), **more})

    def secret(self, id: str) -> Any:
        return self._get(path("/v1/endpoints/{}/secret", id))

    def rotate_secret(self, id: str, **more: Any) -> Any:
        return self._post(path("/v1/endpoints/{}/secret/rotate", id), more)

    def pause(self, id: str) -> Any:
        return self._post(path("/v1/endpoints/{}/pause", id))

    def resume(self, id: str) -> Any:
        return self._post(path("/v1/endpoints/{}/resume", id))

    def test(self, id: str, **more: Any) -> Any:
        """Sends one event to this endpoint alone, and answers what came of it."""
        return self._post(path("/v1/endpoints/{}/test", id), more)

    def stats(self, id: str, **range: Any) -> Any:
        return self._get(path("/v1/endpoints/{}/stats", id), **range)


class Subscriptions(Configured):
    _where = "/v1/subscriptions"

    def create(self, endpoint_id: str, types: Sequence[str], **more: Any) -> Any:
        return self._post(self._where, {"endpointId": endpoint_id, "types": list(types), **more})


class EventTypes(Configured):
    _where = "/v1/event-types"

    def create(self, type: str, **more: Any) -> Any:
        return self._post(self._where, {"type": type, **more})


class Tenants(Configured):
    _where = "/v1/tenants"

    def put(self, id: str, **more: Any) -> Any:
        """Makes a tenant, or leaves the one that is there as it is said here."""
        return self._send(Call("PUT", path("/v1/tenants/{}", id), body=more))


class Keys(Configured):
    _where = "/v1/keys"

    def create(self, name: str, scopes: Sequence[str], **more: Any) -> Any:
        return self._post(self._where, {"name": name, "scopes": list(scopes), **more})


class Deliveries(Resource):
    def get(self, id: str) -> Any:
        return self._get(path("/v1/deliveries/{}", id))

    def list(self, **filters: Any) -> Any:
        return self._pages(Call("GET", "/v1/deliveries", filters))

    def retry(self, id: str) -> Any:
        return self._post(path("/v1/deliveries/{}/retry", id))

    def cancel(self, id: str) -> Any:
        return self._post(path("/v1/deliveries/{}/cancel", id))


class Attempts(Resource):
    def get(self, id: str) -> Any:
        """With request, response, phases and the explanation of a failure."""
        return self._get(path("/v1/attempts/{}", id))

    def list(self, **filters: Any) -> Any:
        return self._pages(Call("GET", "/v1/attempts", filters))


class Replays(Resource):
    def create(self, only: str = "dead", **more: Any) -> Any:
        return self._post("/v1/replays", {"only": only, **more})

    def get(self, id: str) -> Any:
        return self._get(path("/v1/replays/{}", id))

    def list(self, **filters: Any) -> Any:
        return self._pages(Call("GET", "/v1/replays", filters))

    def pause(self, id: str) -> Any:
        return self._post(path("/v1/replays/{}/pause", id))

    def resume(self, id: str) -> Any:
        return self._post(path("/v1/replays/{}/resume", id))

    def cancel(self, id: str) -> Any:
        return self._post(path("/v1/replays/{}/cancel", id))


class Context(Resource):
    def update(
        self, type: str, id: str, changes: Mapping[str, Mapping[str, Any]], **more: Any
    ) -> Any:
        """Tells explicit changes: ``{"field": {"old": …, "new": …}}``; ``old`` may be left out."""
        body = {"entity": {"type": type, "id": id}, "changes": changes, **more}
        return self._post("/v1/context/updates", body)

    def patch(
        self, type: str, id: str, values: Mapping[str, Any], *, if_match: str | None = None
    ) -> Any:
        """Tells new values; the server works out what changed."""
        headers = given(**{"if-match": if_match})
        where = path("/v1/entities/{}/{}", type, id)
        return self._send(Call("PATCH", where, body=values, headers=headers))

    def get(self, type: str, id: str) -> Any:
        return self._get(path("/v1/entities/{}/{}", type, id))

    def list(self, **filters: Any) -> Any:
        return self._pages(Call("GET", "/v1/entities", filters))

    def changes(self, type: str, id: str, since: int) -> Any:
        return self._get(path("/v1/entities/{}/{}/changes", type, id), since=since)


class Bundles(Resource):
    def put(self, id: str, **bundle: Any) -> Any:
        """``conversationId, source, summary, participants, content``."""
        return self._send(Call("PUT", path("/v1/bundles/{}", id), body=bundle))

    def finalize(self, id: str) -> Any:
        return self._post(path("/v1/bundles/{}/finalize", id))

    def get(self, id: str) -> Any:
        return self._get(path("/v1/bundles/{}", id))

    def list(self, **filters: Any) -> Any:
        return self._pages(Call("GET", "/v1/bundles", filters))

    def changes(self, id: str, since: int) -> Any:
        """A JSON Patch from that version to the present one; 410 when it is too old."""
        return self._get(path("/v1/bundles/{}/changes", id), since=since)


class Stats(Resource):
    def get(self, **range: Any) -> Any:
        return self._get("/v1/stats", **range)


class TaskCalls(Resource):
    """Tasks by id; ``start`` of the client answers a handle that paces its reports."""

    def create(self, **task: Any) -> Any:
        return self._post("/v1/tasks", task)

    def get(self, id: str, *, wait_ms: int | None = None) -> Any:
        """With ``wait_ms`` it answers once the task has ended, or after that time."""
        return self._get(path("/v1/tasks/{}", id), waitMs=wait_ms)

    def list(self, **filters: Any) -> Any:
        return self._pages(Call("GET", "/v1/tasks", filters))

    def progress(self, id: str, **report: Any) -> Any:
        return self._post(path("/v1/tasks/{}/progress", id), report)

    def wait(self, id: str, reason: str) -> Any:
        """The task waits for somebody or something."""
        return self._post(path("/v1/tasks/{}/wait", id), {"reason": reason})

    def complete(self, id: str, **outcome: Any) -> Any:
        """``result, model, tokenUsage``."""
        return self._post(path("/v1/tasks/{}/complete", id), outcome)

    def fail(self, id: str, error: Any) -> Any:
        return self._post(path("/v1/tasks/{}/fail", id), {"error": error})

    def cancel(self, id: str) -> Any:
        return self._post(path("/v1/tasks/{}/cancel", id))
