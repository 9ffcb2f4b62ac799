"""Conversion between messages and types without loss, through the serializer of ROS."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import CompressedImage, Image
from std_msgs.msg import Header

from mer_interfaces.msg import Emotion, ExpressionEvent
from mer_ros.errors import BadFrame, InputError
from mer_ros.explanation.explainer import Explainer
from mer_ros.nodes.base import convert
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.recognition.sample import event_flow
from mer_ros.stream import image_checks
from mer_ros.types import Explanation, Face, Kind, Prediction
from mer_ros.visualisation.overlay import overlay


def over_the_wire(message: Any) -> Any:
    return deserialize_message(serialize_message(message), type(message))


def test_an_event_comes_back_as_it_went(make_event: Callable[..., Any]) -> None:
    event = dataclasses.replace(make_event(), provisional=True, withdrawn=True, returned=False)
    back = convert.from_event(over_the_wire(convert.to_event(event)))
    for name in (
        "source",
        "frame_id",
        "event_id",
        "face_id",
        "kind",
        "onset_ns",
        "apex_ns",
        "offset_ns",
        "onset_frame_ns",
        "apex_frame_ns",
        "roi_xywh",
        "returned",
        "provisional",
        "withdrawn",
    ):
        assert getattr(back, name) == getattr(event, name), name
    for name in ("crop_from_image", "landmarks", "onset_face", "apex_face"):
        assert np.array_equal(getattr(back, name), getattr(event, name)), name
    assert back.intensity == pytest.approx(event.intensity)
    assert back.signal_to_noise == pytest.approx(event.signal_to_noise)
    assert [c.stamp_ns for c in back.clip] == [c.stamp_ns for c in event.clip]
    assert all(np.array_equal(a.image, b.image) for a, b in zip(back.clip, event.clip))


def test_a_prediction_comes_back_as_it_went(make_event: Callable[..., Any]) -> None:
    prediction = Prediction(
        "unknown",
        0.5,
        ("a", "b"),
        np.array([0.5, 0.5], np.float32),
        "m@0123",
        "too far",
        3.0,
        2.0,
        np.array([3, 4], np.float32),
    )
    message = over_the_wire(convert.to_emotion(make_event(), prediction))
    back = convert.from_emotion(message)
    for name in (
        "label",
        "confidence",
        "labels",
        "model",
        "reason",
        "prototype_distance",
        "rejection_distance",
    ):
        assert getattr(back, name) == getattr(prediction, name), name
    assert np.array_equal(back.probabilities, prediction.probabilities)
    assert np.array_equal(back.prototype_distances, prediction.prototype_distances)
    assert convert.stamp_ns(message.header.stamp) == make_event().apex_frame_ns
    assert message.header.frame_id == "camera_optical_frame"


def test_a_model_without_prototypes_sends_nan_and_an_empty_list(make_event: Callable[..., Any]) -> None:
    prediction = Prediction("a", 1.0, ("a",), np.ones(1, np.float32), "m@0")
    message: Emotion = over_the_wire(convert.to_emotion(make_event(), prediction))
    assert np.isnan(message.prototype_distance) and np.isnan(message.rejection_distance)
    assert len(message.prototype_distances) == 0


def test_an_explanation_carries_its_map_as_floats(make_event: Callable[..., Any]) -> None:
    heat = np.random.default_rng(0).random((128, 128), dtype=np.float32)
    explanation = Explanation(
        "a",
        "m@0",
        "Because.",
        heat,
        ("brow",),
        np.ones(1, np.float32),
        ("AU12",),
        np.array([0.75], np.float32),
        np.array([0.5], np.float32),
        np.array([0.25], np.float32),
        2.0,
        np.zeros((2, 128, 128), np.float32),
    )
    message = over_the_wire(convert.to_explanation(make_event(), explanation))
    assert message.heatmap.encoding == "32FC1" and message.heatmap.step == 512
    assert np.array_equal(np.frombuffer(message.heatmap.data, np.float32).reshape(128, 128), heat)
    assert (message.text, list(message.regions), list(message.action_units)) == (
        "Because.",
        ["brow"],
        ["AU12"],
    )
    chances = message.action_unit_probability, message.action_unit_right, message.action_unit_left
    assert [list(values) for values in chances] == [[0.75], [0.5], [0.25]]


def test_recorded_messages_of_an_event_are_enough_to_draw_its_overlay_again(
    make_event: Callable[..., Any], models_dir: Path
) -> None:
    event, recogniser = make_event(), Recogniser.load(models_dir / "one.safetensors")
    prediction = recogniser.predict(event)
    explained = Explainer(recogniser).explain(event, prediction)
    explanation = dataclasses.replace(explained, map_warning="unstable", language="de")
    label: Emotion = over_the_wire(convert.to_emotion(event, prediction))
    spotted = convert.from_event(over_the_wire(convert.to_event(event)))
    message = over_the_wire(convert.to_explanation(event, explanation))
    again = dataclasses.replace(
        convert.from_explanation(message),
        flow=event_flow(spotted),
        prototype=explanation.prototype,  # not in the message: the checkpoint decodes it
    )
    drawn = overlay(spotted, convert.from_emotion(label), again)
    assert np.array_equal(drawn, overlay(event, prediction, explanation))


def test_fault_34_no_face_is_an_explicit_empty_list() -> None:
    message = over_the_wire(convert.to_face_array([], Header(), "/camera", 200.0))
    assert list(message.faces) == [] and message.frame_rate_hz == 200.0


@pytest.mark.parametrize("with_landmarks", [False, True])
def test_landmarks_of_a_face_are_sent_only_on_request(with_landmarks: bool) -> None:
    face = Face(
        "f", (1, 2, 3, 4), 0.5, np.arange(468 * 3, dtype=np.float32).reshape(468, 3), 0.1, 0.2, 0.3, 80.0
    )
    sent = over_the_wire(convert.to_face(face, with_landmarks))
    assert len(sent.landmarks) == (468 if with_landmarks else 0)
    assert convert.from_roi(sent.roi) == (1, 2, 3, 4)


@pytest.mark.parametrize("ns", [0, 1, 999_999_999, 1_000_000_000, 1_700_000_000_123_456_789])
def test_stamps_keep_every_nanosecond(ns: int) -> None:
    assert convert.stamp_ns(convert.to_time(ns)) == ns


@pytest.mark.parametrize("encoding", ["bgra8", "rgba8"])
@pytest.mark.parametrize("padding", [0, 5])
def test_cv_bridge_encodings_honour_the_step(encoding: str, padding: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8)
    code = cv2.COLOR_BGR2BGRA if encoding == "bgra8" else cv2.COLOR_BGR2RGBA
    rows = np.zeros((6, 32 + padding), np.uint8)
    rows[:, :32] = cv2.cvtColor(image, code).reshape(6, 32)
    message = Image(height=6, width=8, encoding=encoding, step=32 + padding)
    message.data = rows.tobytes()
    assert np.array_equal(convert.from_image(message), image)


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("pattern", ["rggb", "bggr", "gbrg", "grbg"])
def test_fault_02_bayer_patterns_give_back_a_plain_red(pattern: str, bits: int, big_endian: bool) -> None:
    mosaic = np.zeros((8, 8), np.uint8)
    at = pattern.index("r")
    mosaic[at // 2 :: 2, at % 2 :: 2] = 200  # only red pixels are lit
    wide = (mosaic.astype(np.uint16) << 8).astype(">u2" if big_endian else "<u2")
    message = Image(height=8, width=8, encoding=f"bayer_{pattern}{bits}", step=bits, is_bigendian=big_endian)
    message.data = mosaic.tobytes() if bits == 8 else wide.tobytes()
    assert convert.from_image(message)[4, 4].tolist() == [0, 0, 200]


@pytest.mark.parametrize("encoding", image_checks.PIXEL_BYTES)
def test_every_supported_encoding_is_converted_to_an_image(encoding: str) -> None:
    step = 8 * image_checks.PIXEL_BYTES[encoding]
    message = Image(height=8, width=8, encoding=encoding, step=step)
    message.data = bytes(8 * step * 3 // 2)
    converted = convert.from_image(message)
    assert converted.shape == (8, 8, 3) and converted.dtype == np.uint8


def test_a_published_image_is_read_back_unchanged() -> None:
    image = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    assert np.array_equal(convert.from_image(over_the_wire(convert.to_image(image, Header()))), image)


def test_a_compressed_message_is_decoded_and_garbage_refused() -> None:
    flat = np.full((48, 64, 3), 90, np.uint8)
    message = CompressedImage(format="jpeg")
    message.data = cv2.imencode(".jpg", flat)[1].tobytes()
    assert abs(convert.from_compressed(message)[0].astype(int) - 90).max() < 3
    with pytest.raises(BadFrame):
        convert.from_compressed(CompressedImage(format="jpeg"))


def _break(message: ExpressionEvent, how: str) -> None:
    if how == "order":
        message.onset, message.offset = message.offset, message.onset
    elif how == "kind":
        message.kind = 9
    elif how == "sizes":
        message.onset_face = convert.to_image(np.zeros((64, 64, 3), np.uint8), Header())
    elif how == "nan":
        message.landmarks[5].x = float("nan")
    elif how == "crop":
        message.apex_face.data = message.apex_face.data[:-7]


@pytest.mark.parametrize("how", ["order", "kind", "sizes", "nan", "crop"], ids=lambda h: f"fault_40_{h}")
def test_an_event_that_no_classifier_can_use_is_refused(how: str, make_event: Callable[..., Any]) -> None:
    message = convert.to_event(make_event())
    _break(message, how)
    with pytest.raises(InputError):
        convert.from_event(message)


def test_kinds_are_the_same_numbers_in_the_message_and_the_type() -> None:
    for kind in Kind:
        assert getattr(ExpressionEvent, kind.name) == kind.value
