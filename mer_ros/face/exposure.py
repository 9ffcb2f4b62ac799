"""Share of a face that is too bright or too dark for the camera's sensor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import face_mask

# Grey levels. Sensor noise keeps saturated pixels near the end of the range, not exactly on it.
CLIPPED_LEVEL, _BLACK_LEVEL = 250, 5


def exposure(crop: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> tuple[float, float]:
    """Shares, 0..1, of the face's pixels that are over- and under-exposed.

    crop: (S, S, 3) uint8 BGR. landmarks: (468, >=2) float32, crop pixels. A pixel is over-exposed if any
    channel is clipped and under-exposed if all channels are black; such pixels show no movement of the skin.
    Both shares are 0 if no pixel of the crop belongs to the face.
    """
    face = crop[face_mask(landmarks, crop.shape[0])]
    if not len(face):
        return 0.0, 0.0
    return float((face.max(axis=1) >= CLIPPED_LEVEL).mean()), float((face.max(axis=1) <= _BLACK_LEVEL).mean())
