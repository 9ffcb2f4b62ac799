"""The application over real HTTP and WebSockets: who is served, what arrives, what a browser may ask for."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from mer_ros.web.hub import MOST_BROWSERS
from mer_ros.web.pictures import LivePicture

BLACK = np.zeros((48, 64, 3), np.uint8)


def test_the_page_is_served_with_its_policy_and_refused_to_other_names(serve: Callable[..., Any]) -> None:
    served = serve()
    status, text, headers = served.get()
    assert status == 200 and text.startswith("<!DOCTYPE html>")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store" and headers["referrer-policy"] == "no-referrer"
    status, text, _ = served.get(Host="stranger.example")
    assert status == 403 and text.count(".") >= 1 and "'stranger.example'" in text
    assert served.get("/nothing")[0] == 404


@pytest.mark.parametrize("path", ["/live", "/live?token=", "/live?token=guess"])
def test_a_socket_with_a_wrong_token_learns_why_and_nothing_of_the_graph(
    path: str, serve: Callable[..., Any]
) -> None:
    served = serve(token="secret")
    status, text, _ = served.get()
    assert status == 200 and "secret" not in text, "a page that is loaded again has no token in its address"
    with pytest.raises(ConnectionClosed) as closed:
        served.socket(path=path).recv(timeout=60)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008
    assert closed.value.rcvd.reason == served.access.token_refusal("")
    assert not served.hub.watched
    served.socket(path="/live?token=secret")
    served.wait(lambda: served.hub.watched, "the browser joins")


@pytest.mark.parametrize("origin", ["http://stranger.example", "null", None])
def test_a_socket_of_another_page_is_refused(origin: str | None, serve: Callable[..., Any]) -> None:
    served = serve()
    with pytest.raises(InvalidStatus, match="403"):
        served.socket(origin)
    assert not served.hub.watched


def test_messages_arrive_and_a_second_picture_waits_for_the_confirmation(
    serve: Callable[..., Any], received: Callable[[Any], Any]
) -> None:
    served = serve()
    socket = served.socket()
    served.wait(lambda: served.hub.watched, "the browser joins")
    served.hub.put_state("graph", {"kind": "graph", "cameras": []})
    assert received(socket) == {"kind": "graph", "cameras": []}
    for n in range(3):
        served.hub.put_picture("front", LivePicture(BLACK, {"kind": "picture", "n": n}))
        if n == 0:
            assert b'"n": 0' in received(socket)
    served.hub.put_event("a", {"label": "fear"})
    assert received(socket) == {"kind": "event", "event_id": "a", "label": "fear"}, "no picture comes before"
    socket.send(json.dumps({"kind": "shown"}))
    assert b'"n": 2' in received(socket), "the newest, not the next"


def test_a_request_of_a_browser_reaches_the_graph(
    serve: Callable[..., Any], received: Callable[[Any], Any]
) -> None:
    served = serve()
    asked: list[tuple[str, bool]] = []
    served.hub.on_enable = lambda camera, on: asked.append((camera, on))
    socket = served.socket()
    socket.send(json.dumps({"kind": "enable", "camera": "front/face_tracker", "on": False}))
    socket.send(json.dumps({"kind": "enable", "camera": "front/face_tracker", "on": True}))
    served.wait(lambda: len(asked) == 2, "both requests")
    assert asked == [("front/face_tracker", False), ("front/face_tracker", True)]


@pytest.mark.parametrize("message", ["", "[]", "{", '{"kind": "shut down"}', b"\x00", "[" * 4000, "9" * 5000])
def test_a_message_that_no_page_sends_closes_its_socket_and_no_other(
    message: str | bytes, serve: Callable[..., Any], received: Callable[[Any], Any]
) -> None:
    served = serve()
    good, bad = served.socket(), served.socket()
    bad.send(message)
    with pytest.raises(ConnectionClosed) as closed:
        bad.recv(timeout=60)
    assert closed.value.rcvd is not None and closed.value.rcvd.code in (1003, 1009)
    served.hub.put_state("graph", {"kind": "graph"})
    assert received(good) == {"kind": "graph"}


def test_a_message_that_cannot_be_sent_closes_the_socket_at_once(serve: Callable[..., Any]) -> None:
    served = serve()
    socket = served.socket()
    served.wait(lambda: served.hub.watched, "the browser joins")
    served.hub.put_state("graph", {"not in JSON": math.nan})
    with pytest.raises(ConnectionClosed):
        socket.recv(timeout=60)
    served.wait(lambda: not served.hub.watched, "the browser leaves")


def test_one_browser_too_many_is_told_so(serve: Callable[..., Any]) -> None:
    served = serve()
    for _ in range(MOST_BROWSERS):
        served.socket()
    served.wait(lambda: len(served.hub._outboxes) == MOST_BROWSERS, "all browsers join")
    with pytest.raises(ConnectionClosed) as closed:
        served.socket().recv(timeout=60)
    assert closed.value.rcvd is not None and "close one of them" in closed.value.rcvd.reason


def test_the_session_ends_with_the_last_browser(serve: Callable[..., Any]) -> None:
    served = serve()
    sessions: list[int] = []
    served.hub.on_session = lambda: sessions.append(served.hub.session)
    first, second = served.socket(), served.socket()
    served.wait(lambda: len(served.hub._outboxes) == 2, "both browsers join")
    first.close()
    served.wait(lambda: len(served.hub._outboxes) == 1, "one leaves")
    assert sessions == [1]
    second.close()
    served.wait(lambda: not served.hub.watched, "the other leaves")
    assert sessions == [1, 0]
