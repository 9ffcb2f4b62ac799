"""Converts messages to the types of ``mer_ros.types`` and back.

``stream.image_checks`` checks the images, ``stream.event_messages`` reads the messages of events.
"""

from __future__ import annotations

import numpy as np
from geometry_msgs.msg import Point32
from numpy.typing import NDArray
from sensor_msgs.msg import CompressedImage, Image, RegionOfInterest
from std_msgs.msg import Header

from mer_interfaces.msg import Emotion, ExpressionEvent, FaceArray
from mer_interfaces.msg import Explanation as ExplanationMsg
from mer_interfaces.msg import Face as FaceMsg
from mer_ros.errors import BadFrame
from mer_ros.media import still_images
from mer_ros.nodes.base.stamps import is_final as is_final  # part of this interface, too
from mer_ros.nodes.base.stamps import stamp_ns as stamp_ns
from mer_ros.nodes.base.stamps import to_header as to_header
from mer_ros.nodes.base.stamps import to_time as to_time
from mer_ros.stream import image_checks
from mer_ros.stream.event_messages import from_emotion as from_emotion
from mer_ros.stream.event_messages import from_event as from_event
from mer_ros.stream.event_messages import from_explanation as from_explanation
from mer_ros.stream.event_messages import from_face as from_face
from mer_ros.stream.event_messages import from_roi as from_roi
from mer_ros.stream.wire import WireCompressed, WireImage
from mer_ros.types import UNKNOWN, Explanation, Face, Kind, Prediction
from mer_ros.types import ExpressionEvent as Event


def image_layout(
    message: Image | WireImage, max_pixels: int = image_checks.MAX_PIXELS
) -> image_checks.ImageLayout:
    """Check the fields of an image message and return its layout; BadFrame if they are invalid."""
    return image_checks.check_image(
        message.height, message.width, message.encoding, message.step, len(message.data), max_pixels
    )


