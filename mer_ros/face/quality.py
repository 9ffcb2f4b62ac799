"""Whether an aligned face is sharp enough to be judged. Whether it is covered: ``face.covering``.

Sharpness is measured relative to the same face at rest, since skin texture differs between people; an
absolute limit rejects a picture that is blurred from the start. The limits are our own.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

_SIZE_PX = 64  # crops are measured at half size: averaging four pixels removes most of the sensor noise
# Of the sharpness at rest: corresponds to a blur of 1.8 px (standard deviation) on a face 150 px wide.
_MIN_SHARPNESS_SHARE = 0.35
_MIN_SHARPNESS = 0.02  # a blur of 6 px on such a face; faces photographed 25 px wide have 0.03 to 0.10


def sharpness(grey: Grey) -> float:
    """Variance of the Laplacian divided by the variance of an (S, S) uint8 aligned crop: 0.4 if sharp.

    Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000; the division by the
    variance, which removes brightness and contrast, is ours. 0 for a crop of one grey level.
    """
    half = cv2.resize(grey, (_SIZE_PX, _SIZE_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
    variance = _variance(half)
    return _variance(cv2.Laplacian(half, cv2.CV_32F)) / variance if variance > 0 else 0.0


def blur_reason(now: float, at_rest: float) -> str:
    """Short reason why a frame is too blurred; empty if it is not. now, at_rest: sharpness of the face."""
    if now < _MIN_SHARPNESS:
        return f"blurred: sharpness {now:.3f}, {_MIN_SHARPNESS} needed"
    if now < _MIN_SHARPNESS_SHARE * at_rest:
        return f"blurred: {now / at_rest:.0%} of its usual sharpness, {_MIN_SHARPNESS_SHARE:.0%} needed"
    return ""


def _variance(picture: NDArray[np.float32]) -> float:
    return float(cv2.meanStdDev(picture)[1][0, 0]) ** 2
