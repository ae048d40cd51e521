"""The client against a real server."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from conftest import Inbox, Server

from posthorn import AsyncPosthorn, Posthorn, PosthornError


def test_what_is_published_is_received_once_and_its_answer_kept(
    server: Server, inbox: Inbox
) -> None:
    kind = f"python.{uuid.uuid4().hex}"
    with Posthorn(server.url, server.key) as posthorn:
        inbox.expect(posthorn.endpoints.create(inbox.url, [kind])["secret"])

        published = posthorn.events.publish(kind, {"n": 1}, key="k/1")
        event = inbox.events.get(timeout=20)
        replayed = posthorn.events.publish(kind, {"n": 2}, causationId=event.id)
        caused = inbox.events.get(timeout=20)

        assert (event.id, event.type, event.data) == (published["id"], kind, {"n": 1})
        assert (event.context.key, event.context.attempt) == ("k/1", 1)
        assert (caused.id, caused.context.correlation_id) == (replayed["id"], event.id)


def test_lists_go_on_over_pages(server: Server) -> None:
    kind = f"python.{uuid.uuid4().hex}"
    with Posthorn(server.url, server.key) as posthorn:
        made = posthorn.events.publish_many([{"type": kind, "data": n} for n in range(5)])
        ids = [result["id"] for result in made["results"]]

        listed = [event["id"] for event in posthorn.events.list(type=kind, limit=2)]

        assert listed == ids[::-1]


def test_a_failure_names_code_and_fields(server: Server) -> None:
    with Posthorn(server.url, server.key) as posthorn:
        with pytest.raises(PosthornError) as missing:
            posthorn.events.get("evt_nothing")
        with pytest.raises(PosthornError) as wrong:
            posthorn.endpoints.create("not a url", ["a.b"])

    assert (missing.value.status, missing.value.code) == (404, "not_found")
    assert (wrong.value.status, wrong.value.errors[0]["pointer"]) == (422, "/url")
    assert "; /url " in str(wrong.value)


def test_config_carries_its_etag_for_the_next_change(server: Server, inbox: Inbox) -> None:
    with Posthorn(server.url, server.key) as posthorn:
        made = posthorn.endpoints.create(inbox.url)
        read = posthorn.endpoints.get(made["id"])
        posthorn.endpoints.update(made["id"], if_match=read["etag"], description="changed")

        with pytest.raises(PosthornError) as late:
            posthorn.endpoints.update(made["id"], if_match=read["etag"], description="again")

        assert late.value.code == "version_mismatch"
        assert posthorn.endpoints.delete(made["id"]) is None


def test_a_task_is_told_from_start_to_end(server: Server) -> None:
    with Posthorn(server.url, server.key) as posthorn:
        task = posthorn.start_task(name="summary", reports_per_second=1)
        for step in ("reading", "reading", "reading", "writing"):
            task.progress(step=step)
        task.complete(result={"text": "done"}, model="m-1")

        ended = posthorn.tasks.get(task.id, wait_ms=1_000)
        steps = [
            event.event["data"].get("step")
            for event in posthorn.stream_task(task.id)
            if event.type == "task.progress"
        ]

        assert ended["state"] == "completed"
        # The two that came too fast were one when the next step began.
        assert steps == ["reading", "reading", "writing"]


def test_an_entity_is_patched_and_its_changes_told(server: Server) -> None:
    identity = uuid.uuid4().hex
    with Posthorn(server.url, server.key) as posthorn:
        posthorn.context.patch("contact", identity, {"stage": "lead", "city": "Bern"})
        posthorn.context.patch("contact", identity, {"stage": "won"})

        entity = posthorn.context.get("contact", identity)

        assert entity["version"] == 2
        changes = posthorn.context.changes("contact", identity, 1)
        assert "stage" in str(changes) and "city" not in str(changes)


def test_a_bundle_is_put_finalized_and_fetched_by_delta(server: Server) -> None:
    identity = uuid.uuid4().hex
    bundle = {"conversationId": "c1", "source": "chat", "summary": "s", "participants": []}
    with Posthorn(server.url, server.key) as posthorn:
        posthorn.bundles.put(identity, **bundle, content={"messages": [1]})
        posthorn.bundles.put(identity, **bundle, content={"messages": [1, 2]})

        delta = posthorn.bundles.changes(identity, 1)
        posthorn.bundles.finalize(identity)

        assert "/content/messages" in str(delta)
        with pytest.raises(PosthornError, match=r"\w+"):
            posthorn.bundles.put(identity, **bundle, content={})


def test_a_stream_goes_on_after_its_cursor(server: Server) -> None:
    kind = f"python.{uuid.uuid4().hex}"
    with Posthorn(server.url, server.key) as posthorn:
        posthorn.events.publish_many([{"type": kind, "data": n} for n in range(3)])

        first = next(posthorn.stream(types=kind, after="oldest"))
        rest = posthorn.stream(types=kind, after=first.cursor)

        assert [first.event["data"], next(rest).event["data"], next(rest).event["data"]] == [
            0,
            1,
            2,
        ]


def test_asyncio_does_the_same(server: Server, inbox: Inbox) -> None:
    kind = f"python.{uuid.uuid4().hex}"

    async def tell() -> tuple[list[str], str]:
        async with AsyncPosthorn(server.url, server.key) as posthorn:
            made = await posthorn.endpoints.create(inbox.url, [kind])
            inbox.expect(made["secret"])
            await asyncio.gather(*(posthorn.events.publish(kind, n) for n in range(3)))
            listed = [event["id"] async for event in posthorn.events.list(type=kind, limit=2)]
            task = await posthorn.start_task()
            await task.progress(step="only")
            await task.fail({"message": "no"})
            return listed, (await posthorn.tasks.get(task.id))["state"]

    listed, state = asyncio.run(tell())

    assert len(listed) == 3
    assert state == "failed"
    assert {inbox.events.get(timeout=20).data for _ in range(3)} == {0, 1, 2}
