"""What flows through the package: Frame -> Face -> ExpressionEvent -> Sample -> Prediction -> Explanation.

Every type is frozen. Images are ``uint8`` in BGR order unless a name says otherwise; times are integer
nanoseconds of the camera's clock and end in ``_ns``; pixels end in ``_px``; boxes say ``xywh``.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mer_ros.limits import MICRO_MAX_S, MICRO_MIN_S

EMOTIONS: tuple[str, ...] = ("happiness", "sadness", "surprise", "fear", "anger", "disgust", "contempt")
"""Ekman's seven emotions, the label set of the shipped models."""

UNKNOWN = "unknown"
"""The label of a rejected event."""

InputKind = Literal["flow", "apex", "clip", "sequence"]
"""``flow``: u, v, strain from onset to apex. ``apex``: the RGB apex crop. ``clip``: the grey crops from onset
to offset. ``sequence``: u, v, strain from the onset to key frames around the apex."""


class Kind(enum.IntEnum):
    """Kind of an expression, by its duration from onset to offset."""

    UNKNOWN = 0
    MICRO = 1
    MACRO = 2

    @classmethod
    def from_duration(cls, duration_s: float) -> Kind:
        """Micro for 65 to 500 ms, macro for longer, unknown for shorter."""
        if duration_s < MICRO_MIN_S:
            return cls.UNKNOWN
        return cls.MICRO if duration_s <= MICRO_MAX_S else cls.MACRO


@dataclass(frozen=True, eq=False)
class Frame:
    """One camera picture.

    image: (H, W, 3) uint8, BGR. stamp_ns: capture time. frame_id: optical frame of the camera.
    source: which camera, for graphs with several.
    """

    image: NDArray[np.uint8]
    stamp_ns: int
    frame_id: str = ""
    source: str = ""


@dataclass(frozen=True, eq=False)
class Face:
    """One face in one frame.

    id: ephemeral track id. roi_xywh: box in image pixels, inside the image. confidence: 0..1, how well the
    aligned face agrees with its own reference (normalised correlation; FaceMesh gives no score).
    landmarks: (468, 3) float32, MediaPipe FaceMesh order, image pixels (z in the same unit, towards the
    camera negative). yaw, pitch, roll: rad. interocular_px: distance of the outer eye corners.
    motion: expressive motion now, as a fraction of the interocular distance.
    quality: empty, or why this face cannot be judged.
    """

    id: str
    roi_xywh: tuple[int, int, int, int]
    confidence: float
    landmarks: NDArray[np.float32]
    yaw: float
    pitch: float
    roll: float
    interocular_px: float
    motion: float = 0.0
    quality: str = ""


@dataclass(frozen=True, eq=False)
class ClipFrame:
    """One aligned crop of an event's clip: image (S, S, 3) uint8 BGR and its own stamp."""

    image: NDArray[np.uint8]
    stamp_ns: int


@dataclass(frozen=True, eq=False)
class ExpressionEvent:
    """A spotted micro- or macro-expression with the aligned crops that a classifier needs.

    onset_ns <= apex_ns <= offset_ns, between frames. onset_frame_ns, apex_frame_ns: stamps of the frames
    nearest to onset and apex, which onset_face and apex_face show. intensity: peak motion as a fraction of
    the interocular distance. signal_to_noise: that peak over the noise floor. roi_xywh: face box in image
    pixels at the apex. crop_from_image: (2, 3) float32 affine that maps image pixels to crop pixels at the
    apex. landmarks: (468, 3) float32, crop pixels (z in the same unit): the face at rest, which the aligned
    crops follow, so that an expression does not move them. onset_face, apex_face: (S, S, 3) uint8 BGR.
    clip: onset to offset, evenly chosen, at most 32 frames.
    """

    source: str
    frame_id: str
    event_id: str
    face_id: str
    kind: Kind
    onset_ns: int
    apex_ns: int
    offset_ns: int
    intensity: float
    signal_to_noise: float
    roi_xywh: tuple[int, int, int, int]
    crop_from_image: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    onset_frame_ns: int
    apex_frame_ns: int
    onset_face: NDArray[np.uint8]
    apex_face: NDArray[np.uint8]
    clip: tuple[ClipFrame, ...] = ()

    @property
    def duration_s(self) -> float:
        """Seconds from onset to offset."""
        return (self.offset_ns - self.onset_ns) * 1e-9


@dataclass(frozen=True, eq=False)
class Sample:
    """What a system reads.

    kind ``flow``: data (3, S, S) float32, u, v, strain, clip-normalised (no unit). kind ``apex``: (3, S, S)
    float32 RGB, 0..1. kind ``clip``: (T, S, S) uint8 grey, T as many frames as the event has. kind
    ``sequence``: (T, 3, S, S) float32, u, v, strain of T key frames, normalised with one gain (no unit).
    """

    kind: InputKind
    data: NDArray[np.float32 | np.uint8]


@dataclass(frozen=True, eq=False)
class Prediction:
    """A classifier's answer.

    label: one of ``labels``, or "unknown" with a ``reason``. confidence: 0..1, of the best label.
    probabilities: (len(labels),) float32, sums to 1. prototype_distance: squared L2 in latent space to the
    winning prototype; rejection_distance: the limit it is judged by; both NaN for a model without
    prototypes, for which prototype_distances is empty. prototype_distances: (len(labels),) float32, the
    nearest prototype of each label. model: "name@hash" of the weights that answered.
    """

    label: str
    confidence: float
    labels: tuple[str, ...]
    probabilities: NDArray[np.float32]
    model: str
    reason: str = ""
    prototype_distance: float = float("nan")
    rejection_distance: float = float("nan")
    prototype_distances: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))

    @property
    def best_label(self) -> str:
        """The most probable of ``labels``, also when the event was rejected."""
        return self.labels[int(np.argmax(self.probabilities))]


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why a model named a label.

    heatmap: (S, S) float32, 0..1, on the aligned crop. regions and relevance: the share of the map in each
    facial region, sums to 1 (all zero for an empty map). action_units and action_unit_evidence: how much of
    each unit's movement is in the event's flow, 0..1. inside_face: share of the map on the face over the
    face's share of the crop (1 = no better than chance). flow: (2, S, S) float32 u, v in crop pixels from
    onset to apex, rigid head motion removed. prototype: the decoded nearest prototype of the best label, a
    sample of the kind that the model reads, data (3, S, S) float32, read-only; None without a decoder.
    """

    label: str
    model: str
    text: str
    heatmap: NDArray[np.float32]
    regions: tuple[str, ...]
    relevance: NDArray[np.float32]
    action_units: tuple[str, ...]
    action_unit_evidence: NDArray[np.float32]
    inside_face: float
    flow: NDArray[np.float32]
    prototype: Sample | None = None
