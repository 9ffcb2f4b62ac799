"""Pictures with portraits at known places."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

from mer_ros.data.synthetic import synthetic_clip
from mer_ros.data.synthetic.conditions import Conditions
from mer_ros.face.geometry import interocular_px

WALLS = ("noise", "grey", "coffee", "rocket", "brick")
"""Names of the backgrounds: two plain ones, and three of scikit-image's photographs without people."""


@dataclass(frozen=True, eq=False)
class Portrait:
    """A picture of one face. image: (H, W, 3) uint8 BGR. landmarks: (468, 2) image pixels."""

    image: NDArray[np.uint8]
    landmarks: NDArray[np.float32]

    def with_eyes(self, eyes_px: float) -> Portrait:
        """The portrait with so many pixels between the outer eye corners."""
        scale = eyes_px / interocular_px(self.landmarks)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        image = cv2.resize(self.image, None, fx=scale, fy=scale, interpolation=how)
        return Portrait(np.asarray(image, np.uint8), (self.landmarks * scale).astype(np.float32))


def portrait(eyes_px: float, head: str = "photograph", seed: int = 0, frame: int = 0) -> Portrait:
    """A frame of a synthetic clip of this head and seed as a portrait."""
    conditions = Conditions(noise_sigma=0.0)
    clip = synthetic_clip(seed, 30, (320, 320), 2.0, 1, conditions, face_width_px=120.0, head=head)
    place = frame % clip.n_frames
    return Portrait(clip.render(place), clip.true_landmarks(place).astype(np.float32)).with_eyes(eyes_px)


def wall(width: int, height: int, name: str = "noise") -> NDArray[np.uint8]:
    """(height, width, 3) uint8 BGR background without people; name: one of ``WALLS``."""
    if name == "noise":
        picture = np.random.default_rng(0).integers(90, 150, (60, 80, 3), np.uint8)
    elif name == "grey":
        picture = np.full((8, 8, 3), 128, np.uint8)
    else:
        picture = getattr(skimage.data, name)()
        picture = picture[:, :, ::-1] if picture.ndim == 3 else np.dstack([picture] * 3)
    return np.asarray(cv2.resize(np.ascontiguousarray(picture), (width, height)), np.uint8)


def hang(image: NDArray[np.uint8], picture: Portrait, x: int, y: int) -> NDArray[np.float32]:
    """Copy a portrait into an image, in place, with its left upper corner at (x, y), which may be outside.

    Returns its (468, 2) landmarks in the image.
    """
    height, width = picture.image.shape[:2]
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + width, image.shape[1]), min(y + height, image.shape[0])
    image[top:bottom, left:right] = picture.image[top - y : bottom - y, left - x : right - x]
    return picture.landmarks + np.array([x, y], np.float32)
