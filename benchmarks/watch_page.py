"""A page of ``mer watch`` as a process: reads what a browser gets, decodes every picture and confirms it.

It stands for a browser, but draws nothing. It ends on SIGINT and then prints one line of JSON.
"""

from __future__ import annotations

import json
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Mapping

import cv2
import numpy as np
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from benchmarks.realtime_ends import RESULT, say
from mer_ros.graph.processes import ProcessCommand

_RETRY_S = 0.5


def page_commands(env: Mapping[str, str]) -> list[ProcessCommand]:
    """``mer watch`` on a free port, and the page. env: variables to add to their environment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    program = "from mer_ros.cli.entry import main; main()"
    serve = (sys.executable, "-c", program, "watch", "--local-only", "--port", port)
    show = (sys.executable, "-m", "benchmarks.watch_page", port)
    return [ProcessCommand("mer_watch", serve, env), ProcessCommand("page", show, env)]


def delay_of(message: bytes) -> float | None:
    """Decode a picture; the delay of the one before it, ms, None if there was none."""
    (size,) = struct.unpack_from(">I", message)
    cv2.imdecode(np.frombuffer(message, np.uint8, offset=4 + size), cv2.IMREAD_COLOR)
    header = json.loads(message[4 : 4 + size])
    return header["delay_ms"] if header["kind"] == "picture" else None


def read(page: Connection, delays_ms: list[float]) -> None:
    """Show everything that the server sends until it closes the connection."""
    for message in page:
        if isinstance(message, bytes):
            delay_ms = delay_of(message)
            page.send(json.dumps({"kind": "shown"}))
            if delay_ms is not None:
                delays_ms.append(delay_ms)


def show(port: int, delays_ms: list[float]) -> None:
    """Connect as soon as there is a server, and again if it has gone."""
    address = f"127.0.0.1:{port}"
    while True:
        try:
            with connect(f"ws://{address}/live", origin=f"http://{address}", compression=None) as page:  # type: ignore[arg-type]
                read(page, delays_ms)
        except (OSError, ConnectionClosed):
            time.sleep(_RETRY_S)


def main() -> None:
    """Run until a signal, and print the delays of all pictures."""
    ends = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ends.set())
    delays_ms: list[float] = []
    threading.Thread(target=show, args=(int(sys.argv[1]), delays_ms), daemon=True).start()
    while not ends.wait(0.2):
        pass
    say(RESULT + json.dumps({"delays_ms": delays_ms}))


if __name__ == "__main__":
    main()
