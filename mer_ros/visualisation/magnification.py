"""A movement of a face, magnified: every frame is warped by a multiple of its flow since the onset.

Lagrangian magnification after Liu et al., "Motion Magnification", ACM TOG 24 (2005), without its layers: the
flow is that of the event, free of the rigid movement of the head, smoothed, and multiplied as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.motion.optical_flow import DenseFlow
from mer_ros.motion.registration import residual_flows

GOAL_PX, MOST = 7.0, 12.0
"""Largest movement after magnification, in pixels of a crop of 128, and largest factor."""

_SMOOTH = 0.02  # of the width of the crop: standard deviation of the smoothing of the flow
_LARGEST = 99.5  # percentile of the lengths that counts as the largest movement


class Magnified(NamedTuple):
    """images: as many as there were frames, uint8 BGR, as large. factor: of the movement, 1 or more."""

    images: list[NDArray[np.uint8]]
    factor: float


def magnified(
    onset_face: NDArray[np.uint8], faces: Sequence[NDArray[np.uint8]], landmarks: NDArray[np.float32]
) -> Magnified:
    """Aligned crops of one event with its movement magnified so that it is visible.

    onset_face, faces: (S, S, 3) uint8 BGR. landmarks: (468, 3) float32, crop pixels. The factor is the same
    for all faces: the largest movement becomes ``GOAL_PX``, but is multiplied by at most ``MOST``.
    """
    size = onset_face.shape[0]
    flows = [
        cv2.GaussianBlur(flow, (0, 0), _SMOOTH * size)
        for flow in residual_flows(onset_face, faces, landmarks, DenseFlow())
    ]
    largest = max(
        (float(np.percentile(np.hypot(f[..., 0], f[..., 1]), _LARGEST)) for f in flows), default=0.0
    )
    goal = GOAL_PX * size / 128
    factor = float(np.clip(goal / max(largest, 1e-6), 1.0, MOST))
    images = [warped(face, (factor - 1) * flow) for face, flow in zip(faces, flows, strict=True)]
    return Magnified(images, factor)


def warped(image: NDArray[np.uint8], flow: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(S, S, 3) uint8 image whose content is moved by (S, S, 2) float32 flow, pixels."""
    size = image.shape[0]
    x, y = np.meshgrid(np.arange(size, dtype=np.float32), np.arange(size, dtype=np.float32))
    moved = cv2.remap(
        image, x - flow[..., 0], y - flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, np.uint8)
