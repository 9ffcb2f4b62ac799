"""The queue of one browser: order, bounds, one picture on its way, the delay."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mer_ros.web.outbox import MOST_EVENTS, MOST_MOVEMENTS, Outbox
from mer_ros.web.pictures import LivePicture


def picture(name: str, stamp_ns: int = 0) -> LivePicture:
    return LivePicture(np.zeros((8, 8, 3), np.uint8), {"name": name}, stamp_ns)


def message(taken: str | Callable[[], bytes] | None) -> Any:
    """A text message as an object; of a binary one, its header."""
    assert taken is not None
    if isinstance(taken, str):
        return json.loads(taken)
    data = taken()
    (size,) = struct.unpack_from(">I", data)
    return json.loads(data[4 : 4 + size])


@pytest.fixture
def woken() -> list[int]:
    return []


@pytest.fixture
def outbox(woken: list[int]) -> Outbox:
    return Outbox(lambda: woken.append(1), now_ns=lambda: 5_250_000_000)


def test_an_empty_queue_has_no_message(outbox: Outbox) -> None:
    assert outbox.take() is None


def test_states_come_first_then_events_movements_overlays_and_pictures(
    outbox: Outbox, woken: list[int]
) -> None:
    outbox.put_picture("front", picture("camera"))
    outbox.put_overlay("a", picture("overlay"))
    outbox.put_movement({"is": "movement"})
    outbox.put_event("a", {"is": "event"})
    outbox.put_state("graph", {"is": "state"})
    assert len(woken) == 5
    assert [message(outbox.take())["is"] for _ in range(3)] == ["state", "event", "movement"]
    assert message(outbox.take())["name"] == "overlay"
    assert outbox.take() is None and not outbox.awaits_picture
    outbox.acknowledge()
    assert outbox.awaits_picture and message(outbox.take())["name"] == "camera"


def test_only_the_newest_state_and_picture_wait(outbox: Outbox) -> None:
    for n in range(3):
        outbox.put_state("graph", {"n": n})
        outbox.put_picture("front", picture(str(n)))
    assert message(outbox.take()) == {"n": 2}
    assert message(outbox.take())["name"] == "2"
    outbox.acknowledge()
    assert outbox.take() is None


def test_cameras_take_turns(outbox: Outbox) -> None:
    names = []
    for _ in range(4):
        for camera in ("front", "left"):
            outbox.put_picture(camera, picture(camera))
        names.append(message(outbox.take())["name"])
        outbox.acknowledge()
    assert sorted(names[:2]) == sorted(names[2:]) == ["front", "left"]


def test_what_waits_for_a_browser_that_takes_nothing_is_bounded(outbox: Outbox) -> None:
    for n in range(1000):
        outbox.put_movement({"n": n})
        outbox.put_event(str(n), {"n": n})
        outbox.put_overlay(str(n), picture(str(n)))
    taken = []
    while (item := outbox.take()) is not None:
        taken.append(message(item))
        outbox.acknowledge()
    assert len(taken) == MOST_MOVEMENTS + 2 * MOST_EVENTS
    assert taken[0] == {"n": 1000 - MOST_EVENTS} and taken[-1]["name"] == "999"


def test_the_delay_of_the_last_picture_goes_with_the_next(outbox: Outbox) -> None:
    outbox.put_picture("front", picture("first", stamp_ns=5_000_000_000))
    assert message(outbox.take()) == {"name": "first", "delay_ms": None}
    outbox.acknowledge()
    outbox.put_picture("front", picture("second"))
    assert message(outbox.take()) == {"name": "second", "delay_ms": pytest.approx(250.0)}


def test_a_confirmation_without_a_picture_changes_nothing(outbox: Outbox) -> None:
    outbox.acknowledge()
    outbox.put_picture("front", picture("first"))
    assert message(outbox.take())["delay_ms"] is None
