"""Messages of events as the nodes send them, read by rclpy and by rosbags."""

from __future__ import annotations

import graph_bags
import numpy as np
import pytest
from rclpy.serialization import deserialize_message, serialize_message

from mer_ros.errors import InputError
from mer_ros.nodes.base import convert
from mer_ros.stream.event_messages import from_emotion, from_event, from_explanation, from_face


def through_rclpy(message):
    return deserialize_message(serialize_message(message), type(message))


def through_rosbags(message):
    name = f"mer_interfaces/msg/{type(message).__name__}"
    return graph_bags.STORE.deserialize_cdr(serialize_message(message), name)


@pytest.fixture(params=[through_rclpy, through_rosbags])
def sent(request):
    return request.param


def same(one, other):
    """Whether two records have equal fields; NaN equals NaN."""
    for name, value in vars(one).items():
        found = getattr(other, name)
        if isinstance(value, np.ndarray):
            assert value.dtype == found.dtype and np.array_equal(value, found, equal_nan=True), name
        elif name == "clip":
            assert [frame.stamp_ns for frame in value] == [frame.stamp_ns for frame in found]
            assert all(np.array_equal(a.image, b.image) for a, b in zip(value, found, strict=True))
        elif isinstance(value, float):
            assert found == pytest.approx(value, nan_ok=True), name
        else:
            assert found == value, name
    return True


def test_an_event_and_its_prediction_are_read_as_they_were_sent(sent, make_event):
    event, prediction = make_event(), graph_bags.prediction("unknown", reason="too far")
    assert same(event, from_event(sent(convert.to_event(event))))
    assert same(prediction, from_emotion(sent(convert.to_emotion(event, prediction))))


def test_an_explanation_is_read_with_its_map_and_without_flow(sent, make_event):
    explanation = graph_bags.explanation()
    read = from_explanation(sent(convert.to_explanation(make_event(), explanation)))
    assert read.flow.shape == (2, 0, 0) and read.prototype is None
    assert same(read, graph_bags.replace(explanation, flow=read.flow))
    unmeasured = graph_bags.replace(explanation, action_unit_px=np.empty((0, 2), np.float32))
    read = from_explanation(sent(convert.to_explanation(make_event(), unmeasured)))
    assert read.action_unit_px.shape == (0, 2)


def test_a_face_is_read_without_landmarks(sent):
    ((_, message),) = graph_bags.faces(1)
    face = from_face(sent(message).faces[0])
    assert (face.id, face.roi_xywh, face.quality) == ("f1", (200, 100, 90, 120), "")
    assert face.interocular_px == 80 and face.landmarks.shape == (0, 3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"labels": []}, "0 labels have 2 probabilities"),
        ({"probabilities": [1.0]}, "2 labels have 1 probabilities"),
        ({"prototype_distances": [1.0]}, "1 distances"),
        ({"probabilities": [float("nan"), 1.0]}, "not finite"),
        ({"confidence": float("nan")}, "not finite"),
    ],
)
def test_a_label_whose_numbers_do_not_belong_to_its_labels_is_refused(make_event, change, words):
    message = convert.to_emotion(make_event(), graph_bags.prediction())
    for name, value in change.items():
        setattr(message, name, value)
    with pytest.raises(InputError, match=f"label of event e1: .*{words}"):
        from_emotion(message)


def _map(message, **fields):
    for name, value in fields.items():
        setattr(message.heatmap, name, value)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda m: setattr(m, "regions", ["mouth"]), "1 regions have 2 shares"),
        (lambda m: setattr(m, "action_unit_left", [0.5]), "its 2 action units"),
        (lambda m: setattr(m, "action_unit_px_left", [0.5]), "its 2 action units"),
        (lambda m: _map(m, encoding="mono8"), "128x128 pixels in 'mono8' has 65536 bytes"),
        (lambda m: _map(m, data=bytes(99)), "has 99 bytes, not 32FC1"),
        (lambda m: _map(m, height=0, data=b""), "128x0 pixels"),
        (lambda m: _map(m, data=np.full(128 * 128, np.nan, np.float32).tobytes()), "map is not finite"),
    ],
)
def test_an_explanation_whose_numbers_do_not_belong_to_its_names_is_refused(make_event, damage, words):
    message = convert.to_explanation(make_event(), graph_bags.explanation())
    damage(message)
    with pytest.raises(InputError, match=f"explanation of event e1: .*{words}"):
        from_explanation(message)


def test_a_map_in_the_other_byte_order_is_read(make_event):
    explanation = graph_bags.explanation()
    message = convert.to_explanation(make_event(), explanation)
    message.heatmap.is_bigendian = 1
    message.heatmap.data = explanation.heatmap.astype(">f4").tobytes()
    assert np.array_equal(from_explanation(message).heatmap, explanation.heatmap)
