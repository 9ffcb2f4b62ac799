"""From the frames of one clip to what systems read, by the same steps as in the tracker.

The face is found once, in the first frame in which FaceMesh detects it; registration follows it through the
clip (``motion.meter``), and flow is measured between aligned crops without the rigid movement of the head
(``motion.registration``). A picture that is already cropped tightly is padded, see ``padding``. Where the
sheet gives no apex, it is estimated from the movement of the motion groups, as registration measures it, and
the middle of the clip (``motion.unimodal.likely_apex``); after a lost face, from the flow of the whole face.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.frames.padding import Padding, needed_padding, padded_by
from mer_ros.errors import DataError
from mer_ros.face.mesh import FaceMesh
from mer_ros.face.regions import RIGID
from mer_ros.motion.flow_algorithms import DEFAULT_FLOW, flow_algorithm
from mer_ros.motion.key_frames import movement_curves, resample_evenly
from mer_ros.motion.meter import Motion, MotionMeter
from mer_ros.motion.registration import residual_flows
from mer_ros.motion.unimodal import likely_apex

Image = NDArray[np.uint8]
Landmarks = NDArray[np.float32]

VERSION = 5
"""Of this measurement: part of the key of cached clips."""

CLIP_FRAMES = 32
"""Most crops of a clip, as in an event of the tracker; evenly spaced, with onset, apex and offset."""

SEQUENCE_FLOWS = 12
"""Most frames whose flow is measured for a sequence, or that are compared for an unknown apex."""

_MIN_RIGID = 12  # landmarks to which the rigid movement of the head is fitted
_TRIED = 3  # frames in which a face is searched
_PADDED_SHARES = (0.25, 0.5)  # of the longer side, tried if FaceMesh finds no face in the picture itself


@dataclass(frozen=True)
class MeasurementSettings:
    """flow: name of the algorithm. sequences: also measure flow over time."""

    flow: str = DEFAULT_FLOW
    sequences: bool = False


@dataclass(frozen=True, eq=False)
class MeasuredClip:
    """One clip of aligned crops.

    crops: (T, S, S) uint8 grey, onset to offset, T <= CLIP_FRAMES. flow: (2, S, S) float32, u and v from
    onset to apex, crop pixels. apex_image: (S, S, 3) uint8 BGR. apex: index of the apex among the frames.
    sequence: (12, 2, S, S) float32, or None. restarts: how often registration lost the face, so that its
    landmarks were detected again: the crops around such a frame are aligned less steadily.
    """

    crops: NDArray[np.uint8]
    flow: NDArray[np.float32]
    apex_image: NDArray[np.uint8]
    apex: int
    sequence: NDArray[np.float32] | None = None
    restarts: int = 0


def measure(
    frames: Sequence[Image], apex: int | None, mesh: FaceMesh, settings: MeasurementSettings
) -> MeasuredClip:
    """Measure one clip.

    frames: (H, W, 3) uint8 BGR, onset to offset, two or more of one size. apex: index of the apex, None to
    estimate it. Raises DataError if no face is found, or if it is lost.
    """
    padding, landmarks = find_face(frames, mesh)
    meter = MotionMeter(padding(frames[0]), landmarks)
    motions, restarts = _follow(frames, padding, meter, mesh)
    outside = np.any([padding.outside(motion.crop_from_image) for motion in motions], axis=0)
    crops = [np.where(outside[..., None], motions[0].crop, motion.crop) for motion in motions]
    flows = _Flows(crops, meter.landmarks, outside, settings.flow)
    moments = _spread(1, len(frames) - 1, SEQUENCE_FLOWS)
    places = np.array(moments) / (len(frames) - 1)
    measured = flows.to(moments) if settings.sequences or (apex is None and restarts) else None
    if apex is None:
        curves = (
            movement_curves(measured)
            if restarts and measured is not None
            else _group_curves(motions, moments)
        )
        apex = moments[likely_apex(curves, places)]
    sequence = None
    if settings.sequences and measured is not None:
        sequence = resample_evenly(measured, places, 1.0)
    kept = sorted({*_spread(0, len(frames) - 1, CLIP_FRAMES - 1), apex})
    return MeasuredClip(
        crops=np.stack([_grey_of(motions[i], motions[0], outside) for i in kept]),
        flow=measured[moments.index(apex)]
        if measured is not None and apex in moments
        else flows.to([apex])[0],
        apex_image=crops[apex],
        apex=apex,
        sequence=sequence,
        restarts=restarts,
    )


def _follow(
    frames: Sequence[Image], padding: Padding, meter: MotionMeter, mesh: FaceMesh
) -> tuple[list[Motion], int]:
    """The movement in each frame, and how often the face was lost and detected again."""
    motions, restarts = [], 0
    for i, frame in enumerate(frames):
        image = padding(frame)
        motion = meter.step(image)
        if motion.lost:
            faces = mesh.detect(image)
            if not faces:
                raise DataError(
                    f"the face is lost in frame {i + 1} of {len(frames)}: it moves or turns too far"
                )
            meter.anchor(image, faces[0])
            motion, restarts = meter.step(image), restarts + 1
        motions.append(motion)
    return motions, restarts


def _group_curves(motions: Sequence[Motion], moments: Sequence[int]) -> NDArray[np.float64]:
    """(G, n) length of the movement of each group at these frames.

    Registration measures it anyway; the apex of 100 rendered clips was as exact with it as with the flow of
    the whole face (median error 21 ms, mean 28 and 27 ms). It is the movement since the last detection, so
    it serves for clips without restarts.
    """
    groups = np.stack([motions[i].groups for i in moments])
    return np.hypot(groups[..., 0], groups[..., 1]).T.astype(np.float64)


def _grey_of(motion: Motion, first: Motion, outside: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.where(outside, first.grey, motion.grey)


def _spread(first: int, last: int, most: int) -> list[int]:
    """At most ``most`` evenly spaced numbers from first to last, both included.

    >>> _spread(1, 9, 3), _spread(0, 2, 5)
    ([1, 5, 9], [0, 1, 2])
    """
    count = min(most, last - first + 1)
    return np.unique(np.linspace(first, last, count).round().astype(int)).tolist()


class _Flows:
    """Flow from the first crop to others, zero where any frame of the clip shows padding."""

    def __init__(
        self, crops: Sequence[Image], landmarks: Landmarks, outside: NDArray[np.bool_], name: str
    ) -> None:
        self._crops, self._landmarks, self._outside = crops, landmarks, outside
        self._algorithm = flow_algorithm(name)
        self._rigid = _visible(RIGID, landmarks, outside)

    def to(self, moments: Sequence[int]) -> NDArray[np.float32]:
        """(n, 2, S, S) float32, u and v to the frames of these indices."""
        faces = [self._crops[i] for i in moments]
        flows = np.stack(
            list(residual_flows(self._crops[0], faces, self._landmarks, self._algorithm, self._rigid))
        )
        flows[:, self._outside] = 0
        return np.ascontiguousarray(flows.transpose(0, 3, 1, 2))


def _visible(indices: Sequence[int], landmarks: Landmarks, outside: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Those of the landmarks that do not lie on padding, which is still; all if few are left."""
    x, y = np.clip(landmarks[list(indices), :2].round().astype(int).T, 0, len(outside) - 1)
    visible = np.array(indices)[~outside[y, x]]
    return visible if len(visible) >= _MIN_RIGID else np.array(indices)


def find_face(frames: Sequence[Image], mesh: FaceMesh) -> tuple[Padding, Landmarks]:
    """The padding of a clip, and the (468, 3) landmarks of the face in its padded pictures.

    The first frame is tried, as it is and padded, then later ones: their landmarks serve for the first frame
    too, since a head hardly moves within a clip.
    """
    shares = (0.0, *_PADDED_SHARES)
    for tried in _tried(frames):
        for share in shares:
            width = round(share * max(tried.shape[:2]))
            faces = mesh.detect(padded_by(tried, width)(tried))
            if faces:
                on_picture = faces[0] - np.array([width, width, 0], np.float32)
                needed = needed_padding(tried, on_picture)
                return padded_by(frames[0], needed), on_picture + np.array([needed, needed, 0], np.float32)
    height, width = frames[0].shape[:2]
    raise DataError(
        f"FaceMesh finds no face in the frames of {width}x{height} pixels: give the frames that show the "
        "whole face"
    )


def _tried(frames: Sequence[Image]) -> Iterator[Image]:
    for i in _spread(0, len(frames) - 1, _TRIED):
        yield frames[i]
