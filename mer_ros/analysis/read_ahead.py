"""Reads the frames of a source in another thread, so that decoding and watching overlap."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from mer_ros.sources.source import FrameSequence
from mer_ros.sources.stoppable_queue import put

_MOST_FRAMES, _MOST_BYTES = 32, 64 * 2**20

_Item = tuple[int, NDArray[np.uint8]] | Exception | None  # time and image, a failure, or the end


class ReadAhead:
    """The frames of a source, at most 32 of them and 64 MiB in advance.

    Iterate over it once, within its context: (time, ns, and (H, W, 3) uint8 BGR) of every frame. An exception
    of the source is raised behind the last frame that was read. Leaving the context ends the thread.
    """

    def __init__(self, source: FrameSequence) -> None:
        self._source = source
        self._queue: queue.Queue[_Item] = queue.Queue(_MOST_FRAMES)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read, name="read_ahead", daemon=True)

    def __enter__(self) -> ReadAhead:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def __iter__(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        while True:
            item = self._queue.get()
            if item is None:
                return
            if isinstance(item, Exception):
                raise item
            yield item

    def _read(self) -> None:
        try:
            for time_ns, image in self._source.timed_frames():
                self._queue.maxsize = max(2, min(_MOST_FRAMES, _MOST_BYTES // max(image.nbytes, 1)))
                if not put(self._queue, (time_ns, image), self._ended):
                    return
            put(self._queue, None, self._ended)
        except Exception as error:  # raised again where the frames are used
            put(self._queue, error, self._ended)
