"""The benchmark of the live page: its figures, and a page that reads a real server."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from benchmarks.realtime_run import Run
from benchmarks.watch import figures
from benchmarks.watch_page import read
from mer_ros.web.access import Access
from mer_ros.web.app import build_app
from mer_ros.web.hub import Hub
from mer_ros.web.pictures import LivePicture
from mer_ros.web.server import PageServer, listen


def found(tracker_ms: float, seen: int = 1000, delay_ms: float = 80.0) -> Run:
    return Run(
        sent=1000,
        rate_hz=200.0,
        seen=seen,
        taken=None,
        ages_ms=np.empty(0),
        taken_ages_ms=np.empty(0),
        cpu_ms={"face_tracker": tracker_ms, "mer_watch": 0.5, "page": 0.2},
        threads_ms={},
        resident_mb=np.empty((0, 2)),
        faces=(),
        status={},
        warm_up=600,
        picture_ms=np.full(75, delay_ms),
    )


def test_what_is_reached_and_what_is_not() -> None:
    rows = figures(found(2.08), [found(1.9), found(2.1, seen=998)])
    assert [row.met for row in rows] == [True] * 3
    assert [row.value for row in rows] == pytest.approx([0, 0.04, 80.0])
    assert "0 and 2 lost" in rows[0].note and "15.0 pictures per second" in rows[2].note
    assert [row.met for row in figures(found(2.2, 999, 210.0), [found(2.0)])] == [False] * 3


@pytest.fixture
def hub() -> Iterator[tuple[Hub, str]]:
    """A served hub and its address."""
    listener, hub = listen("127.0.0.1", 0), Hub()
    access = Access("127.0.0.1", listener.getsockname()[1])
    with PageServer(build_app(hub, access), listener):
        yield hub, f"127.0.0.1:{access.port}"


def test_a_page_confirms_every_picture_and_collects_their_delays(hub: tuple[Hub, str]) -> None:
    served, address = hub
    delays: list[float] = []
    picture = LivePicture(np.zeros((48, 64, 3), np.uint8), {"kind": "picture"}, 1)
    page = connect(f"ws://{address}/live", origin=f"http://{address}", compression=None)

    def read_until_closed() -> None:
        with contextlib.suppress(ConnectionClosed):  # a picture may arrive while the page closes
            read(page, delays)

    reading = threading.Thread(target=read_until_closed)
    reading.start()
    while len(delays) < 3 and reading.is_alive():
        if served.watched and served._outboxes[0].awaits_picture:
            served.put_picture("front", picture)
    page.close()
    reading.join(60)
    assert len(delays) >= 3 and min(delays) > 0
