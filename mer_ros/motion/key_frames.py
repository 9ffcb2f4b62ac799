"""A movement over time as key frames: flow from the onset to moments around the apex, one gain for all.

An event or a data set gives (T, 2, S, S) flow, crop pixels, evenly in time from after the onset to
before the offset, each frame from the onset. Key frames are taken from it so that the apex lies in the
middle: those before it divide the rise evenly, those after it the fall. The choice is ours [ours]: ME-PLAN's
text was not available.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError
from mer_ros.motion.normalisation import FLOOR_PX, LIMIT, STRAIN_PIXELS, face_window, strain
from mer_ros.motion.registration import residual_flows
from mer_ros.motion.unimodal import unimodal_apex

SEQUENCE_FRAMES = 12
"""Frames of a measured flow sequence, as of those of the generator."""

CELLS = 4
"""Rows and columns of the grid of cells, each with a movement curve of its own."""

_MIN_FACE_SHARE = 0.5  # of a cell's area, else it has no curve


def measured_sequence(
    onset_face: NDArray[np.uint8],
    faces: Sequence[NDArray[np.uint8]],
    times: NDArray[Any],
    landmarks: NDArray[np.float32],
) -> NDArray[np.float32]:
    """(SEQUENCE_FRAMES, 2, S, S) float32 u, v, crop pixels, each less the head's rigid movement.

    onset_face, faces: (S, S, 3) uint8 BGR aligned crops, at the onset and later. times: (n,) ascending, when
    the faces were recorded: 0 is the onset, 1 the offset. landmarks: (468, 3) float32, crop pixels. Between
    two faces the flow is linear in time. Of more than SEQUENCE_FRAMES faces as many are measured, evenly
    chosen.
    """
    n = len(faces)
    chosen = np.unique(np.linspace(0, n - 1, min(n, SEQUENCE_FRAMES)).round().astype(int))
    flows = np.stack(list(residual_flows(onset_face, [faces[i] for i in chosen], landmarks)))
    return resample_evenly(flows.transpose(0, 3, 1, 2), np.asarray(times)[chosen], 1.0)


def sequence_sample(shown: NDArray[np.float32], size: int, frames: int) -> NDArray[np.float32]:
    """(T, 2, S, S) flow, crop pixels -> (frames, 3, size, size) float32 u, v, strain, no unit."""
    if shown.ndim != 4 or shown.shape[1] != 2 or shown.shape[2] != shown.shape[3] or len(shown) < 2:
        raise InputError(
            f"A sequence of flow must be (T, 2, S, S) of two frames or more, but has shape {shown.shape}: "
            "check the clip."
        )
    if not np.isfinite(shown).all():
        raise InputError("A sequence of flow holds values that are not finite: check the clip.")
    small = _resized(shown, size)
    window = face_window(size)
    small -= np.median(small[:, :, window], axis=2)[:, :, None, None]
    return _normalised(select_key_frames(small, unimodal_apex(movement_curves(small)), frames), window)


def movement_curves(flows: NDArray[np.float32]) -> NDArray[np.float64]:
    """(T, 2, S, S) flow -> (R, T) mean length of movement in every cell that lies mostly on the face."""
    size = flows.shape[-1]
    window = face_window(size)
    length = np.hypot(flows[:, 0], flows[:, 1])
    edges = np.linspace(0, size, CELLS + 1).round().astype(int)
    curves = []
    for top, bottom in zip(edges, edges[1:], strict=False):
        for left, right in zip(edges, edges[1:], strict=False):
            cell = window[top:bottom, left:right]
            if cell.mean() >= _MIN_FACE_SHARE:
                curves.append(length[:, top:bottom, left:right][:, cell].mean(1))
    return np.array(curves, np.float64)


def select_key_frames(flows: NDArray[np.float32], apex: int, frames: int) -> NDArray[np.float32]:
    """(T, ...) flow evenly in time -> (frames, ...), the apex frame in the middle, linear between frames.

    The onset, where every flow is zero, lies one step before the first frame and is no key frame.
    """
    middle = frames // 2
    before = -1 + (apex + 1) * np.arange(1, middle + 2) / (middle + 1)  # from after the onset to the apex
    after = apex + (len(flows) - 1 - apex) * np.arange(1, frames - middle) / max(frames - middle - 1, 1)
    return interpolate_frames(flows, np.concatenate([before, after]))


def interpolate_frames(flows: NDArray[np.float32], places: NDArray[Any]) -> NDArray[np.float32]:
    """(T, ...) values at 0..T - 1 -> (n, ...) at ``places``, -1..T - 1, linear; at -1 all is zero."""
    padded = np.concatenate([np.zeros_like(flows[:1]), flows])
    at = np.clip(np.asarray(places, np.float64) + 1, 0, len(flows))
    low = np.minimum(at.astype(int), len(flows) - 1)
    share = (at - low).astype(np.float32).reshape(-1, *[1] * (flows.ndim - 1))
    return (1 - share) * padded[low] + share * padded[low + 1]


def resample_evenly(flows: NDArray[np.float32], times: NDArray[Any], end: float) -> NDArray[np.float32]:
    """(n, ...) flow at ascending ``times`` -> (SEQUENCE_FRAMES, ...) evenly between the onset and the
    ``end``.

    times: (n,) since the onset, more than 0, in the unit of ``end``; at the onset itself all is zero. Beyond
    the last time the last flow stays.
    """
    wanted = end * np.arange(1, SEQUENCE_FRAMES + 1) / (SEQUENCE_FRAMES + 1)
    places = np.interp(wanted, np.concatenate([[0.0], times]), np.arange(-1, len(times)))
    return interpolate_frames(flows, places)


def _resized(flows: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    shrink = cv2.INTER_AREA if size < flows.shape[-1] else cv2.INTER_LINEAR
    planes = np.ascontiguousarray(flows, np.float32).reshape(-1, *flows.shape[2:])
    if size != flows.shape[-1]:
        planes = np.stack([cv2.resize(plane, (size, size), interpolation=shrink) for plane in planes])
    return planes.reshape(len(flows), 2, size, size).copy()


def _normalised(flows: NDArray[np.float32], window: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The clip normalisation of ``normalise_flow`` with one gain: frames keep their ratio.

    flows: (n, 2, S, S), less the median of each frame and channel.
    """
    size = flows.shape[-1]
    flows = flows / max(float(np.abs(flows[:, :, window]).mean()), FLOOR_PX)
    strains = size * STRAIN_PIXELS * np.stack([strain(flow) for flow in flows])
    out = np.concatenate([flows, strains[:, None]], axis=1)
    return (np.clip(out, -LIMIT, LIMIT) * window).astype(np.float32)
