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

TIGHT = slice(62, 194), slice(70, 186)
"""Rows and columns of a crop from the brows to the chin, as published crops have it."""


@functools.lru_cache(maxsize=64)
def expression(subject: int, number: int) -> tuple[NDArray[np.uint8], ...]:
    """FRAMES frames, (H, W, 3) uint8 BGR, of an expression of a synthetic subject, onset to offset."""
    who, conditions = make_subject(2000 + subject), everyday(subject)
    timeline = make_timeline(subject, who, 4, conditions, typical=False)
    clip = SyntheticClip(who, timeline, subject, FPS, SIZE_WH, conditions=conditions)
    event = timeline.events[number % 4]
    times = np.linspace(event.onset_s, event.offset_s, FRAMES)
    return tuple(clip.render(round(time * FPS)) for time in times)


def write_frames(
    folder: Path, names: Sequence[str], subject: int, number: int = 0, tight: bool = False
) -> None:
    """Write the frames of an expression; as many names as FRAMES, or fewer."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in zip(names, expression(subject, number)):
        cv2.imwrite(str(folder / name), frame[TIGHT] if tight else frame)
