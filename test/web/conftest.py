"""A served hub, and clients of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from mer_ros.web.access import Access
from mer_ros.web.app import build_app
from mer_ros.web.hub import Hub
from mer_ros.web.server import PageServer, listen

LIMIT_S = 60.0


class Served:
    """A hub behind a real server. access: whom it serves."""

    def __init__(self, hub: Hub, access: Access) -> None:
        self.hub, self.access = hub, access
        self.clients = ExitStack()

    def get(self, path: str = "/", **headers: str) -> tuple[int, str, dict[str, str]]:
        """Status, text and headers of a response."""
        connection = HTTPConnection("127.0.0.1", self.access.port, timeout=LIMIT_S)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read().decode(), {k.lower(): v for k, v in response.getheaders()}
        finally:
            connection.close()

    def socket(self, origin: str | None = "", path: str = "/live") -> ClientConnection:
        """A WebSocket; origin: of its page, "" for that of this server."""
        own = f"127.0.0.1:{self.access.port}"
        origin = f"http://{own}" if origin == "" else origin
        opened = connect(f"ws://{own}{path}", origin=origin, compression=None, open_timeout=LIMIT_S)
        return self.clients.enter_context(opened)

    def wait(self, condition: Callable[[], object], what: str) -> None:
        deadline_s = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < deadline_s, f"timeout: {what}"
            time.sleep(0.01)


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """``serve(token="")``: a served hub."""
    with ExitStack() as stack:

        def start(token: str = "") -> Served:
            listener = listen("127.0.0.1", 0)
            access = Access("127.0.0.1", listener.getsockname()[1], token)
            served = Served(Hub(), access)
            stack.enter_context(PageServer(build_app(served.hub, access), listener))
            stack.enter_context(served.clients)
            return served

        yield start


@pytest.fixture
def received() -> Callable[[Any], Any]:
    """``received(socket)``: its next message, JSON as an object, binary as bytes."""

    def next_of(socket: ClientConnection) -> Any:
        message = socket.recv(timeout=LIMIT_S)
        return json.loads(message) if isinstance(message, str) else message

    return next_of
