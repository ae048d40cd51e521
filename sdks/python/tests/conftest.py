"""A real server for the tests of the client, with a receiver of its own to deliver to."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest

from posthorn import MemorySeenStore, Receiver, WebhookEvent

_ROOT = Path(__file__).parents[3]
_KEY = "ph_python-0123456789-0123456789-0123456789"


@dataclass(frozen=True)
class Server:
    url: str
    key: str


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("data") / "posthorn"
    with subprocess.Popen(
        [str(_ROOT / "posthorn"), "serve", "--dev", "--port", "0", "--data", str(data)],
        env={**os.environ, "POSTHORN_ADMIN_KEY": _KEY, "POSTHORN_LOG": "error"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "listening on http" in line)
        yield Server(line.split("listening on ")[1].strip(), _KEY)
        process.terminate()


class Inbox:
    """A receiver on loopback: what was processed, in order."""

    def __init__(self) -> None:
        self.events: Queue[WebhookEvent] = Queue()
        self.receiver: Receiver | None = None
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                assert inbox.receiver is not None
                said = inbox.receiver.receive(body, self.headers.items())
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(said.body)))
                self.end_headers()
                self.wfile.write(said.body)

            def log_message(self, *_args: Any) -> None:
                """Nothing: the tests tell."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def expect(self, secret: str) -> None:
        self.receiver = Receiver(secret, MemorySeenStore(), {"*": self._take})

    def _take(self, event: WebhookEvent) -> dict[str, str]:
        self.events.put(event)
        return {"processed": event.id}

    def close(self) -> None:
        self._server.shutdown()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    opened = Inbox()
    yield opened
    opened.close()
