"""A video source played by the clock, as a camera would give it: read ahead, stamped, paced, opened again."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import ConfigError, MerError
from mer_ros.sources.pacer import Pacer
from mer_ros.sources.video_source import VideoSource

_AHEAD = 64
_POLL_S = 0.05
_RETRY_S = 1.0

Picture = NDArray[np.uint8]
_Read = tuple[int, int, Picture] | Exception | None  # place, when it was read (ns), picture


@dataclass(frozen=True)
class PlaybackCallbacks:
    """Whom a Playback tells.

    deliver: takes (stamp ns, picture) and says whether to go on; it may block. ready: whether a recorded
    source may start. at_end: called when a recorded source has ended. now_ns: the clock of the stamps.
    failed: takes what a source raised. info, warning, error: take a line.
    """

    deliver: Callable[[int, Picture], bool]
    ready: Callable[[], bool]
    at_end: Callable[[], object]
    now_ns: Callable[[], int]
    failed: Callable[[Exception], object]
    info: Callable[[str], object]
    warning: Callable[[str], object]
    error: Callable[[str], object]


class Playback:
    """One thread reads ahead, one delivers by the clock; no frame of a recorded source is left out.

    A recorded frame i is stamped start + i / fps and delivered at ``rate`` times that speed; a live one is
    stamped when it was read and delivered at once. A live camera that gives no more pictures is opened again
    every second. open: opens the source; spec: its name in sentences.
    """

    def __init__(
        self, open: Callable[[], VideoSource], spec: str, rate: float, told: PlaybackCallbacks
    ) -> None:
        self._open, self._spec, self._rate, self._told = open, spec, rate, told
        self._source = open()
        self._threads: list[threading.Thread] = []
        self._stop = threading.Event()
        self.pacer: Pacer | None = None
        self.sent, self.ended, self.trouble = 0, False, ""

    def start(self) -> None:
        """Begin; a recorded source begins with its first frame."""
        self._stop.clear()
        self.sent, self.ended, self.trouble, self.pacer = 0, False, "", None
        self._read: queue.Queue[_Read] = queue.Queue(_AHEAD)
        self._threads = [
            threading.Thread(target=self._read_ahead, name="read", daemon=True),
            threading.Thread(target=self._deliver, name="deliver", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both threads; bears to be called twice."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def close(self) -> None:
        """Give the file or device back."""
        self.stop()
        self._source.close()

    @property
    def live(self) -> bool:
        """Whether its pictures are gone for good when they are not taken."""
        return self._source.live

    @property
    def stopping(self) -> bool:
        """Whether it is about to end: what blocks in deliver should come back."""
        return self._stop.is_set()

    @property
    def slow(self) -> str:
        """Empty, or that less is delivered than the clock asks for."""
        if self.pacer is None or self.ended or self.pacer.keeps_up:
            return ""
        achieved_hz = self.pacer.achieved_hz
        return f"cannot keep the rate: {achieved_hz:.1f} frames a second are sent; lower rate or fps"

    def _read_ahead(self) -> None:
        """Fill the queue; an exception and the end (None) travel through it too."""
        try:
            while True:
                for place, image in self._source.frames():
                    if not self._offer((place, self._told.now_ns(), image)):
                        return
                if not self._source.live:
                    self._offer(None)
                    return
                if not self._reopen():
                    return
        except Exception as error:
            self._offer(error)

    def _reopen(self) -> bool:
        """A live camera gives no more pictures: try until it does again. False if it is stopped before."""
        self.trouble = f"{self._spec} gives no more pictures: plug it in again; it is tried every second."
        self._told.error(self.trouble)
        while not self._stop.wait(_RETRY_S):
            self._source.close()
            try:
                self._source = self._open()
            except ConfigError:
                continue
            return True
        return False

    def _offer(self, item: _Read) -> bool:
        while not self._stop.is_set():
            try:
                self._read.put(item, timeout=_POLL_S)
                return True
            except queue.Full:
                continue
        return False

    def _next(self) -> _Read:
        while not self._stop.is_set():
            try:
                return self._read.get(timeout=_POLL_S)
            except queue.Empty:
                continue
        return None

    def _deliver(self) -> None:
        live = self._source.live
        while not live and not self._told.ready():
            if self._stop.wait(_POLL_S):
                return
        period_ns = 1e9 / self._source.fps
        start_ns = self._told.now_ns()
        pacer = self.pacer = Pacer(self._source.fps * self._rate)
        expected = 0
        while not self._stop.is_set():
            item = self._next()
            if isinstance(item, Exception):
                words = str(item) if isinstance(item, MerError) else f"{type(item).__name__}: {item}"
                self.trouble = f"the source broke off: {words}"
                self._told.failed(item)
                break
            if item is None:
                break
            place, read_ns, image = item
            if live:
                pacer.count()
                if self.trouble:
                    self.trouble = ""
                    self._told.info("the camera gives pictures again")
            else:
                pacer.skip(place - expected)
                expected = place + 1
                if self._stop.wait(pacer.wait_s()):
                    break
            if not self._told.deliver(read_ns if live else start_ns + round(place * period_ns), image):
                return
            self.sent += 1
        if not self._stop.is_set():
            self._end(pacer)

    def _end(self, pacer: Pacer) -> None:
        """Say what was sent, once."""
        self.ended = True
        rate_hz = pacer.achieved_hz
        self._told.info(f"the source has ended: {self.sent} frames were sent, {rate_hz:.1f} a second")
        if not pacer.keeps_up:
            wanted_hz = self._source.fps * self._rate
            self._told.warning(
                f"this machine could not keep the rate: {rate_hz:.1f} not {wanted_hz:.1f} frames a second; "
                "lower rate or fps."
            )
        self._told.at_end()
