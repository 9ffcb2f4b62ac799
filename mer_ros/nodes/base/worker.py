"""A thread with a bounded queue that drops its oldest items, in which the tracker processes images."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

_POLL_S = 0.05  # between two calls of ``keep_waiting``

T = TypeVar("T")

QUEUE_FULL = "queue_full"
"""Reason under which items dropped by a ``DropOldestWorker`` are counted."""


IDLE_S = 0.5
"""Time without an item after which a ``DropOldestWorker`` is idle."""


class DropOldestWorker(Generic[T]):
    """A thread that processes items of a bounded queue; a full queue drops its oldest items.

    handle: called with every item, in that thread; must not raise. size: of the queue. on_drop: called with
    every dropped item, in the thread that calls ``put``. on_idle: called in the worker's thread, once, when
    no item has come for IDLE_S after the last one; must not raise. bytes_of: size of an item. max_bytes: the
    queue is full, too, if a second item would exceed this sum.
    """

    def __init__(
        self,
        handle: Callable[[T], None],
        size: int,
        on_drop: Callable[[T], None],
        name: str = "worker",
        on_idle: Callable[[], object] = lambda: None,
        bytes_of: Callable[[T], int] = lambda _: 0,
        max_bytes: int = 0,
    ) -> None:
        self._handle, self._on_idle = handle, on_idle
        self._on_drop = on_drop
        self._size, self._bytes_of, self._max_bytes = size, bytes_of, max_bytes
        self._items: deque[T] = deque()
        self._ready = threading.Condition()
        self._running = True
        self._idle = True
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, item: T) -> None:
        """Queue an item."""
        dropped = []
        with self._ready:
            while self._full_for(item):
                dropped.append(self._items.popleft())
            self._items.append(item)
            self._ready.notify_all()
        for old in dropped:
            self._on_drop(old)

    def put_waiting(self, item: T, keep_waiting: Callable[[], bool]) -> bool:
        """Queue an item once there is room; False if the worker stops or ``keep_waiting()`` is False."""
        with self._ready:
            while self._running and self._full_for(item):
                if not keep_waiting():
                    return False
                self._ready.wait(_POLL_S)
            if self._running:
                self._items.append(item)
                self._ready.notify_all()
            return self._running

    def _full_for(self, item: T) -> bool:
        """Whether there is no room for this item; an empty queue has room for any."""
        if len(self._items) >= self._size:
            return True
        if not self._items or not self._max_bytes:
            return False
        return sum(map(self._bytes_of, self._items)) + self._bytes_of(item) > self._max_bytes

    def clear(self) -> None:
        """Discard all queued items."""
        with self._ready:
            self._items.clear()

    @property
    def fill(self) -> float:
        """Share of the queue that is taken, 0..1, by number or by bytes, whichever is more."""
        with self._ready:
            items = list(self._items)
        taken = len(items) / self._size
        return max(taken, sum(map(self._bytes_of, items)) / self._max_bytes) if self._max_bytes else taken

    def __len__(self) -> int:
        return len(self._items)

    @property
    def idle(self) -> bool:
        """Whether every item has been processed, and ``on_idle`` called after the last."""
        with self._ready:
            return self._idle and not self._items

    def stop(self) -> None:
        """Finish the current item, discard the rest and end the thread."""
        with self._ready:
            self._running = False
            self._items.clear()
            self._ready.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        idle_s: float | None = None
        while True:
            with self._ready:
                due = self._ready.wait_for(lambda: bool(self._items) or not self._running, idle_s)
                if not self._running:
                    return
                if due:
                    item = self._items.popleft()
                    self._idle = False
                    self._ready.notify_all()  # for ``put_waiting``
            if due:
                self._handle(item)
            else:
                self._on_idle()
                self._idle = True
            idle_s = IDLE_S if due else None
