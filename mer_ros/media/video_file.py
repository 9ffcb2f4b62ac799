"""Video files, read with PyAV (FFmpeg): every readable frame at its presentation time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from mer_ros.errors import ConfigError, DataError
from mer_ros.media.orientation import Orientation
from mer_ros.media.presentation_times import MAX_RATE_HZ, Clock, frame_rate, missing_frames

_SCANNED_PACKETS = 300  # from which the frame rate is measured
_REORDERED = 16  # packets at the end of the scan whose predecessors in time may be missing
_HEADER_TOLERANCE = 0.05
_BEGINNING = 512  # bytes that tell what a file is
_TEXT = bytes({7, 8, 9, 10, 12, 13, 27} | set(range(0x20, 0x100)) - {0x7F})
_MAX_ERRORS = 1000  # of the container, one after the other


@dataclass(frozen=True)
class Losses:
    """Frames of a file that a complete reading did not deliver, as far as the file shows them.

    unreadable: their number. cut_off: of these, the ones that the index lists behind the end of the file.
    untraced: further frames that the header declares, and of which nothing else is left. before_ns,
    behind_ns: presentation time from the first frame to the first delivered one, and from the last delivered
    one to the last that is not cut off, ns. key_frames: indices of the delivered frames that are decoded
    without any other.
    """

    unreadable: int = 0
    cut_off: int = 0
    untraced: int = 0
    before_ns: int = 0
    behind_ns: int = 0
    key_frames: frozenset[int] = frozenset()


class VideoReader:
    """Reads a video file as a ``Recording``.

    The time of a frame is its presentation time; the frame rate that the header declares is only compared
    with it. The orientation in the metadata is applied. Frames that cannot be decoded, or only with errors,
    are left out and counted. No index is needed. losses: of the last complete reading.

    path: an existing file. fps: if not 0, frame i has the time i / fps, for a file whose times are wrong,
    such as slow motion stored at 30 fps. ConfigError if there is no video in the file, or if its times mean
    more than 1000 frames per second; DataError if no frame can be decoded.
    """

    def __init__(self, path: Path, fps: float) -> None:
        self._path, self._given_fps = path, fps
        self._first_warnings: list[str] = []
        self.warnings: list[str] = []
        self.losses = Losses()
        self.fps = fps or self._measured_rate()
        next(iter(self.timed_frames()))

    def _measured_rate(self) -> float:
        """Frame rate from the presentation times of the first frames, else from the header, Hz."""
        with _opened(self._path) as (container, stream):
            packets = list(islice(_packets(container, stream), _SCANNED_PACKETS))
            times = sorted(t for t in map(_packet_time, packets) if t is not None)
            if len(packets) == _SCANNED_PACKETS:
                times = times[:-_REORDERED]
            tick_s = float(stream.time_base or 0)
            declared = float(stream.average_rate or stream.guessed_rate or 0)
        measured = frame_rate(np.asarray(times, np.float64) * tick_s, tick_s)
        if measured >= MAX_RATE_HZ:
            raise ConfigError(
                f"the frames of '{self._path}' are {1000 / measured:.2g} ms apart, which means "
                f"{measured:.0f} frames per second: if no camera of that rate recorded them, give their true "
                "rate as fps."
            )
        if measured and declared and abs(declared / measured - 1) > _HEADER_TOLERANCE:
            self._first_warnings.append(
                f"the header of '{self._path}' declares {declared:.4g} frames per second, but its "
                f"frames are shown at {measured:.4g} on average: their presentation times are used (fps "
                "overrides them)."
            )
        return measured or (declared if 0 < declared < MAX_RATE_HZ else 30.0)

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """See ``Recording``."""
        self.warnings[:] = self._first_warnings
        tally = _Tally()
        with _opened(self._path) as (container, stream):
            stream.thread_type = "AUTO"
            if stream.time_base is None:
                raise DataError(f"the video of '{self._path}' has no time base: convert the file.")
            clock = Clock(stream.time_base, self.fps, by_index=bool(self._given_fps))
            to_bgr, orientations = VideoReformatter(), _Orientations()
            for frame, following in _with_next(_decoded(container, stream, tally, clock)):
                stamp_ns = clock.time_ns(frame.pts, following.pts if following is not None else None)
                if stamp_ns is None:
                    continue
                tally.add_delivered(stamp_ns, frame.pts, bool(frame.key_frame))
                image = to_bgr.reformat(frame, format="bgr24").to_ndarray()
                yield stamp_ns, orientations.of(frame).apply(np.asarray(image, np.uint8))
            declared = stream.frames
            if "mp4" in container.format.name:  # its index lists every frame
                tally.cut_off = max(0, declared - tally.packets - tally.hidden)
            tick_ns = float(stream.time_base) * 1e9
        self._conclude(tally, clock, declared, tick_ns)

    def _conclude(self, tally: _Tally, clock: Clock, declared: int, tick_ns: float) -> None:
        """Add the warnings at the end, and set the losses.

        declared: number of frames of the header, 0 if it has none. tick_ns: unit of the presentation times.
        """
        if not tally.times_ns:
            raise DataError(
                f"no frame of '{self._path}' can be decoded ({tally.packets} were found): the file is "
                "damaged or its codec is not supported; convert it."
            )
        unreadable, found = tally.unreadable(), len(tally.times_ns)
        if unreadable:
            self.warnings.append(
                f"{unreadable} of {found + unreadable} frames of '{self._path}' could not be read: they are "
                "left out, and the others keep their times."
            )
        in_file = tally.packets + tally.hidden + tally.cut_off
        before, behind = (round(ticks * tick_ns) for ticks in tally.ticks_outside())
        self.losses = Losses(
            unreadable, tally.cut_off, max(0, declared - in_file), before, behind, frozenset(tally.key_frames)
        )
        if declared and declared != in_file:
            self.warnings.append(
                f"the header of '{self._path}' declares {declared} frames, but the file contains {in_file}."
            )
        if clock.corrected:
            self.warnings.append(
                f"{clock.corrected} of {found} frames of '{self._path}' have no presentation time of their "
                "own: they are placed after the frame before."
            )


@dataclass
class _Tally:
    """Counts of one reading.

    packets: number of encoded frames. hidden: number of others that an edit list hides. cut_off: number of
    those that the index lists behind the end of the file. damaged: whether a packet or the container was
    damaged. times_ns: of the delivered frames. key_frames: indices of the key frames among them. encoded,
    delivered: smallest and largest presentation time of the encoded and of the delivered frames, in units of
    the time base.
    """

    packets: int = 0
    hidden: int = 0
    cut_off: int = 0
    damaged: bool = False
    times_ns: list[int] = field(default_factory=list)
    key_frames: list[int] = field(default_factory=list)
    encoded: tuple[int, int] | None = None
    delivered: tuple[int, int] | None = None

    def add_packet(self, time: int | None) -> None:
        """Count an encoded frame. time: its presentation time, None if unknown."""
        self.packets += 1
        self.encoded = _widened(self.encoded, time)

    def add_delivered(self, time_ns: int, time: int | None, is_key: bool) -> None:
        """Count a delivered frame. time_ns: since the first. time: its presentation time, None if unknown."""
        self.key_frames += [len(self.times_ns)] if is_key else []
        self.times_ns.append(time_ns)
        self.delivered = _widened(self.delivered, time)

    def ticks_outside(self) -> tuple[int, int]:
        """Presentation time of encoded frames before the first, and behind the last, that was delivered."""
        if self.encoded is None or self.delivered is None:
            return 0, 0
        (first, last), (first_delivered, last_delivered) = self.encoded, self.delivered
        return max(0, first_delivered - first), max(0, last - last_delivered)

    def unreadable(self) -> int:
        """Frames that were not delivered, including those of which the container lost every trace."""
        undecoded = max(0, self.packets - len(self.times_ns))
        between = missing_frames(self.times_ns) if self.damaged or undecoded else 0
        return max(undecoded, between) + self.cut_off


def _widened(span: tuple[int, int] | None, time: int | None) -> tuple[int, int] | None:
    if time is None:
        return span
    return (time, time) if span is None else (min(span[0], time), max(span[1], time))


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its main video stream; ConfigError if there is none."""
    try:
        # with "file:", FFmpeg does not take a name with a colon for a protocol
        container = av.open(f"file:{path.absolute()}", metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise ConfigError(f"'{path}' cannot be read as video ({_why_unreadable(path, error)}.") from error
    with container:
        stream = container.streams.best("video")
        if not isinstance(stream, VideoStream):
            raise ConfigError(
                f"'{path}' cannot be read as video (it has no video stream): give another file."
            )
        yield container, stream


def _why_unreadable(path: Path, error: Exception) -> str:
    """What is wrong with a file that cannot be opened, and what to do: "found): remedy"."""
    cause = str(getattr(error, "strerror", None) or error).rstrip(".")
    if isinstance(error, PermissionError):
        return f"{cause}): check your permission to read it"
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
    except OSError:
        return f"{cause}): check that it is a complete video file"
    if not beginning:
        return "it is empty): copy or record it again"
    if b"ftyp" in beginning[:12]:  # MP4 and MOV, whose index is at the end or the beginning
        return f"{cause}; its index is missing, as if it was cut off): copy or record it again"
    if not beginning.translate(None, _TEXT):
        return f"{cause}; it contains text): give a video file"
    return f"{cause}): check that it is a complete video file"


def _packets(container: InputContainer, stream: VideoStream) -> Iterator[av.Packet]:
    """All packets, an empty one last; reading goes on behind a damaged part."""
    for _ in range(_MAX_ERRORS):
        try:
            yield from container.demux(stream)
            return
        except av.FFmpegError:
            continue


def _packet_time(packet: av.Packet) -> int | None:
    return packet.pts if packet.pts is not None else packet.dts


def _decoded(
    container: InputContainer, stream: VideoStream, tally: _Tally, clock: Clock
) -> Iterator[VideoFrame]:
    """All frames that are decoded without errors, in the order in which they are shown."""
    for packet in _packets(container, stream):
        if packet.size and packet.is_discard:
            tally.hidden += 1
        elif packet.size:
            tally.add_packet(_packet_time(packet))
            tally.damaged |= packet.is_corrupt
            clock.add(_packet_time(packet))
        try:
            frames = packet.decode()
        except av.FFmpegError:
            tally.damaged = True
            continue
        for frame in frames:
            if isinstance(frame, VideoFrame) and not frame.is_corrupt:
                yield frame


def _with_next(frames: Iterator[VideoFrame]) -> Iterator[tuple[VideoFrame, VideoFrame | None]]:
    """Every frame with the one after it, None for the last."""
    frame = next(frames, None)
    while frame is not None:
        following = next(frames, None)
        yield frame, following
        frame = following


class _Orientations:
    """The orientations in the metadata of frames.

    Side data are read for the first frame and when the angle changes; a mirror that begins later at an equal
    angle is missed. PyAV ties them to the frame in a cycle, so the frame stays in memory until the garbage
    collector runs: read for every frame, they slow decoding down.
    """

    def __init__(self) -> None:
        self._angle: int | None = None
        self._last = Orientation()

    def of(self, frame: VideoFrame) -> Orientation:
        """The orientation of a frame."""
        if frame.rotation != self._angle:
            self._angle = frame.rotation
            matrix: Any = frame.side_data.get("DISPLAYMATRIX")  # a buffer, without the type of one
            self._last = Orientation()
            if matrix is not None:
                self._last = Orientation.from_matrix(np.frombuffer(bytes(matrix), np.int32))
        return self._last


def count_frames(path: Path) -> int:
    """Number of frames that a video file shows, counted without decoding; ConfigError if it is no video."""
    with _opened(path) as (container, stream):
        packets = _packets(container, stream)
        return sum(1 for packet in packets if packet.size and not packet.is_discard)
