"""Flow of one expression: the clip normalisation, strain, the window of the face and the physical mirror.

Every system, control and benchmark, in training, evaluation and use, reads flow through these functions, so
that the normalisation is the same everywhere.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError

FLOOR_PX = 0.01
"""Least mean absolute deviation of a flow, crop pixels: weaker flow is not enlarged further."""

LIMIT = 12.0
"""Normalised flow and strain are clipped at +-12: one bad vector must not dominate a sample."""

WINDOW_CENTRE, WINDOW_RADIUS = (0.5, 0.555), (0.36, 0.40)
"""Ellipse of an aligned crop that every upright face covers, as fractions of its width: x, y."""

STRAIN_PIXELS = 1 / 16
"""Strain is displacement per this fraction of the crop, which brings it to the order of u and v."""


def normalise_flow(uv: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Clip normalisation: (2, S, S) flow, crop pixels -> (3, size, size) float32 u, v, strain, no unit.

    Within the window that every face fills: subtract each channel's median (background and head residue),
    divide u and v by their common mean absolute deviation (so their ratio stays), not less than
    ``FLOOR_PX``. Strain is computed after this, so it is free of the clip's gain too. Outside the window
    everything is 0. A gain of the whole flow and an offset of either channel change nothing.
    """
    if uv.ndim != 3 or uv.shape[0] != 2 or uv.shape[1] != uv.shape[2] or not np.isfinite(uv).all():
        raise InputError(f"A flow must be (2, S, S) and finite, but has shape {uv.shape}: check the crops.")
    shrink = cv2.INTER_AREA if size < uv.shape[1] else cv2.INTER_LINEAR
    whole = np.ascontiguousarray(uv, np.float32)
    flow = np.stack([cv2.resize(channel, (size, size), interpolation=shrink) for channel in whole])
    window = face_window(size)
    flow -= np.median(flow[:, window], axis=1)[:, None, None]
    flow /= max(float(np.abs(flow[:, window]).mean()), FLOOR_PX)
    out = np.concatenate([flow, size * STRAIN_PIXELS * strain(flow)[None]])
    return (np.clip(out, -LIMIT, LIMIT) * window).astype(np.float32)


def strain(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """(S, S) float32 optical strain of (2, S, S) flow in pixels of its grid, per pixel of it.

    The size of the symmetric part of the gradient, sqrt(u_x^2 + v_y^2 + (u_y + v_x)^2 / 2): a rotation has
    none (Shreve et al., "Macro- and micro-expression spotting in long videos using spatio-temporal strain",
    FG 2011).
    """
    (u_y, u_x), (v_y, v_x) = (np.gradient(channel) for channel in flow)
    return np.sqrt(u_x**2 + v_y**2 + 0.5 * (u_y + v_x) ** 2).astype(np.float32)


def mirror_flow(data: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mirrored face: (..., 3 or 2, S, S) u, v and perhaps strain, flipped left to right, u negated."""
    mirrored = data[..., ::-1].copy()
    mirrored[..., 0, :, :] *= -1
    return mirrored


@functools.cache
def face_window(size: int) -> NDArray[np.bool_]:
    """(size, size) mask of the ellipse that every aligned face fills."""
    ticks = (np.arange(size) + 0.5) / size
    (cx, cy), (rx, ry) = WINDOW_CENTRE, WINDOW_RADIUS
    mask = ((ticks[None] - cx) / rx) ** 2 + ((ticks[:, None] - cy) / ry) ** 2 <= 1
    mask.flags.writeable = False
    return mask
