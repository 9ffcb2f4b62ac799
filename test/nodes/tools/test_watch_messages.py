"""Messages of the graph as values that JSON has."""

from __future__ import annotations

import json
import math

import pytest
from diagnostic_msgs.msg import DiagnosticStatus

from mer_interfaces.msg import Emotion, Face, FaceArray
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.statuses import NodeStatus
from mer_ros.nodes.tools.watch_messages import event_fields, finite, movements, node_state
from mer_ros.types import WITHDRAWN
from mer_ros.web.lanes import FaceMovement


def emotion(**fields: object) -> Emotion:
    message = Emotion(event_id="a", source="cam", face_id="face_1", kind=1, label="fear", confidence=0.5)
    message.onset, message.apex, message.offset = map(convert.to_time, (6 * 10**9, 61 * 10**8, 62 * 10**8))
    for name, value in fields.items():
        setattr(message, name, value)
    return message


def test_an_emotion_has_its_times_in_seconds_and_its_duration_in_ms() -> None:
    fields = event_fields(emotion(prototype_distance=15.5, rejection_distance=150.25), 9, 5)
    assert (fields["onset_s"], fields["apex_s"], fields["offset_s"]) == pytest.approx((6.0, 6.1, 6.2))
    assert (fields["movement"], fields["duration_ms"], fields["confidence"]) == ("micro", 200, 0.5)
    assert (fields["distance"], fields["limit"], fields["withdrawn"]) == (15.5, 150.25, False)


def test_an_event_that_was_published_before_the_page_was_opened_keeps_its_time_and_says_so() -> None:
    for published_ms, before in ((4, True), (5, False), (9, False)):
        fields = event_fields(emotion(), published_ms, 5)
        assert (fields["published_ms"], fields["before_page"]) == (published_ms, before)


def test_numbers_that_json_does_not_have_are_null() -> None:
    fields = event_fields(
        emotion(prototype_distance=math.nan, rejection_distance=math.inf, confidence=math.nan), 9, 5
    )
    assert (fields["distance"], fields["limit"], fields["confidence"]) == (None, None, 0.0)
    json.dumps(fields, allow_nan=False)
    assert finite(-math.inf) is None and finite(2.0) == 2.0


def test_provisional_and_withdrawn_events_are_marked() -> None:
    assert event_fields(emotion(provisional=True), 9, 5)["provisional"] is True
    assert event_fields(emotion(reason=WITHDRAWN), 9, 5)["withdrawn"] is True


def test_faces_and_nodes() -> None:
    faces = FaceArray(faces=[Face(id="face_1", motion=0.25, quality="turned")])
    assert movements(faces) == [FaceMovement("face_1", 0.25, "turned")]
    state = node_state(NodeStatus("face_tracker", DiagnosticStatus.WARN, "lost", {"lost": "3"}))
    assert state == {
        "kind": "node",
        "node": "face_tracker",
        "level": 1,
        "message": "lost",
        "values": {"lost": "3"},
    }
