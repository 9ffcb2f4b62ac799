"""ExpressionEvent -> Sample: the only place where an event becomes the input of a system.

Each kind of input takes two steps: extract the quantity from the event at the resolution of its crops (data
sets store this too), then compute the sample of the requested size. Training, evaluation and the nodes call
the same functions, so their normalisation cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError, quantity, require
from mer_ros.limits import MIN_SAMPLES
from mer_ros.motion.key_frames import measured_sequence, sequence_sample
from mer_ros.motion.normalisation import normalise_flow
from mer_ros.motion.registration import residual_flow
from mer_ros.types import ExpressionEvent, InputKind, Sample

Array = NDArray[Any]


@dataclass(frozen=True)
class InputSpec:
    """Input of a system and its scaling: (sample - mean) / std per channel.

    kind: see ``types.Sample``. size: width and height, pixels. mean, std: one number, or one for each of the
    three channels of flow, apex and sequence. frames: number of key frames of a sequence; ignored for other
    kinds. Raises ConfigError for values out of range.

    Example: scaling of a flow sample of 56 x 56 pixels.

    >>> spec = InputSpec("flow", size=56, mean=(0.0, 0.5, 1.0), std=(1.0, 2.0, 2.0))
    >>> sample = np.full((3, 56, 56), 2.0, np.float32)  # u, v, strain
    >>> spec.scale(sample)[:, 0, 0].tolist()  # (3, 56, 56), first pixel
    [2.0, 0.75, 0.5]
    """

    kind: InputKind = "flow"
    size: int = 56
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    frames: int = 8

    def __post_init__(self) -> None:
        """Raise ConfigError for a size or a scale that no sample can have."""
        require(16 <= self.size <= 512, f"'size' of the input is {self.size}: give 16 to 512.")
        require(8 <= self.frames <= 16, f"'frames' of the input is {self.frames}: give 8 to 16.")
        good = all(np.isfinite(self.mean)) and all(value > 0 and np.isfinite(value) for value in self.std)
        fitting = {len(self.mean), len(self.std)} <= set(_KINDS[self.kind].numbers)
        require(
            good and fitting,
            f"mean {self.mean} or std {self.std} of the input is unusable: give finite, positive std, one "
            "number or (not for clips) three.",
        )

        require(
            self.kind not in ("flow", "sequence") or self.mean[0] == 0,
            f"the mean of u is {self.mean[0]}: a mirrored face negates u, so give 0.",
        )

    def read(self, extracted: Array) -> Sample:
        """Sample from a quantity that was extracted from an event or is stored in a data set."""
        return Sample(self.kind, _KINDS[self.kind].sample(extracted, self))

    def scale(self, data: Array) -> NDArray[np.float32]:
        """Sample data scaled for the system, float32: (..., 3, S, S), or (..., T, S, S) of a clip."""
        return ((data - _column(self.mean)) / _column(self.std)).astype(np.float32)

    def unscale(self, data: NDArray[np.float32]) -> NDArray[np.float32]:
        """Inverse of ``scale``, for decoded prototypes."""
        return (data * _column(self.std) + _column(self.mean)).astype(np.float32)

    def blank(self) -> NDArray[np.float32]:
        """Zeros in the shape of a sample; a clip has the smallest number of frames of an event."""
        time = (self.frames,) if self.kind == "sequence" else ()
        return np.zeros((*time, _KINDS[self.kind].planes, self.size, self.size), np.float32)


def sample_of(event: ExpressionEvent, spec: InputSpec, flow: NDArray[np.float32] | None = None) -> Sample:
    """The sample of ``spec.kind`` and ``spec.size`` of an event; InputError if its crops cannot be used.

    flow: ``event_flow(event)``, if the caller has already computed it.
    """
    return spec.read(_KINDS[spec.kind].extract(event, flow))


def event_flow(event: ExpressionEvent) -> NDArray[np.float32]:
    """(2, S, S) float32 flow u, v in crop pixels from onset to apex, minus the rigid motion of the head."""
    _check_faces(event)
    return residual_flow(event.onset_face, event.apex_face, event.landmarks).transpose(2, 0, 1)


def event_clip(event: ExpressionEvent) -> NDArray[np.uint8]:
    """(T, S, S) uint8 grey: the aligned crops from onset to offset."""
    return np.stack([cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) for frame in _clip_faces(event)])


def _clip_faces(event: ExpressionEvent) -> list[NDArray[np.uint8]]:
    """The frames of the event's clip, (S, S, 3) uint8, all of the same size."""
    if len(event.clip) < MIN_SAMPLES:
        raise InputError(
            f"The clip of event {event.event_id!r} needs {MIN_SAMPLES} frames or more, found "
            f"{len(event.clip)}: send a longer clip."
        )
    frames = [frame.image for frame in event.clip]
    for frame in frames:
        _check_face(event, "clip", frame)
    shapes = {frame.shape[:2] for frame in frames}
    if len(shapes) > 1:
        found = " and ".join(map(str, sorted(shapes)))
        raise InputError(f"The clip of event {event.event_id!r} has frames of {found}: send one size.")
    return frames


