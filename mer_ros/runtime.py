"""Counters, throttles, pairs and process settings of the nodes: small, bounded, without ROS.

Reasons for the process settings, measured at 640x480 and 200 frames per second on two cores: an image is
900 KiB. By default, malloc of glibc maps new pages for each copy and unmaps them when it is freed: 640 page
faults per frame, two thirds of the cost of receiving an image. Each thread has a heap of its own, which
grows in steps too small for huge pages (``graph.huge_pages``): with one heap for all threads, a face at 200
fps took 3.4 instead of 7.9 ms of CPU time on a machine with slow memory. OpenBLAS starts a second thread
for products of a few hundred numbers; its busy waiting doubles the CPU time of the tracker. A second OpenCV
thread saves 0.7 ms per frame in optical flow for a third more CPU time, which the camera, the network and the
other nodes need.
"""

from __future__ import annotations

import ctypes
import gc
import os
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Generic, TypeVar

IMPORTING = threading.RLock()
"""Held while a node imports modules, or loads a model, which imports some; the other waits before it does so.

Packages with circular imports, such as scipy, cannot be imported in two threads at once: to avoid a
deadlock, Python gives one of the threads a module of which only a part is there.
"""

T = TypeVar("T")
L = TypeVar("L")
R = TypeVar("R")


class Counters:
    """Thread-safe counts of a fixed set of names, so that diagnostics do not grow; KeyError for others."""

    def __init__(self, names: Iterable[str]) -> None:
        self._counts = dict.fromkeys(names, 0)
        self._lock = threading.Lock()

    def add(self, name: str, n: int = 1) -> None:
        """Increase the count of a name by n."""
        with self._lock:
            if name not in self._counts:
                raise KeyError(name)
            self._counts[name] += n

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def items(self) -> list[tuple[str, int]]:
        """(name, count) pairs, in the order in which the names were given."""
        with self._lock:
            return list(self._counts.items())


class Throttle:
    """Passes each key at most once per period. It keeps ``max_keys`` keys and discards the oldest."""

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
    """Counts consecutive failures; ``tripped`` from the ``limit``-th on."""

    def __init__(self, limit: int = 5) -> None:
        self.limit = limit
        self.length = 0

    def success(self) -> None:
        """Reset the count."""
        self.length = 0

    def failure(self) -> bool:
        """Count a failure; True if it reaches the limit."""
        self.length += 1
        return self.length == self.limit

    @property
    def tripped(self) -> bool:
        """Whether the last ``limit`` calls all failed."""
        return self.length >= self.limit


class Seen:
    """Remembers the last ``size`` keys."""

    def __init__(self, size: int = 64) -> None:
        self._size = size
        self._keys: OrderedDict[Hashable, None] = OrderedDict()

    def add(self, key: Hashable) -> bool:
        """Remember a key; whether it is new."""
        new = key not in self._keys
        self._keys[key] = None
        self._keys.move_to_end(key)
        while len(self._keys) > self._size:
            self._keys.popitem(last=False)
        return new


class Precedence:
    """Lets the work of some threads go first: others wait before they start a piece of theirs."""

    def __init__(self) -> None:
        self._n_first = 0
        self._changed = threading.Condition()

    @contextmanager
    def first(self) -> Iterator[None]:
        """Context of work that goes first."""
        with self._changed:
            self._n_first += 1
        try:
            yield
        finally:
            with self._changed:
                self._n_first -= 1
                self._changed.notify_all()

    def wait(self, limit_s: float = 1.0) -> bool:
        """Wait until no work that goes first is in progress, at most ``limit_s``; whether there is none."""
        with self._changed:
            return self._changed.wait_for(lambda: self._n_first == 0, limit_s)


class Pairer(Generic[L, R]):
    """Pairs items of two streams by key, in any order; each side keeps its newest ``size`` unpaired items."""

    def __init__(self, size: int = 16) -> None:
        self._size = size
        self._left: OrderedDict[str, L] = OrderedDict()
        self._right: OrderedDict[str, R] = OrderedDict()

    def left(self, key: str, item: L) -> tuple[L, R] | None:
        """Add an item of the left stream; the pair if its counterpart has arrived, else None."""
        if key in self._right:
            return item, self._right.pop(key)
        self._keep(self._left, key, item)
        return None

    def right(self, key: str, item: R) -> tuple[L, R] | None:
        """Add an item of the right stream; the pair if its counterpart has arrived, else None."""
        if key in self._left:
            return self._left.pop(key), item
        self._keep(self._right, key, item)
        return None

    def clear(self) -> None:
        """Discard all unpaired items."""
        self._left.clear()
        self._right.clear()

    def __len__(self) -> int:
        return len(self._left) + len(self._right)

    def _keep(self, side: OrderedDict[str, T], key: str, item: T) -> None:
        side[key] = item
        while len(side) > self._size:
            side.popitem(last=False)


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # malloc.h
_SIGNAL_DELAY_S = 0.25  # from a signal until its handler runs, at most
_KEPT_BYTES = 8 << 20  # nine images; the memory of a full queue is returned to the system
_KEPT_IMAGES = 4  # if they are larger
_LARGEST_BYTES = 32 << 20  # the maximum in glibc; larger blocks are mapped as by default


def first_of(items: queue.SimpleQueue[T]) -> T:
    """Wait in the main thread for an item that a signal handler or another thread puts.

    Python runs signal handlers between two instructions of the main thread. A signal that arrives between the
    last of them and the wait does not interrupt the wait, so the wait ends at intervals.
    """
    while True:
        with suppress(queue.Empty):
            return items.get(timeout=_SIGNAL_DELAY_S)


def tune_for_images() -> None:
    """Reuse freed image memory, and limit BLAS and OpenCV to one thread. Call this before importing them.

    All threads allocate from one heap, as after ``share_heap``.

    The environment variables OPENBLAS_NUM_THREADS and OPENCV_FOR_THREADS_NUM take precedence. Without mallopt
    in the C library, memory management stays unchanged.
    """
    for variable in ("OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
        os.environ.setdefault(variable, "1")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGEST_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
    share_heap()


@lru_cache(maxsize=1)
def keep_freed_images(image_bytes: int) -> None:
    """Keep the freed memory of four images of this size. Call this for every image.

    A size that was just given costs nothing. Images over 32 MiB are mapped and unmapped each time. Without
    mallopt in the C library, nothing changes.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None and image_bytes <= _LARGEST_BYTES:
        mallopt(_M_TRIM_THRESHOLD, max(_KEPT_BYTES, _KEPT_IMAGES * image_bytes))


def share_heap() -> None:
    """Let all threads allocate from one heap: less memory, but threads that allocate much wait more.

    Nodes with images are faster with it, since only the common heap lies in huge pages.

    Call this before importing large packages. Without mallopt in the C library, nothing changes.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def release_freed_memory() -> None:
    """Return freed memory to the system. Call this whenever modules or models were loaded.

    The C library keeps what was freed below memory in use: 85 MB after a synthetic clip is prepared.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc only
    if trim is not None:
        trim(0)


def freeze_loaded_objects() -> None:
    """Exclude all existing objects from garbage collection. Call this whenever modules or models were loaded.

    A full collection visits every object of rclpy, MediaPipe and SciPy, which stops image processing for 70
    to 130 ms.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
