"""A movement on a neutral face: the sculpted head of the generator, warped by a flow without a size.

Samples are normalised, so a decoded prototype says where a face moves, how the parts compare, and in which
direction, but not how far. It is drawn with a largest movement of ``GOAL_PX``.
"""

from __future__ import annotations

import functools
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic import DEMO_SUBJECTS
from mer_ros.data.synthetic.clip import SyntheticClip
from mer_ros.data.synthetic.conditions import STILL
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.timeline import make_timeline
from mer_ros.face.geometry import crop_from_image
from mer_ros.motion.normalisation import face_window
from mer_ros.visualisation.magnification import GOAL_PX, warped

SIDE_PX = 192
STEPS = 8
"""Images from rest to the full movement."""

HEAD = "parametric"
"""The head of the generator whose face is drawn: its mouth is closed at rest."""

_FRAME_WH = (304, 304)
_SOFT = 0.04  # of the width: standard deviation of the edge of the face window
_LARGEST = 99.5  # percentile of the lengths that counts as the largest movement


@functools.lru_cache(maxsize=1)
def neutral_face() -> NDArray[np.uint8]:
    """(SIDE_PX, SIDE_PX, 3) uint8 BGR, read-only: the average sculpted head at rest, as an aligned crop."""
    subject = replace(make_subject(DEMO_SUBJECTS[0], 0.0, HEAD), resting_smile=0.0)
    still = make_timeline(0, subject, 0, STILL, duration_s=1.0)
    clip = SyntheticClip(subject, still, 0, 60.0, _FRAME_WH, conditions=STILL)
    affine = crop_from_image(clip.true_landmarks(0).astype(np.float32), SIDE_PX)
    crop = cv2.warpAffine(clip.render(0), affine, (SIDE_PX, SIDE_PX), flags=cv2.INTER_CUBIC)
    face = np.asarray(crop, np.uint8)
    face.setflags(write=False)
    return face


def prototype_motion(flow: NDArray[np.float32]) -> list[NDArray[np.uint8]]:
    """(2, S, S) u, v or (3, S, S) u, v, strain in any unit -> ``STEPS`` + 1 images of the moving face.

    The first shows the neutral face, the last the whole movement, whose largest part is ``GOAL_PX`` pixels of
    a crop of 128. A flow without movement leaves the face as it is.
    """
    window = cv2.GaussianBlur(face_window(SIDE_PX).astype(np.float32), (0, 0), _SOFT * SIDE_PX)
    field = np.stack(
        [
            cv2.resize(np.ascontiguousarray(channel), (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
            for channel in flow[:2]
        ],
        axis=-1,
    )
    field = field * window[..., None]
    largest = float(np.percentile(np.hypot(field[..., 0], field[..., 1])[face_window(SIDE_PX)], _LARGEST))
    full = field * (GOAL_PX * SIDE_PX / 128 / largest) if largest > 0 else np.zeros_like(field)
    face = neutral_face()
    return [warped(face, (step / STEPS * full).astype(np.float32)) for step in range(STEPS + 1)]
