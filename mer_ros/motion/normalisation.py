"""Flow of one expression: clip normalisation, optical strain, face window and mirroring.

All systems, controls and benchmarks read flow through these functions, in training, evaluation and use, so
the normalisation is the same everywhere.
"""

from __future__ import annotations

import functools
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError

F = TypeVar("F", bound=np.floating)

FLOOR_PX = 0.01
"""Lower bound of the divisor, the mean absolute deviation of a flow in crop pixels."""

LIMIT = 12.0
"""Normalised flow and strain are clipped to +-12, so that one bad vector does not dominate a sample."""

WINDOW_CENTRE, WINDOW_RADIUS = (0.5, 0.555), (0.36, 0.40)
"""Ellipse of an aligned crop that every upright face covers: x, y as fractions of the crop's width."""

STRAIN_PIXELS = 1 / 16
"""Strain is expressed as displacement over this fraction of the crop, to be of the order of u and v."""


def normalise_flow(uv: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Clip normalisation: (2, S, S) flow in crop pixels -> (3, size, size) float32 u, v, strain without unit.

    Within the window that every face fills, the median of each channel is subtracted (background and residual
    head movement), then u and v are divided by their common mean absolute deviation, at least ``FLOOR_PX``,
    which keeps their ratio. Strain is computed from the result, so the gain of the clip is removed from it
    too. Values outside the window are 0. The output does not depend on a gain of the whole flow or an offset
    of either channel. Raises InputError if the flow has another shape or values that are not finite.

    Example: a flow, and the same flow three times as strong on top of a shift of 2 px to the right.

    >>> flow = np.random.default_rng(0).normal(size=(2, 128, 128)).astype(np.float32)  # (2, S, S)
    >>> shift = np.float32([2, 0])[:, None, None]
    >>> sample = normalise_flow(flow, size=28)
    >>> sample.shape, bool(np.allclose(sample, normalise_flow(3 * flow + shift, size=28), atol=1e-4))
    ((3, 28, 28), True)
    """
    flow, window = _centred(uv, size), face_window(size)
    flow /= max(float(np.abs(flow[:, window]).mean()), FLOOR_PX)
    out = np.concatenate([flow, size * STRAIN_PIXELS * strain(flow)[None]])
    return (np.clip(out, -LIMIT, LIMIT) * window).astype(np.float32)


def deviation_px(uv: NDArray[np.float32], size: int) -> float:
    """Mean absolute deviation of a flow from its medians, crop pixels: the divisor of ``normalise_flow``,
    without its lower bound. Raises InputError as that.
    """
    return float(np.abs(_centred(uv, size)[:, face_window(size)]).mean())


def _centred(uv: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """(2, S, S) flow -> (2, size, size), with a median of 0 in the window; InputError if it is unusable."""
    if uv.ndim != 3 or uv.shape[0] != 2 or uv.shape[1] != uv.shape[2] or not np.isfinite(uv).all():
        raise InputError(f"A flow must be (2, S, S) and finite, but has shape {uv.shape}: check the crops.")
    shrink = cv2.INTER_AREA if size < uv.shape[1] else cv2.INTER_LINEAR
    whole = np.ascontiguousarray(uv, np.float32)
    flow = np.stack([cv2.resize(channel, (size, size), interpolation=shrink) for channel in whole])
    return np.asarray(flow - np.median(flow[:, face_window(size)], axis=1)[:, None, None])


def strain(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """(S, S) float32 optical strain of (2, S, S) flow, which is in pixels of its own grid; no unit.

    The magnitude of the symmetric part of the gradient, sqrt(u_x^2 + v_y^2 + (u_y + v_x)^2 / 2); the strain
    of a rotation is 0 (Shreve et al., "Macro- and micro-expression spotting in long videos using
    spatio-temporal strain", FG 2011).

    Example: a stretch by 10 % along x, and a rotation by 0.1 rad.

    >>> y, x = np.mgrid[:4, :4].astype(np.float32)
    >>> strain(np.stack([0.1 * x, 0 * y]))[0].round(3).tolist() == np.float32([0.1] * 4).round(3).tolist()
    True
    >>> bool(np.allclose(strain(np.stack([-0.1 * y, 0.1 * x])), 0))
    True
    """
    (u_y, u_x), (v_y, v_x) = (np.gradient(channel) for channel in flow)
    return np.sqrt(u_x**2 + v_y**2 + 0.5 * (u_y + v_x) ** 2).astype(np.float32)


def mirror_flow(data: NDArray[F]) -> NDArray[F]:
    """Flow of the mirrored face: (..., C, S, S) flipped left to right, with u negated.

    C is 2 (u, v) or 3 (u, v, strain).
    """
    mirrored = data[..., ::-1].copy()
    np.negative(mirrored[..., 0, :, :], out=mirrored[..., 0, :, :])
    return mirrored


@functools.cache
def face_window(size: int) -> NDArray[np.bool_]:
    """(size, size) mask of the ellipse that every aligned face fills."""
    ticks = (np.arange(size) + 0.5) / size
    (cx, cy), (rx, ry) = WINDOW_CENTRE, WINDOW_RADIUS
    mask = ((ticks[None] - cx) / rx) ** 2 + ((ticks[:, None] - cy) / ry) ** 2 <= 1
    mask.flags.writeable = False
    return mask
