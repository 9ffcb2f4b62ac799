"""What waits to be sent to one browser: bounded, newest first where only the newest counts.

A slow browser delays nobody: of states and pictures only the newest waits, of movements the last two seconds.
One picture at most is on its way: the next is sent when the browser has confirmed that it shows the last.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from typing import Any

from mer_ros.web.pictures import LivePicture

MOST_MOVEMENTS = 40
"""Messages about movements that wait; twenty are made per second and camera."""
MOST_EVENTS = 50
"""Events that wait with their overlays, as many as the page lists."""


class Outbox:
    """The queue of one browser; every method may be called from any thread. wake: called after an addition.

    now_ns: system time, ns.
    """

    def __init__(self, wake: Callable[[], object], now_ns: Callable[[], int] = time.time_ns) -> None:
        self._wake, self._now_ns = wake, now_ns
        self._lock = threading.Lock()
        self._states: OrderedDict[str, Mapping[str, Any]] = OrderedDict()
        self._events: OrderedDict[str, Mapping[str, Any]] = OrderedDict()
        self._movements: deque[Mapping[str, Any]] = deque(maxlen=MOST_MOVEMENTS)
        self._overlays: OrderedDict[str, LivePicture] = OrderedDict()
        self._pictures: OrderedDict[str, LivePicture] = OrderedDict()
        self._on_its_way: LivePicture | None = None
        self._delay_ms: float | None = None

    def put_state(self, key: str, message: Mapping[str, Any]) -> None:
        """Replace the waiting state of this key."""
        self._replace(self._states, key, message)

    def put_event(self, event_id: str, message: Mapping[str, Any]) -> None:
        """Replace the waiting message about an event."""
        self._replace(self._events, event_id, message)

    def put_movement(self, message: Mapping[str, Any]) -> None:
        """Add a message about movements."""
        with self._lock:
            self._movements.append(message)
        self._wake()

    def put_overlay(self, event_id: str, picture: LivePicture) -> None:
        """Add the overlay of an event."""
        self._replace(self._overlays, event_id, picture)

    def put_picture(self, camera: str, picture: LivePicture) -> None:
        """Replace the waiting picture of a camera."""
        self._replace(self._pictures, camera, picture)

    def _replace(self, waiting: OrderedDict[str, Any], key: str, item: object) -> None:
        with self._lock:
            waiting[key] = item
            while len(waiting) > MOST_EVENTS:
                waiting.popitem(last=False)
        self._wake()

    def acknowledge(self) -> None:
        """The browser shows the last picture: the next may be sent."""
        with self._lock:
            shown, self._on_its_way = self._on_its_way, None
            if shown is not None and shown.stamp_ns:
                self._delay_ms = (self._now_ns() - shown.stamp_ns) * 1e-6
        self._wake()

    @property
    def awaits_picture(self) -> bool:
        """Whether a picture could be sent at once."""
        with self._lock:
            return self._on_its_way is None

    def take(self) -> str | Callable[[], bytes] | None:
        """The next message, removed from the queue; None if there is none.

        A picture comes as a function that compresses it, which takes milliseconds.
        """
        with self._lock:
            for waiting in (self._states, self._events):
                if waiting:
                    return _text(waiting.popitem(last=False)[1])
            if self._movements:
                return _text(self._movements.popleft())
            if self._on_its_way is not None:
                return None
            for pictures in (self._overlays, self._pictures):
                if pictures:
                    picture = self._on_its_way = pictures.popitem(last=False)[1]
                    delay_ms = self._delay_ms
                    return lambda: picture.message(delay_ms=delay_ms)
        return None


def _text(message: Mapping[str, Any]) -> str:
    return json.dumps(message, allow_nan=False)
