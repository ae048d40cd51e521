"""The file that every SDK of Posthorn runs."""

from __future__ import annotations

import json
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from posthorn import (
    Answer,
    MemorySeenStore,
    Receiver,
    RejectEvent,
    RetryLater,
    WebhookVerificationError,
    webhook,
)

_FILE = json.loads((Path(__file__).parents[2] / "conformance.json").read_text())
_PYTHON_NAMES = {
    "headerNames": "header_names",
    "toleranceSeconds": "tolerance_seconds",
    "ttlMs": "ttl_ms",
    "leaseMs": "lease_ms",
    "onReplay": "on_replay",
}
_PATIENCE_SECONDS = 10


def _options(case: dict[str, Any]) -> dict[str, Any]:
    return {_PYTHON_NAMES[name]: value for name, value in case.get("options", {}).items()}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.title() for part in others)


def _named(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", _FILE["verify"], ids=_named)
def test_verify(case: dict[str, Any]) -> None:
    given = (case["body"], case["headers"], case["secrets"])

    if not case["expect"]["ok"]:
        with pytest.raises(WebhookVerificationError) as raised:
            webhook.verify(*given, now=case["now"], **_options(case))
        assert raised.value.code == case["expect"]["code"], raised.value
        return
    event = webhook.verify(*given, now=case["now"], **_options(case))
    assert {name: getattr(event, name) for name in ("id", "type", "timestamp", "data")} == case[
        "expect"
    ]["event"]
    context = {_camel(name): value for name, value in vars(event.context).items()}
    if event.context.entity is not None:
        context["entity"] = vars(event.context.entity)
    context["signedAt"] = event.context.signed_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert context == case["expect"]["context"]


@pytest.mark.parametrize("case", _FILE["sign"], ids=_named)
def test_sign(case: dict[str, Any]) -> None:
    headers = webhook.sign(
        case["body"], case["secret"], id=case["id"], now=case["now"], **_options(case)
    )

    assert headers == case["headers"]


@pytest.mark.parametrize("case", _FILE["receiver"], ids=_named)
def test_receiver(case: dict[str, Any]) -> None:
    stage = Stage(_options(case))

    for step in case["steps"]:
        stage.take(step)

    assert case["steps"]


class Stage:
    """A receiver whose clock, handler and store do what the steps of a case say."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._at = 0
        self._step: dict[str, Any] = {}
        self._ran = 0
        self._begun = threading.Event()
        self._release = threading.Event()
        self._hanging: dict[str, tuple[Future[Answer], threading.Event]] = {}
        self._memory = MemorySeenStore(now_ms=lambda: self._now() * 1_000)
        self._receiver = self._open()

    def take(self, step: dict[str, Any]) -> None:
        self._at = step["at"]
        if step["do"] == "finish":
            answered, release = self._hanging[step["as"]]
            release.set()
            _expect(answered.result(_PATIENCE_SECONDS), step["expect"])
            return
        ran_before, self._step = self._ran, step
        self._begun, self._release = threading.Event(), threading.Event()
        answered = self._deliver(step)
        if step["handler"] in ("hangs", "crashes"):
            assert self._begun.wait(_PATIENCE_SECONDS)
            self._hanging[step.get("as", "")] = (answered, self._release)
            if step["handler"] == "crashes":
                self._receiver = self._open()
            return
        _expect(answered.result(_PATIENCE_SECONDS), step["expect"])
        assert (self._ran > ran_before) == step["expect"]["ran"], "whether the handler ran"

    def _deliver(self, step: dict[str, Any]) -> Future[Answer]:
        body = json.dumps(
            {
                "type": step.get("type", "test.event"),
                "timestamp": "2026-01-01T00:00:00.000Z",
                "data": {"n": 1},
            }
        )
        headers = webhook.sign(
            body,
            step.get("secret", _FILE["secret"]),
            id=step.get("id", "evt_1"),
            now=_FILE["start"] + step.get("signedAt", step["at"]),
        )
        headers["posthorn-attempt"] = str(step.get("attempt", 1))
        if step.get("replay"):
            headers["posthorn-replay"] = "true"
        answered: Future[Answer] = Future()
        receiver = self._receiver

        def run() -> None:
            answered.set_result(receiver.receive(body, headers))

        threading.Thread(target=run, daemon=True).start()
        return answered

    def _open(self) -> Receiver:
        return Receiver(
            _FILE["secret"],
            _Asked(self._memory, lambda: self._step.get("store") == "fails"),
            {"test.event": lambda _event: self._handle()},
            now=self._now,
            on_error=lambda _error, _event: None,
            **self._options,
        )

    def _handle(self) -> Any:
        self._ran += 1
        step, release = self._step, self._release
        if step["handler"] == "throws":
            raise ValueError("no")
        if step["handler"] == "rejects":
            raise RejectEvent("never")
        if step["handler"] == "retriesLater":
            raise RetryLater(step["afterMs"])
        if step["handler"] in ("hangs", "crashes"):
            self._begun.set()
            release.wait(60)
        return step.get("value")

    def _now(self) -> float:
        return float(_FILE["start"] + self._at)


class _Asked:
    """A store that is away while a step says so."""

    def __init__(self, memory: MemorySeenStore, is_away: Any) -> None:
        self._memory = memory
        self._is_away = is_away

    def __getattr__(self, method: str) -> Any:
        if self._is_away():
            raise ConnectionError("the store is away")
        return getattr(self._memory, method)


def _expect(said: Answer, expected: dict[str, Any]) -> None:
    assert said.status == expected["status"], said.body
    body = json.loads(said.body)
    if "body" in expected:
        assert body == expected["body"]
    if "says" in expected:
        assert body["status"] == expected["says"]
    if "code" in expected:
        assert body["code"] == expected["code"]
    wait = expected.get("retryAfter")
    assert said.headers.get("retry-after") == (None if wait is None else str(wait))
