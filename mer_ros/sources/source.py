"""Interfaces of sources: a kind of source, the options for opening one, and an opened source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mer_ros.data.synthetic.timeline import TrueEvent


DEFAULT_FPS = 200.0
"""Frames per second of a synthetic clip, and requested from a webcam, if the options leave it open."""


class FrameSequence(Protocol):
    """Frames and their times."""

    @property
    def fps(self) -> float:
        """Frames per second of stream time, on average."""
        ...

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Time since the start, ns, and (H, W, 3) uint8 BGR of every frame that is not lost, in order."""
        ...


class VideoSource(FrameSequence, Protocol):
    """An opened source of frames.

    live: if True, frames are stamped with their time of capture, and lost if they are not read in time;
    otherwise a frame is stamped start + its time. format: what a camera delivers, in words; empty for other
    sources.
    """

    live: bool
    format: str

    @property
    def warnings(self) -> Sequence[str]:
        """Sentences on what is wrong with a recording; they may grow while it is read."""
        ...

    def close(self) -> None:
        """Release the file or device."""
        ...


@dataclass(frozen=True)
class SourceOptions:
    """Options for opening a source; each kind uses those that apply to it.

    fps: frames per second; 0 leaves it to the source: a recording has its own, which another value overrides.
    size_wh: frame size of a synthetic clip or webcam, pixels. rotate: degrees by which images are turned
    clockwise, one of ``Orientation.TURNS``. amplitude_px, n_events, conditions, photo, head: for a synthetic
    clip; see the parameters of the camera node.
    """

    fps: float = 0.0
    size_wh: tuple[int, int] = (640, 480)
    amplitude_px: float = 2.0
    n_events: int = 14
    conditions: str = "calm"
    photo: str = ""
    head: str = "photograph"
    rotate: int = 0


@dataclass(frozen=True)
class Truth:
    """The known content of a source: its expressions in order, and the length of its stream, seconds."""

    events: tuple[TrueEvent, ...]
    duration_s: float


def _unknown(name: str, options: SourceOptions) -> Truth | None:
    """The content of a recording or a camera is unknown."""
    return None


def _unknown_size(name: str, options: SourceOptions) -> tuple[int, int] | None:
    """The size of the images is not known before the source is opened."""
    return None


def _unknown_count(name: str, options: SourceOptions) -> int | None:
    """The number of frames is not known before they are read."""
    return None


def requested_size(name: str, options: SourceOptions) -> tuple[int, int] | None:
    """The size of the images is that of the options, unless a webcam has no such mode."""
    return options.size_wh


def _no_check(name: str) -> None:
    """Accept every name."""


def _as_written(name: str) -> str:
    return name


def _never(text: str) -> bool:
    return False


@dataclass(frozen=True)
class Source:
    """A kind of source, listed in ``SOURCES``. The text "KIND:NAME" specifies a source.

    Parameters
    ----------
    forms : the notations of such a source, for messages, for example ("file:PATH",).
    open : opens the source of a name; raises ConfigError or DataError if it cannot be opened, CameraAbsent if
        it may be opened later.
    direct : whether the face tracker may open the source in its own process, without transport. False if
        producing the frames needs CPU time that the tracker needs too.
    ends : whether the source ends by itself, as a recording does.
    uses : the options of the graph that have an effect on such a source.
    check : raises ConfigError for a name that certainly cannot be opened, before a node starts.
    resolve : returns the name to open for a name as written.
    truth : returns the known content of a source without opening it, None if it is unknown.
    image_size : returns the (width, height) of the images before a node opens the source, pixels; None if it
        is not known. It reads the first image of a recording, and raises ConfigError or DataError if it
        cannot, PackageError or ImportError without the package that reads it.
    count : returns the number of frames of a recording without decoding them, None if it is unknown; raises
        what ``image_size`` raises.
    matches : whether a text without a kind, such as a path, specifies a source of this kind.
    """

    forms: tuple[str, ...]
    open: Callable[[str, SourceOptions], VideoSource]
    direct: bool
    ends: bool = False
    uses: tuple[str, ...] = ("fps",)
    check: Callable[[str], None] = _no_check
    resolve: Callable[[str], str] = _as_written
    truth: Callable[[str, SourceOptions], Truth | None] = _unknown
    image_size: Callable[[str, SourceOptions], tuple[int, int] | None] = _unknown_size
    count: Callable[[str, SourceOptions], int | None] = _unknown_count
    matches: Callable[[str], bool] = _never
