"""What a kind of source is, what it may be given, and what an opened source offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mer_ros.data.synthetic.timeline import TrueEvent


class VideoSource(Protocol):
    """An opened source of frames.

    fps: frames per second of stream time. live: frames are stamped with the time of capture, and lost if they
    are not taken; otherwise frame i is stamped start + i / fps.
    """

    fps: float
    live: bool

    def frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Index and (H, W, 3) uint8 BGR of every frame, in order; the indices of lost frames are missing."""
        ...

    def close(self) -> None:
        """Release the file or device."""
        ...


@dataclass(frozen=True)
class SourceOptions:
    """What sources may be given; each kind reads what it needs.

    fps: frames per second. size_wh: frame size, pixels. amplitude_px, n_events, conditions, photo: of a
    synthetic clip; see the parameters of the camera node.
    """

    fps: float
    size_wh: tuple[int, int]
    amplitude_px: float = 2.0
    n_events: int = 14
    conditions: str = "calm"
    photo: str = ""


@dataclass(frozen=True)
class Truth:
    """What a source is known to show: its expressions in order, and the length of its stream in seconds."""

    events: tuple[TrueEvent, ...]
    duration_s: float


def _unknown(name: str, options: SourceOptions) -> Truth | None:
    """Nothing is known about what a recording or a camera shows."""
    return None


def _no_check(name: str) -> None:
    """Every name may be opened."""


def _as_written(name: str) -> str:
    return name


def _never(text: str) -> bool:
    return False


@dataclass(frozen=True)
class Source:
    """A kind of source, entered in ``SOURCES``; a text names one as "KIND:NAME".

    Parameters
    ----------
    forms : how it is written, for messages, such as ("file:PATH",).
    open : opens a name; ConfigError or DataError if it cannot.
    direct : whether the face tracker may open it in its own process, without transport. False where producing
        the frames takes the CPU time of the tracker.
    check : raises ConfigError for a name that cannot be opened, as far as that is certain before a node
    starts.
    resolve : the name to open for a name as written.
    truth : what a name is known to show, without opening it; None where nothing is known.
    matches : whether a text without a kind, such as a path, names a source of this kind.
    """

    forms: tuple[str, ...]
    open: Callable[[str, SourceOptions], VideoSource]
    direct: bool
    check: Callable[[str], None] = _no_check
    resolve: Callable[[str], str] = _as_written
    truth: Callable[[str, SourceOptions], Truth | None] = _unknown
    matches: Callable[[str], bool] = _never
