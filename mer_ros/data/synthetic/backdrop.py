"""A calm backdrop around a photograph that is smaller than the frame of a clip.

A picture that is continued by reflection shows a second face beside a tight portrait. Here it is continued by
the colours along its border, the smoother the farther away: a normalised convolution over a pyramid, as in
Gortler et al., "The Lumigraph", SIGGRAPH 1996, section 3.4 (pull and push), with the border as samples.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

BORDER_SHARE = 0.04
"""Width of the border that gives the colours, as a share of the shorter side."""

_SMOOTHING = 0.02  # of the colours along the border, standard deviation as a share of the shorter side
_SEAM = 0.03  # width of the transition from picture to backdrop, as a share of the shorter side

Picture = NDArray[np.uint8]


def extended(image: Picture, left: int, top: int, right: int, bottom: int) -> Picture:
    """The picture with a backdrop added on each side.

    image: (H, W, 3) uint8. left, top, right, bottom: columns and rows to add, >= 0. Returns
    (H + top + bottom, W + left + right, 3) uint8, in which the picture is unchanged but for its outermost
    pixels, which are blended with the backdrop.

    Example: a grey picture has a grey backdrop.

    >>> extended(np.full((20, 10, 3), 90, np.uint8), 5, 0, 5, 10).shape
    (30, 20, 3)
    """
    if not (left or top or right or bottom):
        return image
    height, width = image.shape[:2]
    short = min(height, width)
    padded = cv2.copyMakeBorder(image, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    shown = np.zeros(padded.shape[:2], np.float32)
    shown[top : top + height, left : left + width] = 1
    border = max(round(BORDER_SHARE * short), 1)
    samples = shown.copy()
    samples[
        top + border * bool(top) : top + height - border * bool(bottom),
        left + border * bool(left) : left + width - border * bool(right),
    ] = 0
    backdrop = _pull_push(padded.astype(np.float32) * samples[..., None], samples)
    backdrop = cv2.GaussianBlur(backdrop, (0, 0), max(_SMOOTHING * short, 1.0))
    seam = max(_SEAM * short, 1.0)
    inside = cv2.distanceTransform(
        cv2.copyMakeBorder(shown.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE), cv2.DIST_L2, 5
    )[1:-1, 1:-1]
    alpha = np.clip(inside / seam, 0, 1)[..., None].astype(np.float32)
    mixed = alpha * padded + (1 - alpha) * backdrop
    return np.asarray(np.clip(np.rint(mixed), 0, 255), np.uint8)


def _pull_push(weighted: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """(H, W, 3) colours everywhere, from (H, W, 3) colours times (H, W) weights between 0 and 1."""
    height, width = weight.shape
    if weight.min() >= 1 or max(height, width) <= 2:
        return weighted / np.maximum(weight, 1e-6)[..., None]
    size_wh = (width + 1) // 2, (height + 1) // 2
    coarse = _pull_push(
        np.asarray(cv2.resize(weighted, size_wh, interpolation=cv2.INTER_AREA), np.float32),
        np.asarray(cv2.resize(weight, size_wh, interpolation=cv2.INTER_AREA), np.float32),
    )
    filled = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    known = np.minimum(weight, 1)[..., None]
    own = weighted / np.maximum(weight, 1e-6)[..., None]
    return np.asarray(known * own + (1 - known) * filled, np.float32)
