"""``mer watch``: serves until Ctrl-C, and says in one sentence why it cannot."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from http.client import HTTPConnection
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

ROOT = Path(__file__).resolve().parents[2]
MER = [sys.executable, "-c", "from mer_ros.cli.entry import main; main()", "watch", "--local-only"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


def status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.2", port, timeout=60)
    connection.request("GET", path)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def first_answer(port: int, query: str) -> str | int:
    """The kind of the first message of a WebSocket, or the code with which the server closes it."""
    place = f"127.0.0.2:{port}"
    with connect(f"ws://{place}/live{query}", origin=f"http://{place}", compression=None) as opened:
        try:
            return str(json.loads(opened.recv(timeout=60))["kind"])
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_an_address_with_a_token_where_others_reach_it_and_ends_on_a_signal(
    number: signal.Signals,
) -> None:
    command = [*MER, "--host", "127.0.0.2", "--port", "0", "--namespace", "watch_test"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, env=ENVIRONMENT, **pipes)
    watchdog = threading.Timer(100, process.kill)
    watchdog.start()
    assert process.stdout is not None
    found = re.match(r"Open http://127\.0\.0\.2:(\d+)/(\?token=\S+) in a browser", process.stdout.readline())
    warning = process.stdout.readline()
    assert warning == "Warning: pictures of faces are sent unencrypted to whoever has this address.\n"
    assert found is not None
    port, query = int(found[1]), found[2]
    assert status(port, f"/{query}") == status(port, "/") == 200
    assert [first_answer(port, given) for given in (query, "", f"{query}x")] == ["graph", 1008, 1008]
    process.send_signal(number)
    rest, errors = process.communicate()
    watchdog.cancel()
    assert (process.returncode, rest, errors) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "PORT"], "port PORT of 127.0.0.1 is in use"),
        (["--host", "192.0.2.1"], "192.0.2.1:8095 cannot be served"),
        (["--namespace", "my robot"], "namespace 'my robot' is not a valid ROS name"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(arguments: list[str], words: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [*MER, *(argument.replace("PORT", port) for argument in arguments)]
        done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=100)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"mer: {words.replace('PORT', port)}")
    assert len(done.stderr.splitlines()) == 1
