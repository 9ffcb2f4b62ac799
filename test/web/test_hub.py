"""The hub: what a second browser gets, what is kept, and that nothing is kept without a browser."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from mer_ros.web.hub import MOST_BROWSERS, Hub
from mer_ros.web.outbox import MOST_EVENTS, Outbox
from mer_ros.web.pictures import LivePicture


def joined(hub: Hub) -> Outbox:
    outbox = hub.join(lambda: None)
    assert outbox is not None
    return outbox


def texts(outbox: Outbox) -> list[Any]:
    """All waiting JSON messages; for a binary one, its bytes."""
    found: list[Any] = []
    while (message := outbox.take()) is not None:
        found.append(json.loads(message) if isinstance(message, str) else message())
        outbox.acknowledge()
    return found


def picture(**header: Any) -> LivePicture:
    return LivePicture(np.zeros((8, 8, 3), np.uint8), header)


def test_without_a_browser_nothing_is_kept() -> None:
    hub = Hub()
    hub.put_state("graph", {"kind": "graph"})
    hub.put_event("a", {"label": "fear"})
    hub.put_overlay("a", picture())
    hub.put_movement({"kind": "movement"})
    hub.put_picture("front", picture())
    assert texts(joined(hub)) == []


def test_a_second_browser_gets_the_state_and_the_events_so_far() -> None:
    clock = iter([10.0, 20.0, 24.5])
    hub = Hub(lambda: next(clock))
    first = joined(hub)
    hub.put_state("node camera", {"level": 0})
    hub.put_state("node camera", {"level": 1})
    hub.put_event("a", {"label": "fear"})
    hub.put_event("a", {"text": "because"})
    hub.put_overlay("a", picture(event_id="a"))
    hub.put_movement({"kind": "movement"})
    event = {"kind": "event", "event_id": "a", "label": "fear", "text": "because"}
    *states, overlay = texts(joined(hub))
    assert states == [{"level": 1, "age_ms": 4500}, event], "the state with its age"
    assert b'"event_id": "a"' in overlay
    seen = texts(first)
    assert {"kind": "movement"} in seen and {"level": 1} in seen, "without an age: it came at once"


def test_a_notice_is_for_the_browsers_that_are_open() -> None:
    hub = Hub()
    first = joined(hub)
    hub.put_notice("The camera is gone.")
    assert texts(joined(hub)) == []
    assert texts(first) == [{"kind": "notice", "text": "The camera is gone."}]


def test_with_the_last_browser_everything_is_forgotten() -> None:
    hub = Hub()
    first, second = joined(hub), joined(hub)
    hub.put_event("a", {"label": "fear"})
    hub.leave(first)
    assert hub.session == 1 and texts(joined(hub))
    hub.leave(second)
    hub.leave(hub._outboxes[0])
    assert hub.session == 0 and not hub.watched
    assert texts(joined(hub)) == [] and hub.session == 2


def test_events_and_overlays_are_bounded() -> None:
    hub = Hub()
    joined(hub)
    for n in range(3 * MOST_EVENTS):
        hub.put_event(f"e{n}", {})
        hub.put_overlay(f"e{n}", picture())
    hub.put_overlay("e0", picture())  # of an event that is no longer listed
    assert len(hub._events) == len(hub._overlays) == MOST_EVENTS
    assert next(iter(hub._events)) == f"e{2 * MOST_EVENTS}"


def test_there_is_a_most_number_of_browsers() -> None:
    hub = Hub()
    outboxes = [joined(hub) for _ in range(MOST_BROWSERS)]
    assert hub.join(lambda: None) is None
    hub.leave(outboxes[0])
    assert hub.join(lambda: None) is not None


def test_a_disconnected_hub_calls_nobody() -> None:
    hub = Hub()
    calls: list[object] = []
    hub.on_session = lambda: calls.append("session")
    hub.on_enable = lambda *given: calls.append(given)
    hub.disconnect()
    joined(hub)
    hub.on_enable("front", True)
    assert calls == []
