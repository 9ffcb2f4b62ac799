"""Frames of synthetic faces in the folders of recorded data sets, for tests."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic import SyntheticClip, everyday
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.timeline import make_timeline

FPS = 60.0
SIZE_WH = (256, 256)
FRAMES = 7
"""Frames of a clip."""

_MARGIN_PX = 4


@functools.lru_cache(maxsize=64)
def expression(subject: int, number: int, tight: bool = False) -> tuple[NDArray[np.uint8], ...]:
    """FRAMES frames, (H, W, 3) uint8 BGR, of an expression of a synthetic subject, onset to offset.

    tight: cropped from the brows to the chin, as published crops are.
    """
    who, conditions = make_subject(2000 + subject), everyday(subject)
    timeline = make_timeline(subject, who, 4, conditions, typical=False)
    clip = SyntheticClip(who, timeline, subject, FPS, SIZE_WH, conditions=conditions)
    event = timeline.events[number % 4]
    times = np.linspace(event.onset_s, event.offset_s, FRAMES)
    frames = [clip.render(round(time * FPS)) for time in times]
    if tight:
        points = clip.true_landmarks(round(event.onset_s * FPS))
        brow = points[[70, 105, 334, 300], 1].min()
        left, right, bottom = points[:, 0].min(), points[:, 0].max(), points[:, 1].max()
        rows = slice(max(int(brow) - _MARGIN_PX, 0), int(bottom) + _MARGIN_PX)
        columns = slice(max(int(left), 0), int(right))
        frames = [np.ascontiguousarray(frame[rows, columns]) for frame in frames]
    return tuple(frames)


def write_frames(
    folder: Path, names: Sequence[str], subject: int, number: int = 0, tight: bool = False
) -> None:
    """Write the frames of an expression; as many names as FRAMES, or fewer."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in zip(names, expression(subject, number, tight)):
        cv2.imwrite(str(folder / name), frame)
