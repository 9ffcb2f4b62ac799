"""Hands what the graph sends to every browser, and requests of the browsers to the graph.

It keeps, in memory and only while a browser is open, what a second browser needs: the newest state of each
node and the last events with their overlays.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from mer_ros.web.outbox import MOST_EVENTS, Outbox
from mer_ros.web.pictures import LivePicture

MOST_BROWSERS = 8
"""Browsers at one time: each costs the sending of every picture."""


def _ignore(*_: object) -> None:
    """Without a graph, nothing is to be done."""


class Hub:
    """Every method may be called from any thread.

    on_session: called when the first browser has come and when the last has left. on_enable: called with
    (camera, whether its faces are to be processed). now_s: a clock that is never set, seconds.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self.on_session: Callable[[], object] = _ignore
        self.on_enable: Callable[[str, bool], object] = _ignore
        self._lock = threading.RLock()
        self._outboxes: list[Outbox] = []
        self._now_s = now_s
        self._states: dict[str, tuple[Mapping[str, Any], float]] = {}  # with the time when it came
        self._events: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._overlays: dict[str, LivePicture] = {}
        self._n_sessions = 0

    def disconnect(self) -> None:
        """Call neither ``on_session`` nor ``on_enable`` any more."""
        self.on_session = self.on_enable = _ignore

    @property
    def watched(self) -> bool:
        """Whether a browser is open."""
        return bool(self._outboxes)

    @property
    def session(self) -> int:
        """Number of the session, which lasts from the first browser to the last; 0 while none is open."""
        with self._lock:
            return self._n_sessions if self._outboxes else 0

    def join(self, wake: Callable[[], object]) -> Outbox | None:
        """The queue of a new browser, with what is known already; None if there are too many browsers.

        A state has its age in ``age_ms``: that of a node which has died since must not be shown as new.
        """
        with self._lock:
            if len(self._outboxes) >= MOST_BROWSERS:
                return None
            outbox = Outbox(wake)
            for key, (state, came_s) in self._states.items():
                outbox.put_state(key, {**state, "age_ms": round((self._now_s() - came_s) * 1000)})
            for event_id, event in self._events.items():
                outbox.put_event(event_id, event)
            for event_id, overlay in self._overlays.items():
                outbox.put_overlay(event_id, overlay)
            self._outboxes.append(outbox)
            if len(self._outboxes) == 1:
                self._n_sessions += 1
                self.on_session()
        return outbox

    def leave(self, outbox: Outbox) -> None:
        """Remove the queue of a browser; with the last one, everything is forgotten."""
        with self._lock:
            self._outboxes.remove(outbox)
            if not self._outboxes:
                self._states.clear()
                self._events.clear()
                self._overlays.clear()
                self.on_session()

    def put_state(self, key: str, message: Mapping[str, Any]) -> None:
        """Send a state that replaces the earlier one of this key."""
        with self._lock:
            if self.watched:
                self._states[key] = message, self._now_s()
            for outbox in self._outboxes:
                outbox.put_state(key, message)

    def put_notice(self, text: str) -> None:
        """Send a sentence to the browsers that are open now; none that joins later gets it."""
        with self._lock:
            for outbox in self._outboxes:
                outbox.put_state("notice", {"kind": "notice", "text": text})

    def put_event(self, event_id: str, fields: Mapping[str, Any]) -> None:
        """Send fields of an event, in addition to those sent before."""
        with self._lock:
            if not self.watched:
                return
            event = {**self._events.get(event_id, {"kind": "event", "event_id": event_id}), **fields}
            self._events[event_id] = event
            while len(self._events) > MOST_EVENTS:
                oldest, _ = self._events.popitem(last=False)
                self._overlays.pop(oldest, None)
            for outbox in self._outboxes:
                outbox.put_event(event_id, event)

    def put_overlay(self, event_id: str, picture: LivePicture) -> None:
        """Send the overlay of an event that is still listed."""
        with self._lock:
            if event_id not in self._events:
                return
            self._overlays[event_id] = picture
            for outbox in self._outboxes:
                outbox.put_overlay(event_id, picture)

    def put_movement(self, message: Mapping[str, Any]) -> None:
        """Send how faces have moved."""
        with self._lock:
            for outbox in self._outboxes:
                outbox.put_movement(message)

    def put_picture(self, camera: str, picture: LivePicture) -> None:
        """Send the newest picture of a camera."""
        with self._lock:
            for outbox in self._outboxes:
                outbox.put_picture(camera, picture)
