"""Counting, throttling and queueing for nodes: small, bounded, free of ROS.

What a process that handles pictures asks of its C libraries, before they are imported, and of Python.

Measured at 640x480 and 200 frames a second on two cores: a picture is 900 KiB, which glibc's malloc maps anew
for every copy and gives back at once, so each of its pages costs a page fault, 640 a frame and two thirds of
what taking a picture costs. And OpenBLAS wakes a second thread for products of a few hundred numbers, which
then spins: it doubles the CPU time of the tracker. OpenCV's second thread makes a frame's flow 0.7 ms
faster and a third dearer; the camera, the network and the other nodes need that core.
"""

from __future__ import annotations

import ctypes
import gc
import os
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

_PATIENCE_S = 0.05  # how soon who waits for room asks whether to go on

T = TypeVar("T")
L = TypeVar("L")
R = TypeVar("R")


class Counters:
    """Counts of a fixed set of names, so that a diagnostic array never grows. Unknown names are an error."""

    def __init__(self, names: Iterable[str]) -> None:
        self._counts = dict.fromkeys(names, 0)
        self._lock = threading.Lock()

    def add(self, name: str, n: int = 1) -> None:
        """Count n more of a name."""
        with self._lock:
            if name not in self._counts:
                raise KeyError(name)
            self._counts[name] += n

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def items(self) -> list[tuple[str, int]]:
        """(name, count) in the order the names were given."""
        with self._lock:
            return list(self._counts.items())


class Throttle:
    """Lets each key pass once a period. Keys come from fixed lists; past max_keys the oldest is forgotten."""

    def __init__(
        self, period_s: float, max_keys: int = 64, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._period_s = period_s
        self._max_keys = max_keys
        self._clock = clock
        self._passed: OrderedDict[str, float] = OrderedDict()

    def ready(self, key: str) -> bool:
        """Whether this key may pass now."""
        now = self._clock()
        if key in self._passed and now - self._passed[key] < self._period_s:
            return False
        self._passed[key] = now
        self._passed.move_to_end(key)
        while len(self._passed) > self._max_keys:
            self._passed.popitem(last=False)
        return True


class Streak:
    """Failures in a row; ``tripped`` once there were ``limit`` of them."""

    def __init__(self, limit: int = 5) -> None:
        self.limit = limit
        self.length = 0

    def success(self) -> None:
        """A call went well: the row ends."""
        self.length = 0

    def failure(self) -> bool:
        """A call failed. True when the row has just reached the limit."""
        self.length += 1
        return self.length == self.limit

    @property
    def tripped(self) -> bool:
        """Whether the last ``limit`` calls all failed."""
        return self.length >= self.limit


QUEUE_FULL = "queue_full"
"""Reason by which what a ``DropOldestWorker`` drops is counted."""


class DropOldestWorker(Generic[T]):
    """One thread that handles items from one bounded queue; when it is full the oldest item is dropped.

    handle must not raise. on_drop is called with every item that is dropped, in the caller's thread.
    """

    def __init__(
        self, handle: Callable[[T], None], size: int, on_drop: Callable[[T], None], name: str = "worker"
    ) -> None:
        self._handle = handle
        self._on_drop = on_drop
        self._size = size
        self._items: deque[T] = deque()
        self._ready = threading.Condition()
        self._running = True
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, item: T) -> None:
        """Queue an item."""
        dropped = None
        with self._ready:
            if len(self._items) >= self._size:
                dropped = self._items.popleft()
            self._items.append(item)
            self._ready.notify_all()
        if dropped is not None:
            self._on_drop(dropped)

    def put_when_free(self, item: T, go_on: Callable[[], bool]) -> bool:
        """Queue an item once there is room, so that none is dropped; False if it should not go on waiting."""
        with self._ready:
            while self._running and len(self._items) >= self._size:
                if not go_on():
                    return False
                self._ready.wait(_PATIENCE_S)
            if self._running:
                self._items.append(item)
                self._ready.notify_all()
            return self._running

    def clear(self) -> None:
        """Forget all that waits."""
        with self._ready:
            self._items.clear()

    def __len__(self) -> int:
        return len(self._items)

    def stop(self) -> None:
        """Finish the item at hand, forget the rest and end the thread."""
        with self._ready:
            self._running = False
            self._items.clear()
            self._ready.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._ready:
                while self._running and not self._items:
                    self._ready.wait()
                if not self._running:
                    return
                item = self._items.popleft()
                if len(self._items) == self._size - 1:
                    self._ready.notify_all()  # somebody may wait for room
            self._handle(item)


class Pairer(Generic[L, R]):
    """Brings two streams together by a key, in either order, and forgets the oldest beyond ``size``."""

    def __init__(self, size: int = 16) -> None:
        self._size = size
        self._left: OrderedDict[str, L] = OrderedDict()
        self._right: OrderedDict[str, R] = OrderedDict()

    def left(self, key: str, item: L) -> tuple[L, R] | None:
        """Take from the left stream; the pair if the right half has come."""
        if key in self._right:
            return item, self._right.pop(key)
        self._keep(self._left, key, item)
        return None

    def right(self, key: str, item: R) -> tuple[L, R] | None:
        """Take from the right stream; the pair if the left half has come."""
        if key in self._left:
            return self._left.pop(key), item
        self._keep(self._right, key, item)
        return None

    def clear(self) -> None:
        """Forget all halves."""
        self._left.clear()
        self._right.clear()

    def __len__(self) -> int:
        return len(self._left) + len(self._right)

    def _keep(self, side: OrderedDict[str, T], key: str, item: T) -> None:
        side[key] = item
        while len(side) > self._size:
            side.popitem(last=False)


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h
_KEPT_BYTES = 8 << 20  # eight pictures; what a full queue took is given back
_LARGEST_BYTES = 32 << 20  # glibc allows no more; larger blocks are mapped as before


def tune_for_images() -> None:
    """Call first in a process: some freed pictures are kept for the next, BLAS and OpenCV stay in one thread.

    The user's own OPENBLAS_NUM_THREADS and OPENCV_FOR_THREADS_NUM are left alone. Where the C library has no
    mallopt, memory stays as it is.
    """
    for variable in ("OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
        os.environ.setdefault(variable, "1")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGEST_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)


def freeze_loaded_objects() -> None:
    """Call when all is loaded: from now on the garbage collector leaves alone what is there.

    A full collection goes through every object of rclpy, MediaPipe and SciPy: 70 to 130 ms in which no
    picture is looked at. Bears to be called again.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
