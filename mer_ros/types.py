"""Data types of the pipeline: Frame -> Face -> ExpressionEvent -> Sample -> Prediction -> Explanation.

All types are frozen. Images are ``uint8`` in BGR order unless stated otherwise. Names end in the unit or
format: ``_ns`` integer nanoseconds of the camera's clock, ``_px`` pixels, ``_xywh`` boxes.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mer_ros.limits import MICRO_MAX_S, MICRO_MIN_S

if TYPE_CHECKING:
    from array import array

EMOTIONS: tuple[str, ...] = ("happiness", "sadness", "surprise", "fear", "anger", "disgust", "contempt")
"""Ekman's seven emotions, the label set of the shipped models."""

UNKNOWN = "unknown"
"""The label of a rejected event."""

WITHDRAWN = "withdrawn"
"""Reason of the label of an event that turned out to be the beginning of speech."""

InputKind = Literal["flow", "apex", "clip", "sequence"]
"""``flow``: u, v, strain from onset to apex. ``apex``: the RGB apex crop. ``clip``: the grey crops from onset
to offset. ``sequence``: u, v, strain from the onset to key frames around the apex."""

Buffer: TypeAlias = "bytes | bytearray | memoryview | array[int]"
"""Bytes in memory, as messages and files hold them."""


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
    """One camera image.

    image: (H, W, 3) uint8, BGR. stamp_ns: capture time. frame_id: optical frame of the camera.
    source: name of the camera, for graphs with several cameras.
    """

    image: NDArray[np.uint8]
    stamp_ns: int
    frame_id: str = ""
    source: str = ""


@dataclass(frozen=True, eq=False)
class Face:
    """One face in one frame.

    id: ephemeral track id. roi_xywh: box in image pixels, inside the image. confidence: 0..1, normalised
    correlation of the aligned face with the reference of its track (FaceMesh gives no score).
    landmarks: (468, 3) float32, MediaPipe FaceMesh order, image pixels (z in the same unit, negative towards
    the camera). yaw, pitch, roll: rad. interocular_px: distance of the outer eye corners.
    motion: current expressive motion as a fraction of the interocular distance.
    quality: empty, or the reason why this face cannot be analysed.
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
    """One aligned crop of an event's clip: image (S, S, 3) uint8 BGR, and the stamp of its frame."""

    image: NDArray[np.uint8]
    stamp_ns: int


class Reported:
    """An expression that may be reported before it is certain, and again once it is decided."""

    provisional: bool
    withdrawn: bool

    @property
    def is_final(self) -> bool:
        """Whether it is an expression for good: neither provisional nor withdrawn."""
        return not (self.provisional or self.withdrawn)


@dataclass(frozen=True, eq=False)
class ExpressionEvent(Reported):
    """A spotted micro- or macro-expression with the aligned crops that a classifier needs.

    onset_ns <= apex_ns <= offset_ns, interpolated between frames. onset_frame_ns, apex_frame_ns: stamps of
    the frames nearest to onset and apex. onset_face: mean of that frame and those up to 70 ms before it;
    apex_face: mean of that frame and those within 20 ms of it; both (S, S, 3) uint8 BGR. intensity: peak
    motion as a fraction of the interocular distance. signal_to_noise: that peak over the noise floor.
    roi_xywh: face box in image pixels at the apex. crop_from_image: (2, 3) float32 affine that maps image
    pixels to crop pixels at the apex. landmarks: (468, 3) float32, crop pixels (z in the same unit), of the
    face at rest. All crops are aligned to them, so an expression does not move the crop. returned: whether
    the face was at rest again at the offset; if not, the movement only stopped changing there. clip: evenly
    spaced frames from onset to offset, at most 32. provisional: a bout of speech may still show within 0.3
    s; the event follows again, with the same event_id, as final or withdrawn. withdrawn: it was the
    beginning of speech and is no expression.
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
    returned: bool = True
    provisional: bool = False
    withdrawn: bool = False

    @property
    def duration_s(self) -> float:
        """Seconds from onset to offset."""
        return (self.offset_ns - self.onset_ns) * 1e-9

    def since(self, start_ns: int) -> ExpressionEvent:
        """The same event with its times counted from ``start_ns``, which may be the first frame's."""
        return replace(
            self,
            onset_ns=self.onset_ns - start_ns,
            apex_ns=self.apex_ns - start_ns,
            offset_ns=self.offset_ns - start_ns,
            onset_frame_ns=self.onset_frame_ns - start_ns,
            apex_frame_ns=self.apex_frame_ns - start_ns,
            clip=tuple(replace(frame, stamp_ns=frame.stamp_ns - start_ns) for frame in self.clip),
        )


@dataclass(frozen=True, eq=False)
class Sample:
    """The input of a recognition system.

    data by kind: ``flow``: (3, S, S) float32, u, v, strain, clip-normalised (no unit). ``apex``: (3, S, S)
    float32 RGB, 0..1. ``clip``: (T, S, S) uint8 grey, T the number of frames of the event's clip.
    ``sequence``: (T, 3, S, S) float32, u, v, strain of T key frames, normalised with one gain (no unit).
    """

    kind: InputKind
    data: NDArray[np.float32 | np.uint8]


@dataclass(frozen=True, eq=False)
class Prediction:
    """The output of a recognition system for one event.

    label: one of ``labels``, or "unknown" with a ``reason``. confidence: 0..1, of the best label.
    probabilities: (len(labels),) float32, sums to 1. prototype_distance: squared L2 distance in latent space
    to the nearest prototype. rejection_distance: the limit above which an event is rejected.
    prototype_distances: (len(labels),) float32, to the nearest prototype of each label. For a model without
    prototypes both distances are NaN and the array is empty. model: "name@hash" of the weights.
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
        """The most probable of ``labels``, even if the event was rejected."""
        return self.labels[int(np.argmax(self.probabilities))]


@dataclass(frozen=True, eq=False)
class Explanation:
    """The evidence for a prediction.

    heatmap: (S, S) float32, 0..1, on the aligned crop. regions, relevance: share of the heat map in each
    facial region, sums to 1 (all zero for an empty map). action_units: K names. action_unit_probability,
    action_unit_right, action_unit_left: (K,) float32, 0..1, calibrated probabilities that the unit moved at
    all, on the person's right, and on the left. inside_face: share of the heat map on the face, divided by
    the face's share of the crop (1 = chance level). flow: (2, S, S) float32 u, v in crop pixels from onset to
    apex, without rigid head motion. prototype: the decoded nearest prototype of the best label, a sample of
    the model's input kind, data (3, S, S) float32, read-only; None without a decoder. action_unit_px: (K, 2)
    float32, peak movement of each named unit on the person's right and left, crop pixels, NaN for the others;
    empty if not measured. inside_face_ceiling: largest possible inside_face. map_warning: "unstable" for a
    heat map that is not to be trusted, else "". language: code of the language of ``text`` and pictures.
    """

    label: str
    model: str
    text: str
    heatmap: NDArray[np.float32]
    regions: tuple[str, ...]
    relevance: NDArray[np.float32]
    action_units: tuple[str, ...]
    action_unit_probability: NDArray[np.float32]
    action_unit_right: NDArray[np.float32]
    action_unit_left: NDArray[np.float32]
    inside_face: float
    flow: NDArray[np.float32]
    prototype: Sample | None = None
    action_unit_px: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 2), np.float32))
    inside_face_ceiling: float = float("nan")
    map_warning: str = ""
    language: str = "en"
