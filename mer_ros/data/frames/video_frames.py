"""The frames of one clip in a video, by their numbers: damage elsewhere in the video shifts none of them.

The sheets of data sets number the frames of a video in their order. Frames that cannot be read leave holes in
this order, so those of a damaged video are placed by their presentation times instead. Frames between one
that could not be read and the next key frame may show remains of others: they count as unreadable.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mer_ros.compat import need
from mer_ros.errors import DataError, MerError, quantity
from mer_ros.media.video_file import Losses, VideoReader

Image = NDArray[np.uint8]

_MAX_OFF_BEAT = 0.3  # of a period, by which a frame may be away from its place in a damaged video
_SHOWN = 3


def read_video_frames(path: Path, numbers: range, wanted: Sequence[int]) -> list[Image]:
    """The wanted frames of a clip, (H, W, 3) uint8 BGR.

    path: a video that shows the clip only, if it has as many frames, or else is numbered from 1. numbers: of
    the frames of the clip. wanted: indices in ``numbers``. Only frames that may be wanted are held in memory;
    a damaged video is read twice.

    DataError if the video cannot be read or is too short, if frames of the clip could not be read, or if
    damage leaves the numbers of the frames unknown.
    """
    n, first, last = len(numbers), numbers[0], numbers[-1]
    kept = {*wanted, *(first - 1 + i for i in wanted)}
    try:
        need("av")
        reader = VideoReader(path, 0.0)
        places, images = _read(reader, kept)
        if reader.losses.unreadable:
            places, images = _read(reader, {order for order, place in enumerate(places) if place in kept})
    except MerError as error:
        raise DataError(f"{path.name!r} cannot be read: {error}") from error
    losses = reader.losses
    if not places or (losses.untraced and len(places) != n):
        raise DataError(
            f"{path.name!r} is damaged, so that the numbers of its frames are not known "
            f"({quantity(losses.unreadable + losses.untraced, 'frame')} missing): use an undamaged copy"
        )
    total = max(places[-1] + 1, len(places) + losses.unreadable)
    if total == n:
        start = 0
    elif total >= last and first >= 1:
        start = first - 1
    else:
        raise DataError(
            f"{path.name!r} has {total} frames, neither the {n} from {first} to {last} nor all up to {last}"
        )
    readable = set(places) if not losses.unreadable else whole_frames(places, losses.key_frames)
    lost = [number for i, number in enumerate(numbers) if start + i not in readable]
    if lost:
        shown = ", ".join(map(str, lost[:_SHOWN])) + (", ..." if len(lost) > _SHOWN else "")
        raise DataError(
            f"{path.name!r} is damaged: {quantity(len(lost), 'frame')} ({shown}) of {first} to {last} cannot "
            "be read, or only with remains of others: use an undamaged copy"
        )
    return [images[places.index(start + i)] for i in wanted]


def _read(reader: VideoReader, kept: AbstractSet[int]) -> tuple[list[int], dict[int, Image]]:
    """The place of each readable frame, and those images whose order, from 0, is among ``kept``."""
    times_ns, images = [], {}
    for order, (time_ns, image) in enumerate(reader.timed_frames()):
        times_ns.append(time_ns)
        if order in kept:
            images[order] = image
    return frame_places(times_ns, reader.fps, reader.losses), images


def frame_places(times_ns: Sequence[int], fps: float, losses: Losses) -> list[int]:
    """The place of each delivered frame among all frames of a video, from 0; empty if it is not known.

    times_ns: (N,) times since the first delivered frame, ns, increasing; N > 0. Without an unreadable frame,
    the places are the order. Otherwise the frame rate must be constant, and the times must have a place for
    every frame that could not be read.

    Example: at 100 fps, one frame before the first and two behind the second could not be read.

    >>> losses = Losses(unreadable=3, before_ns=10_000_000)
    >>> frame_places([0, 10_000_000, 40_000_000], 100.0, losses)
    [1, 2, 5]
    """
    if not losses.unreadable:
        return list(range(len(times_ns)))
    steps = np.diff(np.asarray(times_ns, np.float64)) * 1e-9 * fps
    whole = np.maximum(np.round(steps), 1)
    places = round(losses.before_ns * 1e-9 * fps) + np.concatenate([[0], np.cumsum(whole)]).astype(int)
    placed = int(places[-1]) + 1 + round(losses.behind_ns * 1e-9 * fps) + losses.cut_off
    varies = np.abs(steps - whole).max(initial=0.0) > _MAX_OFF_BEAT
    return [] if varies or placed < len(times_ns) + losses.unreadable else places.tolist()


def whole_frames(places: Sequence[int], key_frames: AbstractSet[int]) -> set[int]:
    """The places of those delivered frames that depend on no frame that could not be read.

    places: increasing. key_frames: indices of the key frames among them.

    Example: a key frame is lost, and the next one is at place 4.

    >>> sorted(whole_frames([0, 1, 3, 4, 5], key_frames={0, 3}))
    [0, 1, 4, 5]
    """
    found, whole, expected = set(), True, 0
    for i, place in enumerate(places):
        whole = i in key_frames or (whole and place == expected)
        expected = place + 1
        if whole:
            found.add(place)
    return found
