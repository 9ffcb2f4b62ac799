"""The HTTP server of the live page, in a thread of its own."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn

from mer_ros.errors import ConfigError

_REMEDY = "give an address of this machine, such as 127.0.0.1."
_MOST_REQUEST_BYTES = 4096
_START_LIMIT_S = 20.0
_END_LIMIT_S = 3.0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; ConfigError if the port is in use or the host is not an address of this machine.

    port: 0 selects a free one.
    """
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise ConfigError(f"host {host!r} is unknown ({error.strerror}): {_REMEDY}") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()
    except OSError as error:
        listener.close()
        raise ConfigError(_reason(error, host, port)) from error
    return listener


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use, perhaps by another mer watch: choose another with --port."
    if error.errno == errno.EACCES:
        return f"port {port} of {host} needs more rights: choose one from 1024 on with --port."
    return f"{host}:{port} cannot be served ({error.strerror}): {_REMEDY}"


class _Server(uvicorn.Server):
    """Waits for its end, where the original checks ten times a second whether it has come."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._ended = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._ended.wait()

    def end(self) -> None:
        """Let it end; from any thread."""
        self.should_exit = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ended.set)


class PageServer:
    """Serves an ASGI application on a listening socket, which it closes, until the end of the context.

    on_end: called in the thread of the server when it ends, also by itself.
    """

    def __init__(
        self, app: Any, listener: socket.socket, on_end: Callable[[], object] = lambda: None
    ) -> None:
        self._listener, self._on_end = listener, on_end
        self._server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # the address contains the token
                lifespan="off",
                server_header=False,
                date_header=False,
                ws_max_size=_MOST_REQUEST_BYTES,
                ws_per_message_deflate=False,  # JPEG is compressed
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._run, name="page", daemon=True)

    def __enter__(self) -> PageServer:
        self._thread.start()
        deadline_s = time.monotonic() + _START_LIMIT_S
        while not self._server.started and self._thread.is_alive() and time.monotonic() < deadline_s:
            time.sleep(0.01)
        if not self._server.started:
            self._listener.close()
            raise ConfigError("the server of the live page did not start: see the messages above.")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.end()
        self._thread.join(_END_LIMIT_S)
        self._listener.close()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._listener])
        finally:
            self._on_end()
