"""ExpressionEvent -> Sample: the one place where an event becomes what a network reads.

The same functions serve training on made flow and use on real events, so a normalisation cannot differ.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError
from mer_ros.recognition.settings import require
from mer_ros.spotting.registration import residual_flow
from mer_ros.types import ExpressionEvent, InputKind, Sample

FLOOR_PX = 0.01
"""Least mean absolute deviation of a flow, crop pixels: below it there is no movement to enlarge."""

LIMIT = 12.0
"""Normalised flow and strain are cut at plus and minus this: one bad vector must not rule a sample."""

WINDOW_CENTRE, WINDOW_RADIUS = (0.5, 0.555), (0.36, 0.40)
"""Ellipse of an aligned crop that every upright face fills, as fractions of its width: x, y."""

STRAIN_PIXELS = 1 / 16
"""Strain is displacement per this fraction of the crop, so that it is of the order of u and v."""


@dataclass(frozen=True)
class InputSpec:
    """What a network reads, and how it is scaled: (sample - mean) / std per channel.

    kind: ``flow`` (u, v, strain) or ``apex`` (RGB). size: width and height, pixels.
    """

    kind: InputKind = "flow"
    size: int = 56
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        """Refuse a size or a scale that no sample can have."""
        require(16 <= self.size <= 512, f"'size' of the input is {self.size}: give 16 to 512.")
        good = all(np.isfinite(self.mean)) and all(value > 0 and np.isfinite(value) for value in self.std)
        require(
            good, f"mean {self.mean} or std {self.std} of the input is unusable: give finite, positive std."
        )

    def scale(self, data: NDArray[np.float32]) -> NDArray[np.float32]:
        """(..., 3, S, S) sample data as the network wants it."""
        return ((data - _column(self.mean)) / _column(self.std)).astype(np.float32)

    def unscale(self, data: NDArray[np.float32]) -> NDArray[np.float32]:
        """The inverse of ``scale``, for decoded prototypes."""
        return (data * _column(self.std) + _column(self.mean)).astype(np.float32)


def sample_of(event: ExpressionEvent, spec: InputSpec) -> Sample:
    """The sample of ``spec.kind`` and ``spec.size`` of an event."""
    _check_faces(event)
    if spec.kind == "apex":
        rgb = cv2.cvtColor(event.apex_face, cv2.COLOR_BGR2RGB)
        small = cv2.resize(rgb, (spec.size, spec.size), interpolation=cv2.INTER_AREA)
        return Sample("apex", np.ascontiguousarray(small.transpose(2, 0, 1), np.float32) / 255)
    return Sample("flow", normalise_flow(event_flow(event), spec.size))


def event_flow(event: ExpressionEvent) -> NDArray[np.float32]:
    """(2, S, S) float32 u, v in crop pixels, onset to apex, the head's rigid movement removed."""
    _check_faces(event)
    return residual_flow(event.onset_face, event.apex_face, event.landmarks).transpose(2, 0, 1)


def normalise_flow(uv: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Clip normalisation: (2, S, S) flow, crop pixels -> (3, size, size) float32 u, v, strain, no unit.

    Within the window that every face fills: subtract each channel's median (background and head residue),
    divide u and v by their common mean absolute deviation (so their ratio stays), not less than
    ``FLOOR_PX``. Strain is computed after this, so it is free of the clip's gain too:
    sqrt(u_x^2 + v_y^2 + (u_y + v_x)^2 / 2). Outside the window everything is 0. A gain of the whole flow
    and an offset of either channel change nothing.
    """
    if uv.ndim != 3 or uv.shape[0] != 2 or uv.shape[1] != uv.shape[2] or not np.isfinite(uv).all():
        raise InputError(f"A flow must be (2, S, S) and finite, but has shape {uv.shape}: check the crops.")
    shrink = cv2.INTER_AREA if size < uv.shape[1] else cv2.INTER_LINEAR
    whole = np.ascontiguousarray(uv, np.float32)
    flow = np.stack([cv2.resize(channel, (size, size), interpolation=shrink) for channel in whole])
    window = face_window(size)
    flow -= np.median(flow[:, window], axis=1)[:, None, None]
    flow /= max(float(np.abs(flow[:, window]).mean()), FLOOR_PX)
    out = np.concatenate([flow, strain(flow)[None]])
    return (np.clip(out, -LIMIT, LIMIT) * window).astype(np.float32)


def strain(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """(S, S) float32 optical strain of (2, S, S) flow, per ``STRAIN_PIXELS`` of its width."""
    per = flow.shape[1] * STRAIN_PIXELS
    (u_y, u_x), (v_y, v_x) = (np.gradient(channel) for channel in flow)
    return (per * np.sqrt(u_x**2 + v_y**2 + 0.5 * (u_y + v_x) ** 2)).astype(np.float32)


def mirror_flow(data: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sample of the mirrored face: (..., 3 or 2, S, S) flipped left to right, u negated."""
    mirrored = np.ascontiguousarray(data[..., ::-1])
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


def _check_faces(event: ExpressionEvent) -> None:
    for name in ("onset_face", "apex_face"):
        face = getattr(event, name)
        if face.dtype != np.uint8 or face.ndim != 3 or face.shape[2] != 3 or face.shape[0] != face.shape[1]:
            found = f"{face.shape} {face.dtype}"
            raise InputError(f"The {name} of event {event.event_id!r} is {found}: send (S, S, 3) uint8.")
    if event.onset_face.shape != event.apex_face.shape or not event.apex_face.size:
        found = f"{event.onset_face.shape[:2]} and {event.apex_face.shape[:2]}"
        raise InputError(
            f"The crops of event {event.event_id!r} are {found}: send onset and apex of one size."
        )
    if event.landmarks.shape != (468, 3) or not np.isfinite(event.landmarks).all():
        found = f"{event.landmarks.shape}"
        raise InputError(f"Event {event.event_id!r} has landmarks {found}: send 468 finite (x, y, z).")


def _column(values: tuple[float, float, float]) -> NDArray[np.float32]:
    return np.array(values, np.float32)[:, None, None]
