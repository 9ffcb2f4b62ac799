"""ExpressionEvent -> Sample: the one place where an event becomes what a network reads.

The same functions serve training on made flow and use on real events, so a normalisation cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.flow import normalise_flow
from mer_ros.errors import InputError
from mer_ros.recognition.settings import require
from mer_ros.spotting.registration import residual_flow
from mer_ros.types import ExpressionEvent, InputKind, Sample


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
