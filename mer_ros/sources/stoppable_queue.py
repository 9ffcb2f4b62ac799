"""Bounded queues between two threads of which either may stop."""

from __future__ import annotations

import queue
import threading
from typing import TypeVar

T = TypeVar("T")

_POLL_S = 0.05


def put(items: queue.Queue[T], item: T, stopped: threading.Event) -> bool:
    """Queue an item once there is room; False if ``stopped`` is set first."""
    while not stopped.is_set():
        try:
            items.put(item, timeout=_POLL_S)
            return True
        except queue.Full:
            continue
    return False


def get(items: queue.Queue[T], stopped: threading.Event) -> T | None:
    """The next item; None if ``stopped`` is set first."""
    while not stopped.is_set():
        try:
            return items.get(timeout=_POLL_S)
        except queue.Empty:
            continue
    return None
