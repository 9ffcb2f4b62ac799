"""Key frames of a movement: flow from the onset to moments around the apex, normalised by one common gain.

An event or a data set gives (T, 2, S, S) flow in crop pixels. Frame t is the flow from the onset to moment t;
the T moments divide the time from onset to offset evenly and exclude both. Key frames are selected so that
the apex is the middle one: those before it divide the rise evenly, those after it the fall. The selection is
ours [ours]; the text of ME-PLAN was not available.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError
from mer_ros.motion.normalisation import FLOOR_PX, LIMIT, STRAIN_PIXELS, face_window, strain
from mer_ros.motion.registration import residual_flows
from mer_ros.motion.unimodal import unimodal_apex

SEQUENCE_FRAMES = 12
"""Frames of a measured flow sequence, the same as of a synthetic one."""

CELLS = 4
"""Rows and columns of the grid of cells; each cell has its own movement curve."""

_MIN_FACE_SHARE = 0.5  # of a cell's area; a cell with less face has no curve


def measured_sequence(
    onset_face: NDArray[np.uint8],
    faces: Sequence[NDArray[np.uint8]],
    times: NDArray[np.floating],
    landmarks: NDArray[np.float32],
) -> NDArray[np.float32]:
    """(SEQUENCE_FRAMES, 2, S, S) float32 flow u, v in crop pixels, minus the rigid movement of the head.

    onset_face, faces: (S, S, 3) uint8 BGR aligned crops, at the onset and later. times: (n,) ascending, the
    time of each of the n faces, 0 at the onset and 1 at the offset. landmarks: (468, 3) float32, crop pixels.
    The flow is interpolated linearly between two faces. If there are more than SEQUENCE_FRAMES faces, only
    SEQUENCE_FRAMES evenly spaced ones are measured.
    """
    n = len(faces)
    chosen = np.unique(np.linspace(0, n - 1, min(n, SEQUENCE_FRAMES)).round().astype(int))
    flows = np.stack(list(residual_flows(onset_face, [faces[i] for i in chosen], landmarks)))
    return resample_evenly(flows.transpose(0, 3, 1, 2), np.asarray(times)[chosen], 1.0)


def sequence_sample(shown: NDArray[np.float32], size: int, frames: int) -> NDArray[np.float32]:
    """(T, 2, S, S) flow in crop pixels -> (frames, 3, size, size) float32 u, v, strain without unit.

    Raises InputError if the flow has another shape, fewer than two frames, or values that are not finite.
    """
    if shown.ndim != 4 or shown.shape[1] != 2 or shown.shape[2] != shown.shape[3] or len(shown) < 2:
        raise InputError(
            f"A flow sequence must be (T, 2, S, S) with at least two frames, but has shape {shown.shape}: "
            "check the clip."
        )
    if not np.isfinite(shown).all():
        raise InputError("A flow sequence contains values that are not finite: check the clip.")
    small = _resized(shown, size)
    window = face_window(size)
    small -= np.median(small[:, :, window], axis=2)[:, :, None, None]
    return _normalised(select_key_frames(small, unimodal_apex(movement_curves(small)), frames), window)


def movement_curves(flows: NDArray[np.float32]) -> NDArray[np.float64]:
    """(T, 2, S, S) flow -> (R, T) mean length of the flow in each of the R cells that are mostly face."""
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
    """(T, ...) evenly spaced flow -> (frames, ...) key frames with the apex in the middle.

    Flow is interpolated linearly between frames. The onset, where the flow is zero, lies one step before the
    first frame and is not a key frame.

    Example: a movement that rises over four frames and falls over two, as three key frames.

    >>> flows = np.float32([1, 2, 3, 4, 2, 0]).reshape(6, 1, 1, 1)  # (T, 1, 1, 1), apex at frame 3
    >>> select_key_frames(flows, apex=3, frames=3).ravel().tolist()  # (3, 1, 1, 1)
    [2.0, 4.0, 0.0]
    """
    middle = frames // 2
    before = -1 + (apex + 1) * np.arange(1, middle + 2) / (middle + 1)  # from after the onset to the apex
    after = apex + (len(flows) - 1 - apex) * np.arange(1, frames - middle) / max(frames - middle - 1, 1)
    return interpolate_frames(flows, np.concatenate([before, after]))


def interpolate_frames(flows: NDArray[np.float32], places: NDArray[np.floating]) -> NDArray[np.float32]:
    """(T, ...) values at 0..T - 1 -> (n, ...) at ``places`` from -1 to T - 1, linear; zero at -1.

    >>> interpolate_frames(np.float32([2, 4]), np.array([-1, -0.5, 0, 0.5, 1])).tolist()
    [0.0, 1.0, 2.0, 3.0, 4.0]
    """
    padded = np.concatenate([np.zeros_like(flows[:1]), flows])
    at = np.clip(np.asarray(places, np.float64) + 1, 0, len(flows))
    low = np.minimum(at.astype(int), len(flows) - 1)
    share = (at - low).astype(np.float32).reshape(-1, *[1] * (flows.ndim - 1))
    return (1 - share) * padded[low] + share * padded[low + 1]


def resample_evenly(
    flows: NDArray[np.float32], times: NDArray[np.floating], end: float
) -> NDArray[np.float32]:
    """(n, ...) flow at ascending ``times`` -> (SEQUENCE_FRAMES, ...) evenly spaced from the onset to ``end``.

    times: (n,) since the onset, above 0, in the unit of ``end``. The flow is zero at the onset and constant
    after the last time.
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
    """The clip normalisation of ``normalise_flow`` with one gain for all frames, so their ratio is kept.

    flows: (n, 2, S, S), minus the median of each frame and channel.
    """
    size = flows.shape[-1]
    flows = flows / max(float(np.abs(flows[:, :, window]).mean()), FLOOR_PX)
    strains = size * STRAIN_PIXELS * np.stack([strain(flow) for flow in flows])
    out = np.concatenate([flows, strains[:, None]], axis=1)
    return (np.clip(out, -LIMIT, LIMIT) * window).astype(np.float32)
