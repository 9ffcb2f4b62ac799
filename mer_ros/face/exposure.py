"""How much of a face the camera's sensor cannot tell: too bright or too dark for its range."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import face_mask

_BRIGHTEST, _DARKEST = 250, 5  # grey levels; a sensor's own noise keeps a clipped pixel near its end


def exposure(crop: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> tuple[float, float]:
    """Shares, 0..1, of the face's pixels that are over- and under-exposed.

    crop: (S, S, 3) uint8 BGR. landmarks: (468, >=2) float32, its pixels. A pixel is over-exposed if any
    channel is clipped, under-exposed if all are black: where it is, nothing shows that the skin moves. Both
    are 0 where no pixel of the crop is of the face.
    """
    face = crop[face_mask(landmarks, crop.shape[0])]
    if not len(face):
        return 0.0, 0.0
    return float((face.max(axis=1) >= _BRIGHTEST).mean()), float((face.max(axis=1) <= _DARKEST).mean())
