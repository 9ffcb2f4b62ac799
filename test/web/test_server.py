"""The server: ports, hosts, start and end."""

from __future__ import annotations

import threading
from http.client import HTTPConnection
from typing import Any

import pytest

from mer_ros.errors import ConfigError
from mer_ros.web.server import PageServer, listen


async def greet(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An ASGI application that answers every request with one word."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


def test_it_serves_in_a_thread_and_frees_the_port_at_the_end() -> None:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    ended = threading.Event()
    with PageServer(greet, listener, on_end=ended.set):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"hello"
        connection.close()
        assert not ended.is_set()
    assert ended.wait(60)
    listen("127.0.0.1", port).close()


def test_a_port_in_use_is_one_sentence() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"^port {port} of 127.0.0.1 is in use, .*--port\.$"):
            listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match=r"^192\.0\.2\.1:8095 cannot be served \(.*such as 127\.0\.0\.1\.$"):
        listen("192.0.2.1", 8095)  # RFC 5737: of no machine


def test_a_host_that_is_no_name_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match=r"^host 'not a host' is unknown \(.*such as 127\.0\.0\.1\.$"):
        listen("not a host", 8095)
