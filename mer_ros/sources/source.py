"""Interfaces of sources: a kind of source, the options for opening one, and an opened source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mer_ros.data.synthetic.timeline import TrueEvent


class FrameSequence(Protocol):
    """Frames at a constant rate."""

    @property
    def fps(self) -> float:
        """Frames per second of stream time."""
        ...

    def frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Index and (H, W, 3) uint8 BGR of every frame, in order; the indices of lost frames are missing."""
        ...


class VideoSource(FrameSequence, Protocol):
    """An opened source of frames.

    live: if True, frames are stamped with their time of capture, and
    lost if they are not read in time; otherwise frame i is stamped start + i / fps.
    """

    live: bool

    def close(self) -> None:
        """Release the file or device."""
        ...


@dataclass(frozen=True)
class SourceOptions:
    """Options for opening a source; each kind uses those that apply to it.

    fps: frames per second. size_wh: frame size, pixels. amplitude_px, n_events, conditions, photo, head:
    for a synthetic clip; see the parameters of the camera node.
    """

    fps: float
    size_wh: tuple[int, int]
    amplitude_px: float = 2.0
    n_events: int = 14
    conditions: str = "calm"
    photo: str = ""
    head: str = "photograph"


@dataclass(frozen=True)
class Truth:
    """The known content of a source: its expressions in order, and the length of its stream, seconds."""

    events: tuple[TrueEvent, ...]
    duration_s: float


def _unknown(name: str, options: SourceOptions) -> Truth | None:
    """The content of a recording or a camera is unknown."""
    return None


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
    open : opens the source of a name; raises ConfigError or DataError if it cannot be opened.
    direct : whether the face tracker may open the source in its own process, without transport. False if
        producing the frames needs CPU time that the tracker needs too.
    check : raises ConfigError for a name that certainly cannot be opened, before a node starts.
    resolve : returns the name to open for a name as written.
    truth : returns the known content of a source without opening it, None if it is unknown.
    matches : whether a text without a kind, such as a path, specifies a source of this kind.
    """

    forms: tuple[str, ...]
    open: Callable[[str, SourceOptions], VideoSource]
    direct: bool
    check: Callable[[str], None] = _no_check
    resolve: Callable[[str], str] = _as_written
    truth: Callable[[str, SourceOptions], Truth | None] = _unknown
    matches: Callable[[str], bool] = _never
