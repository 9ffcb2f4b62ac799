"""Converts the messages of a graph to the types of ``mer_ros.types``.

Only fields are read, so messages of rclpy and messages that were read from a bag without ROS are converted by
the same code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError
from mer_ros.limits import MAX_PIXELS
from mer_ros.stream.image_checks import message_to_bgr
from mer_ros.stream.message_stamps import stamp_ns
from mer_ros.types import ClipFrame, Explanation, ExpressionEvent, Face, Kind, Prediction

_CORRECT = "correct the publisher."


def from_roi(roi: Any) -> tuple[int, int, int, int]:
    """(x, y, width, height) of a sensor_msgs/RegionOfInterest, pixels."""
    return roi.x_offset, roi.y_offset, roi.width, roi.height


def from_face(message: Any) -> Face:
    """A face of a mer_interfaces/FaceArray, without landmarks, which are rarely published."""
    return Face(
        message.id,
        from_roi(message.roi),
        message.confidence,
        np.empty((0, 3), np.float32),
        message.yaw,
        message.pitch,
        message.roll,
        message.interocular_px,
        message.motion,
        message.quality,
    )


def from_event(message: Any) -> ExpressionEvent:
    """The event of a mer_interfaces/ExpressionEvent; InputError if a classifier cannot use it."""
    onset, apex, offset = (stamp_ns(t) for t in (message.onset, message.apex, message.offset))
    if not onset <= apex <= offset:
        raise InputError(f"event {message.event_id}: onset, apex and offset are not in order: {_CORRECT}")
    if message.kind not in Kind.__members__.values():
        raise InputError(f"event {message.event_id}: kind is {message.kind}, not 0, 1 or 2: {_CORRECT}")
    onset_face, apex_face = message_to_bgr(message.onset_face), message_to_bgr(message.apex_face)
    if onset_face.shape != apex_face.shape:
        raise InputError(f"event {message.event_id}: its crops differ in size: {_CORRECT}")
    landmarks = np.array([(p.x, p.y, p.z) for p in message.landmarks], np.float32).reshape(-1, 3)
    affine = np.array(message.crop_from_image, np.float32).reshape(2, 3)
    if not (np.isfinite(landmarks).all() and np.isfinite(affine).all()):
        raise InputError(f"event {message.event_id}: landmarks or crop_from_image are not finite: {_CORRECT}")
    return ExpressionEvent(
        source=message.source,
        frame_id=message.header.frame_id,
        event_id=message.event_id,
        face_id=message.face_id,
        kind=Kind(message.kind),
        onset_ns=onset,
        apex_ns=apex,
        offset_ns=offset,
        intensity=message.intensity,
        signal_to_noise=message.signal_to_noise,
        returned=message.returned,
        provisional=message.provisional,
        withdrawn=message.withdrawn,
        roi_xywh=from_roi(message.roi),
        crop_from_image=affine,
        landmarks=landmarks,
        onset_frame_ns=stamp_ns(message.onset_face.header.stamp),
        apex_frame_ns=stamp_ns(message.header.stamp),
        onset_face=onset_face,
        apex_face=apex_face,
        clip=tuple(ClipFrame(message_to_bgr(c), stamp_ns(c.header.stamp)) for c in message.clip),
    )


def from_emotion(message: Any) -> Prediction:
    """The prediction of a mer_interfaces/Emotion; InputError if its numbers do not belong to its labels."""
    labels = tuple(message.labels)
    probabilities = np.array(message.probabilities, np.float32)
    distances = np.array(message.prototype_distances, np.float32)
    if not labels or len(probabilities) != len(labels) or len(distances) not in (0, len(labels)):
        raise InputError(
            f"label of event {message.event_id}: {len(labels)} labels have {len(probabilities)} "
            f"probabilities and {len(distances)} distances: {_CORRECT}"
        )
    if not np.isfinite([message.confidence, *probabilities]).all():
        raise InputError(f"label of event {message.event_id}: its probabilities are not finite: {_CORRECT}")
    return Prediction(
        label=message.label,
        confidence=message.confidence,
        labels=labels,
        probabilities=probabilities,
        model=message.model,
        reason=message.reason,
        prototype_distance=message.prototype_distance,
        rejection_distance=message.rejection_distance,
        prototype_distances=distances,
    )


def from_explanation(message: Any) -> Explanation:
    """The explanation of a mer_interfaces/Explanation; InputError if its numbers do not belong to its names.

    Flow and prototype are not in the message: ``flow`` has shape (2, 0, 0), ``prototype`` is None.
    """
    names = "action_unit_probability", "action_unit_right", "action_unit_left"
    probability, right, left = (np.array(getattr(message, name), np.float32) for name in names)
    px = [np.array(p, np.float32) for p in (message.action_unit_px_right, message.action_unit_px_left)]
    relevance = np.array(message.relevance, np.float32)
    units, n = tuple(message.action_units), len(message.action_units)
    if {len(probability), len(right), len(left)} != {n} or {*map(len, px)} not in ({0}, {n}):
        raise InputError(
            f"explanation of event {message.event_id}: its numbers are not one for each of its {n} action "
            f"units: {_CORRECT}"
        )
    if len(relevance) != len(message.regions):
        raise InputError(
            f"explanation of event {message.event_id}: {len(message.regions)} regions have "
            f"{len(relevance)} shares: {_CORRECT}"
        )
    return Explanation(
        label=message.label,
        model=message.model,
        text=message.text,
        heatmap=_heat_map(message),
        regions=tuple(message.regions),
        relevance=relevance,
        action_units=units,
        action_unit_probability=probability,
        action_unit_right=right,
        action_unit_left=left,
        inside_face=message.inside_face,
        flow=np.empty((2, 0, 0), np.float32),
        action_unit_px=np.stack(px, axis=1),
        inside_face_ceiling=message.inside_face_ceiling,
        map_warning=message.map_warning,
        language=message.language,
    )


def _heat_map(message: Any) -> NDArray[np.float32]:
    """(H, W) float32 of the heat map of an explanation; InputError if it is no map."""
    image = message.heatmap
    height, width, data = image.height, image.width, image.data
    whole = 0 < height * width <= MAX_PIXELS and len(data) == image.step * height == 4 * width * height
    if image.encoding != "32FC1" or not whole:
        raise InputError(
            f"explanation of event {message.event_id}: its heat map of {width}x{height} pixels in "
            f"'{image.encoding}' has {len(data)} bytes, not 32FC1 without padding: {_CORRECT}"
        )
    values = np.frombuffer(data, ">f4" if image.is_bigendian else "<f4").astype(np.float32)
    if not np.isfinite(values).all():
        raise InputError(f"explanation of event {message.event_id}: its heat map is not finite: {_CORRECT}")
    return values.reshape(height, width)