def event_sequence(event: ExpressionEvent) -> NDArray[np.float32]:
    """(T, 2, S, S) float32 flow u, v in crop pixels, from the onset to evenly spaced later moments.

    It is measured on the frames of the clip at their stamps (``motion.key_frames.measured_sequence``).
    """
    _check_faces(event)
    if _clip_faces(event)[0].shape != event.onset_face.shape:
        found = f"{event.clip[0].image.shape[:2]} beside crops of {event.onset_face.shape[:2]}"
        raise InputError(f"The clip of event {event.event_id!r} has frames of {found}: send one size.")
    span_ns = event.offset_ns - event.onset_ns
    later = [frame for frame in event.clip if event.onset_ns < frame.stamp_ns <= event.offset_ns]
    if span_ns <= 0 or len(later) < MIN_SAMPLES - 1:
        raise InputError(
            f"The clip of event {event.event_id!r} has {quantity(len(later), 'frame')} between onset and "
            f"offset: send {MIN_SAMPLES - 1} or more."
        )
    later.sort(key=lambda frame: frame.stamp_ns)
    times = np.array([(frame.stamp_ns - event.onset_ns) / span_ns for frame in later])
    return measured_sequence(event.onset_face, [frame.image for frame in later], times, event.landmarks)


def _event_apex(event: ExpressionEvent) -> NDArray[np.uint8]:
    """(S, S, 3) uint8 BGR."""
    _check_faces(event)
    return event.apex_face


def _flow_sample(flow: NDArray[np.float32], spec: InputSpec) -> NDArray[np.float32]:
    return normalise_flow(flow, spec.size)


def _sequence_sample(flows: NDArray[np.float32], spec: InputSpec) -> NDArray[np.float32]:
    return sequence_sample(flows, spec.size, spec.frames)


def _apex_sample(face: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.float32]:
    rgb = cv2.cvtColor(face, cv2.COLOR_BGR2RGB)
    small = cv2.resize(rgb, (spec.size, spec.size), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small.transpose(2, 0, 1), np.float32) / 255


def _clip_sample(clip: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.uint8]:
    size = spec.size
    if clip.shape[1:] == (size, size):
        return clip
    return np.stack([cv2.resize(frame, (size, size), interpolation=cv2.INTER_AREA) for frame in clip])


def _known_flow(event: ExpressionEvent, flow: NDArray[np.float32] | None) -> NDArray[np.float32]:
    return event_flow(event) if flow is None else flow


def _from_event(
    extract: Callable[[ExpressionEvent], Array],
) -> Callable[[ExpressionEvent, NDArray[np.float32] | None], Array]:
    """``extract`` of a kind that does not use the flow."""
    return lambda event, flow: extract(event)


@dataclass(frozen=True)
class _Kind:
    """One kind of input.

    extract: computes the quantity from an event and its flow, None if unknown. sample: computes sample data
    of the requested size and length from that quantity. planes: number of planes of the smallest sample.
    numbers: allowed lengths of mean and std.
    """

    extract: Callable[[ExpressionEvent, NDArray[np.float32] | None], Array]
    sample: Callable[[Array, InputSpec], Array]
    planes: int
    numbers: tuple[int, ...]


_KINDS: dict[InputKind, _Kind] = {
    "flow": _Kind(_known_flow, _flow_sample, 3, (1, 3)),
    "apex": _Kind(_from_event(_event_apex), _apex_sample, 3, (1, 3)),
    "clip": _Kind(_from_event(event_clip), _clip_sample, MIN_SAMPLES, (1,)),
    "sequence": _Kind(_from_event(event_sequence), _sequence_sample, 3, (1, 3)),
}


def _check_faces(event: ExpressionEvent) -> None:
    for name in ("onset_face", "apex_face"):
        _check_face(event, name, getattr(event, name))
    if event.onset_face.shape != event.apex_face.shape:
        found = f"{event.onset_face.shape[:2]} and {event.apex_face.shape[:2]}"
        raise InputError(
            f"The crops of event {event.event_id!r} are {found}: send onset and apex of one size."
        )
    if event.landmarks.shape != (468, 3) or not np.isfinite(event.landmarks).all():
        found = f"{event.landmarks.shape}"
        raise InputError(f"Event {event.event_id!r} has landmarks {found}: send 468 finite (x, y, z).")


def _check_face(event: ExpressionEvent, name: str, face: Array) -> None:
    square = face.ndim == 3 and face.shape[2] == 3 and face.shape[0] == face.shape[1] > 0
    if face.dtype != np.uint8 or not square:
        found = f"{face.shape} {face.dtype}"
        raise InputError(f"The {name} of event {event.event_id!r} is {found}: send (S, S, 3) uint8.")


def _column(values: tuple[float, ...]) -> NDArray[np.float32]:
    return np.array(values, np.float32)[:, None, None]