def from_image(message: Image | WireImage, max_pixels: int = image_checks.MAX_PIXELS) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR; for bgr8 without padding, a read-only view of the message. BadFrame if invalid."""
    return from_image_counted(message, max_pixels)[0]


def from_image_counted(
    message: Image | WireImage, max_pixels: int = image_checks.MAX_PIXELS
) -> tuple[NDArray[np.uint8], int]:
    """The same, and the number of bytes behind the last row, which are ignored."""
    layout = image_layout(message, max_pixels)
    if layout.encoding in image_checks.CV_BRIDGE_ENCODINGS:
        return _through_cv_bridge(layout, message), layout.excess
    return image_checks.to_bgr(layout, message.data, bool(message.is_bigendian)), layout.excess


def _through_cv_bridge(layout: image_checks.ImageLayout, message: Image | WireImage) -> NDArray[np.uint8]:
    try:
        from cv_bridge import CvBridge
    except (ImportError, AttributeError) as error:  # AttributeError: built against another NumPy
        raise BadFrame(
            "encoding", f"cv_bridge cannot be imported ({error}): install NumPy 1.26, or send bgr8."
        ) from error
    rows = np.ascontiguousarray(
        image_checks.pixel_view(layout, message.data)
    )  # the pure Python build ignores the step
    compact = Image(
        height=layout.height,
        width=layout.width,
        encoding=layout.encoding,
        step=layout.width * layout.pixel_bytes,
    )
    compact.data = rows.tobytes()
    return np.asarray(CvBridge().imgmsg_to_cv2(compact, "bgr8"))


def from_compressed(
    message: CompressedImage | WireCompressed, max_pixels: int = image_checks.MAX_PIXELS
) -> tuple[NDArray[np.uint8], int]:
    """(H, W, 3) uint8 BGR of a JPEG, PNG or WebP, and the number of bytes outside it; BadFrame if invalid."""
    image_checks.check_format(message.format)
    return still_images.decode_counted(message.data, max_pixels)


def to_image(picture: NDArray[np.uint8 | np.float32], header: Header) -> Image:
    """An image message from (H, W, 3) uint8 BGR or (H, W) float32."""
    if picture.dtype == np.float32:
        encoding, pixel_bytes = "32FC1", 4
    else:
        encoding, pixel_bytes = "bgr8", 3
    height, width = picture.shape[:2]
    message = Image(header=header, height=height, width=width, encoding=encoding, step=width * pixel_bytes)
    message.data = picture.tobytes()  # assigning bytes is six times faster than array.array
    return message


def to_roi(xywh: tuple[int, int, int, int]) -> RegionOfInterest:
    """A box as message; negative values become 0."""
    x, y, width, height = (max(0, int(v)) for v in xywh)
    return RegionOfInterest(x_offset=x, y_offset=y, width=width, height=height)


def to_points(points: NDArray[np.float32]) -> list[Point32]:
    """Points from (N, 2) or (N, 3) float32; a missing z is 0."""
    return [Point32(x=float(p[0]), y=float(p[1]), z=float(p[2]) if len(p) > 2 else 0.0) for p in points]


def to_face(face: Face, with_landmarks: bool = False) -> FaceMsg:
    """A face as message."""
    return FaceMsg(
        id=face.id,
        roi=to_roi(face.roi_xywh),
        confidence=float(face.confidence),
        yaw=float(face.yaw),
        pitch=float(face.pitch),
        roll=float(face.roll),
        interocular_px=float(face.interocular_px),
        motion=float(face.motion),
        landmarks=to_points(face.landmarks) if with_landmarks else [],
        quality=face.quality,
    )


def to_face_array(
    faces: list[Face], header: Header, source: str, frame_rate_hz: float, with_landmarks: bool = False
) -> FaceArray:
    """All faces of a frame as message; an empty list states that there is no face."""
    return FaceArray(
        header=header,
        source=source,
        faces=[to_face(face, with_landmarks) for face in faces],
        frame_rate_hz=float(frame_rate_hz),
    )


def event_header(event: Event) -> Header:
    """Header of all messages about an event: that of the frame nearest to its apex."""
    return to_header(event.apex_frame_ns, event.frame_id)


def to_event(event: Event) -> ExpressionEvent:
    """An event as message."""
    header = event_header(event)
    return ExpressionEvent(
        header=header,
        source=event.source,
        event_id=event.event_id,
        face_id=event.face_id,
        kind=int(event.kind),
        onset=to_time(event.onset_ns),
        apex=to_time(event.apex_ns),
        offset=to_time(event.offset_ns),
        intensity=float(event.intensity),
        signal_to_noise=float(event.signal_to_noise),
        returned=event.returned,
        provisional=event.provisional,
        withdrawn=event.withdrawn,
        roi=to_roi(event.roi_xywh),
        crop_from_image=np.asarray(event.crop_from_image, np.float32).ravel(),
        landmarks=to_points(event.landmarks),
        onset_face=to_image(event.onset_face, to_header(event.onset_frame_ns, event.frame_id)),
        apex_face=to_image(event.apex_face, header),
        clip=[to_image(c.image, to_header(c.stamp_ns, event.frame_id)) for c in event.clip],
    )


def to_emotion(event: Event, prediction: Prediction) -> Emotion:
    """The prediction for an event as message."""
    return Emotion(
        header=event_header(event),
        source=event.source,
        event_id=event.event_id,
        face_id=event.face_id,
        kind=int(event.kind),
        onset=to_time(event.onset_ns),
        apex=to_time(event.apex_ns),
        offset=to_time(event.offset_ns),
        label=prediction.label,
        reason=prediction.reason,
        confidence=float(prediction.confidence),
        provisional=event.provisional,
        labels=list(prediction.labels),
        probabilities=np.asarray(prediction.probabilities, np.float32),
        prototype_distance=float(prediction.prototype_distance),
        rejection_distance=float(prediction.rejection_distance),
        prototype_distances=np.asarray(prediction.prototype_distances, np.float32),
        intensity=float(event.intensity),
        roi=to_roi(event.roi_xywh),
        model=prediction.model,
    )


def to_refusal(message: ExpressionEvent, labels: tuple[str, ...], model: str, reason: str) -> Emotion:
    """The message for an event that is not classified: "unknown", equal probabilities, the reason.

    Its fields come from the message, because the message may not be convertible to an event.
    """
    return Emotion(
        header=message.header,
        source=message.source,
        event_id=message.event_id,
        face_id=message.face_id,
        kind=message.kind if message.kind in Kind.__members__.values() else int(Kind.UNKNOWN),
        onset=message.onset,
        apex=message.apex,
        offset=message.offset,
        label=UNKNOWN,
        reason=reason,
        labels=list(labels),
        provisional=message.provisional,
        probabilities=np.full(len(labels), 1 / len(labels), np.float32),
        prototype_distance=float("nan"),
        rejection_distance=float("nan"),
        intensity=message.intensity,
        roi=message.roi,
        model=model,
    )


def to_explanation(event: Event, explanation: Explanation) -> ExplanationMsg:
    """The explanation of an event as message."""
    header = event_header(event)
    words = ("label", "model", "text", "map_warning", "language")
    numbers = ("relevance", "action_unit_probability", "action_unit_right", "action_unit_left")
    right_px, left_px = np.asarray(explanation.action_unit_px, np.float32).reshape(-1, 2).T
    return ExplanationMsg(
        header=header,
        source=event.source,
        event_id=event.event_id,
        face_id=event.face_id,
        **{name: getattr(explanation, name) for name in words},
        **{name: np.asarray(getattr(explanation, name), np.float32) for name in numbers},
        regions=list(explanation.regions),
        action_units=list(explanation.action_units),
        action_unit_px_right=right_px,
        action_unit_px_left=left_px,
        inside_face=float(explanation.inside_face),
        inside_face_ceiling=float(explanation.inside_face_ceiling),
        heatmap=to_image(np.asarray(explanation.heatmap, np.float32), header),
    )
