"""Plays a source as a camera: reads ahead, stamps and paces frames, and reopens a live source that ends."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import CameraAbsent, ConfigError, MerError, quantity
from mer_ros.sources.pacer import Pacer
from mer_ros.sources.source import DEFAULT_FPS, VideoSource
from mer_ros.sources.stoppable_queue import get, put

_READ_AHEAD, _READ_AHEAD_BYTES = 16, 128 * 2**20  # frames, and their size
_MIN_READ_AHEAD = 4
_AGAINST_SLOWNESS = "no frame was left out; to keep pace, lower the parameter rate"
_POLL_S = 0.05
_RETRY_S = 1.0
_SLOW_AFTER_S = 5.0  # of playing, until it is logged that the rate is not kept

ImageArray = NDArray[np.uint8]
"""(H, W, 3) uint8 BGR."""

_Read = (
    tuple[int, int, ImageArray] | Exception | None
)  # time since the start, of reading (ns), image; None: end


class Logger(Protocol):
    """Receives log messages by severity, as the loggers of rclpy and of the standard library do."""

    def info(self, message: str, /) -> object:
        """Log an event of normal operation."""

    def warning(self, message: str, /) -> object:
        """Log a degraded state."""

    def error(self, message: str, /) -> object:
        """Log a failure."""


@dataclass(frozen=True)
class PlaybackCallbacks:
    """Functions that a ``Playback`` calls in its own threads.

    on_frame: receives the stamp, ns, and the image of every frame; returns whether to continue; may block.
    may_start: polled before the first frame of a recorded source. on_end: called once after the last frame or
    a failure. on_error: receives the exception that a source raised. now_ns: the clock of the stamps. log:
    receives messages.
    """

    on_frame: Callable[[int, ImageArray], bool]
    may_start: Callable[[], bool]
    on_end: Callable[[], object]
    on_error: Callable[[Exception], object]
    now_ns: Callable[[], int]
    log: Logger


class Playback:
    """Reads a source ahead in one thread and delivers its frames in another. It drops no recorded frame.

    A frame of a recording is stamped start + its time and delivered at ``rate`` times that speed. A frame
    of a live source is stamped when it is read and delivered at once. A live source that ends is reopened,
    with one attempt per second, and so is a camera that was absent when the playback was created.

    Parameters
    ----------
    open : opens the source.
    name : name of the source, for messages.
    rate : playback speed, seconds of stream time per second.
    callbacks : see ``PlaybackCallbacks``.

    Attributes
    ----------
    frames_sent : number of frames delivered since the start.
    ended : whether the source has ended.
    failure : message that states why no frames are delivered; empty while they are.
    absent : message about a camera that has not appeared yet; empty once it has.
    format : what the camera delivers, or delivered last, in words; see ``VideoSource``.
    pacer : measures the frame rate; None before the first frame.
    """

    def __init__(
        self, open: Callable[[], VideoSource], name: str, rate: float, callbacks: PlaybackCallbacks
    ) -> None:
        self._open, self._name, self._rate, self._callbacks = open, name, rate, callbacks
        self._source: VideoSource | None = None
        self.absent = self.failure = self.format = ""
        try:
            self._use(open())
        except CameraAbsent as error:
            self._note_absent(error)
        self._threads: list[threading.Thread] = []
        self._stop = threading.Event()
        self.pacer: Pacer | None = None
        self.frames_sent, self.ended = 0, False

    def start(self) -> None:
        """Start both threads; a recording starts from its first frame."""
        self._stop.clear()
        self.frames_sent, self.ended, self.failure, self.pacer = 0, False, "", None
        self._n_warnings = 0  # of the source that were logged
        self._slow_logged = False
        self._read: queue.Queue[_Read] = queue.Queue(_READ_AHEAD)
        self._threads = [
            threading.Thread(target=self._read_ahead, name="read", daemon=True),
            threading.Thread(target=self._deliver, name="deliver", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop both threads; may be called twice."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def close(self) -> None:
        """Stop, and release the file or device."""
        self.stop()
        if self._source is not None:
            self._source.close()

    @property
    def live(self) -> bool:
        """Whether frames that are not read in time are lost; see ``VideoSource``."""
        source = self._source  # read once: the reading thread may lose it
        return source is None or source.live

    @property
    def stopping(self) -> bool:
        """Whether playback is stopping; ``on_frame`` must then return."""
        return self._stop.is_set()

    @property
    def rate_warning(self) -> str:
        """Message if frames are delivered more slowly than requested, else empty."""
        if self.pacer is None or self.ended or self.pacer.keeps_up:
            return ""
        return (
            f"only {self.pacer.achieved_hz:.1f} instead of {self._fps * self._rate:.1f} frames per second "
            f"are played, because this machine is too slow: {_AGAINST_SLOWNESS}"
        )

    def _read_ahead(self) -> None:
        """Reading thread: queue the frames, an exception if one is raised, and None at the end."""
        try:
            while True:
                source = self._source
                if source is None:
                    if not self._wait_for_camera():
                        return
                    continue
                for time_ns, image in source.timed_frames():
                    if self.failure:
                        self.failure = ""
                        self._callbacks.log.info("the camera delivers images again")
                    fitting = _READ_AHEAD_BYTES // max(image.nbytes, 1)
                    self._read.maxsize = max(_MIN_READ_AHEAD, min(fitting, _READ_AHEAD))
                    if not put(self._read, (time_ns, self._callbacks.now_ns(), image), self._stop):
                        return
                if not source.live:
                    put(self._read, None, self._stop)
                    return
                self._lose(source)
        except Exception as error:
            put(self._read, error, self._stop)

    def _use(self, source: VideoSource) -> None:
        """Read from a source that was opened; log what a camera delivers if that is new."""
        appeared, self.absent = bool(self.absent), ""
        self._source, self._n_warnings = source, 0
        if appeared or source.format != self.format:
            self.format = source.format
            how = "has appeared" if appeared else "is open"
            self._callbacks.log.info(f"{self._name} {how}: {source.format}")

    def _note_absent(self, error: ConfigError) -> None:
        """Log a camera that is not there once, until it appears."""
        if not (self.absent or self.failure):
            self.absent = f"{error} It is tried every second until it opens."
            self._callbacks.log.warning(self.absent)

    def _lose(self, source: VideoSource) -> None:
        """Close a live source that has ended; log that once, until it delivers images again."""
        source.close()
        self._source = None
        if not self.failure:
            self.failure = (
                f"{self._name} delivers no more images; reopening it every second: check its cable."
            )
            self._callbacks.log.error(self.failure)

    def _wait_for_camera(self) -> bool:
        """Open an absent camera, with one attempt per second; False if playback stops first."""
        while not self._stop.wait(_RETRY_S):
            try:
                self._use(self._open())
            except ConfigError as error:
                self._note_absent(error)
                continue
            return True
        return False

    def _deliver(self) -> None:
        """Delivery thread: call ``on_frame`` for every frame when it is due."""
        live = self.live
        while not live and not self._callbacks.may_start():
            if self._stop.wait(_POLL_S):
                return
        self._warn()
        start_ns = self._callbacks.now_ns()
        pacer = self.pacer = Pacer(self._fps * self._rate)
        while not self._stop.is_set():
            item = get(self._read, self._stop)
            if isinstance(item, Exception):
                cause = str(item) if isinstance(item, MerError) else f"{type(item).__name__}: {item}"
                self.failure = f"the source failed: {cause}"
                self._callbacks.on_error(item)
                break
            if item is None:
                break
            time_ns, read_ns, image = item
            if live:
                pacer.count_frame()
            elif self._stop.wait(pacer.wait_s(time_ns * 1e-9 / self._rate)):
                break
            if not self._callbacks.on_frame(read_ns if live else start_ns + time_ns, image):
                return
            self.frames_sent += 1
            self._log_slow(pacer)
        if not self._stop.is_set():
            self._end(pacer)

    @property
    def _fps(self) -> float:
        """Rate of the source; without effect on frames of a camera, which are delivered at once."""
        source = self._source
        return source.fps if source is not None else DEFAULT_FPS

    def _warn(self) -> None:
        """Log what the source has found wrong since the last call."""
        source = self._source
        warnings = source.warnings if source is not None else ()
        for warning in warnings[self._n_warnings :]:
            self._callbacks.log.warning(warning)
        self._n_warnings = len(warnings)

    def _log_slow(self, pacer: Pacer) -> None:
        """Log once, after five seconds or later, that a recording plays more slowly than requested."""
        if not self._slow_logged and pacer.running_s >= _SLOW_AFTER_S and not pacer.keeps_up:
            self._slow_logged = True
            self._callbacks.log.warning(f"{self.rate_warning}. Stamps are stream time at every speed.")

    def _end(self, pacer: Pacer) -> None:
        """Log the number of delivered frames and call ``on_end``."""
        self._warn()
        self.ended = True
        rate_hz = pacer.achieved_hz
        self._callbacks.log.info(
            f"the source has ended after {quantity(self.frames_sent, 'frame')} at {rate_hz:.1f} frames per "
            "second"
        )
        if not pacer.keeps_up:
            requested_hz = self._fps * self._rate
            self._callbacks.log.warning(
                f"{rate_hz:.1f} instead of {requested_hz:.1f} frames per second were played, because this "
                f"machine is too slow: {_AGAINST_SLOWNESS}."
            )
        self._callbacks.on_end()
