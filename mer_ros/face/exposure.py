"""How much of a face is too bright or too dark for the range of the camera's sensor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import face_mask

_CLIPPED_LEVEL, _BLACK_LEVEL = (
    250,
    5,
)  # grey levels; sensor noise keeps a clipped pixel near the end of the range


def exposure(crop: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> tuple[float, float]:
    """Shares, 0..1, of the face's pixels that are over- and under-exposed.

    crop: (S, S, 3) uint8 BGR. landmarks: (468, >=2) float32, its pixels. A pixel is over-exposed if any
    channel is clipped, under-exposed if all are black: there the movement of the skin is not visible. Both
    are 0 where no pixel of the crop is of the face.
    """
    face = crop[face_mask(landmarks, crop.shape[0])]
    if not len(face):
        return 0.0, 0.0
    return float((face.max(axis=1) >= _CLIPPED_LEVEL).mean()), float(
        (face.max(axis=1) <= _BLACK_LEVEL).mean()
    )
