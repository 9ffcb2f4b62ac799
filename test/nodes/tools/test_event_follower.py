"""The follower of ``mer up``: events with their explanations, failed nodes, the end of a recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue

from mer_interfaces.msg import Emotion, Explanation, ExpressionEvent, FaceArray
from mer_ros.graph.received_emotion import ReceivedEmotion
from mer_ros.nodes.base import convert
from mer_ros.nodes.tools import event_follower
from mer_ros.nodes.tools.event_follower import EventFollower
from mer_ros.types import WITHDRAWN

OK, ERROR = DiagnosticStatus.OK, DiagnosticStatus.ERROR
Reported = list[tuple[ReceivedEmotion, str]]


@pytest.fixture
def reported() -> Reported:
    return []


@pytest.fixture
def make(reported: Reported, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], EventFollower]]:
    monkeypatch.setattr(event_follower, "_SETTLE_S", 0.0)
    nodes: list[EventFollower] = []

    def create(ends: bool) -> EventFollower:
        nodes.append(EventFollower("mer", ends, 1.0, lambda answer, text: reported.append((answer, text))))
        nodes[-1]._on_first_faces(FaceArray(header=convert.to_header(5_000_000_000, "cam")))
        return nodes[-1]

    yield create
    for node in nodes:
        node.destroy_node()


def status(
    node: str, level: bytes = DiagnosticStatus.OK, message: str = "", **values: str
) -> DiagnosticArray:
    pairs = [KeyValue(key=key, value=value) for key, value in values.items()]
    return DiagnosticArray(status=[DiagnosticStatus(name=node, level=level, message=message, values=pairs)])


def emotion(event_id: str) -> Emotion:
    message = Emotion(event_id=event_id, face_id="face_1", kind=1, label="fear", confidence=0.5)
    message.onset, message.apex, message.offset = map(convert.to_time, (6 * 10**9, 61 * 10**8, 62 * 10**8))
    return message


def test_an_event_of_a_recording_is_reported_once_with_its_explanation(
    make: Callable[[bool], EventFollower], reported: Reported
) -> None:
    follower = make(True)
    follower._on_emotion(emotion("a"))
    assert reported == [], "it is not explained yet"
    follower._on_explanation(Explanation(event_id="a", text="because"))
    follower._on_explanation(Explanation(event_id="b", text="earlier"))  # either may arrive first
    follower._on_emotion(emotion("b"))
    follower._on_emotion(emotion("b"))
    assert [(answer.event_id, text) for answer, text in reported] == [("a", "because"), ("b", "earlier")]
    answer = reported[0][0]
    assert (answer.onset_s, answer.apex_s, answer.offset_s) == pytest.approx((1.0, 1.1, 1.2))
    assert (answer.kind, answer.label, follower.n_events) == ("micro", "fear", 2)


def test_an_event_of_a_live_camera_is_reported_with_its_label(
    make: Callable[[bool], EventFollower], reported: Reported
) -> None:
    follower = make(False)
    follower._on_emotion(emotion("a"))
    assert [(answer.label, text) for answer, text in reported] == [("fear", "")]
    assert not any(s.topic_name.endswith("/explanation") for s in follower.subscriptions)


def test_it_is_finished_when_the_last_event_is_explained(
    make: Callable[[bool], EventFollower], reported: Reported
) -> None:
    follower = make(True)
    follower._on_event_message(ExpressionEvent(event_id="a"))
    follower._on_diagnostics(status("mer/face_tracker", ended="false", processed="7"))
    assert not follower.finished
    follower._on_diagnostics(
        status("mer/face_tracker", ended="true", processed="9", lost_by_stamp="2", dropped_queue_full="1")
    )
    assert not follower.finished, "an event is not answered yet"
    follower._on_emotion(emotion("a"))
    assert not follower.finished, "it is not explained yet"
    follower._on_explanation(Explanation(event_id="a", text="because"))
    assert follower.finished and follower.figures == (9, 3)


def test_a_provisional_event_is_awaited_and_a_withdrawn_one_is_not_reported(
    make: Callable[[bool], EventFollower], reported: Reported
) -> None:
    follower = make(True)
    for event_id in ("a", "b"):
        follower._on_event_message(ExpressionEvent(event_id=event_id, provisional=True))
        provisional = emotion(event_id)
        provisional.provisional = True
        follower._on_emotion(provisional)
    follower._on_diagnostics(status("mer/face_tracker", ended="true"))
    assert not follower.finished and reported == []
    follower._on_event_message(ExpressionEvent(event_id="a", withdrawn=True))
    withdrawn = emotion("a")
    withdrawn.reason = WITHDRAWN
    follower._on_emotion(withdrawn)
    follower._on_event_message(ExpressionEvent(event_id="b"))
    follower._on_emotion(emotion("b"))
    follower._on_explanation(Explanation(event_id="b", text="because"))
    assert follower.finished and [answer.event_id for answer, _ in reported] == ["b"]


def test_an_explanation_that_does_not_come_is_given_up(
    make: Callable[[bool], EventFollower], reported: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_follower, "_MISSING_S", 0.0)
    follower = make(True)
    follower._on_event_message(ExpressionEvent(event_id="a"))
    follower._on_emotion(emotion("a"))
    follower._on_diagnostics(status("mer/face_tracker", ended="true"))
    assert follower.finished and [text for _, text in reported] == [""]


def test_a_recording_of_the_camera_node_ends_when_the_tracker_gets_nothing_more(
    make: Callable[[bool], EventFollower],
) -> None:
    follower = make(True)
    follower._on_diagnostics(status("mer/camera", ended="true"))
    for _ in range(3):
        follower._on_diagnostics(status("mer/face_tracker", ended="false", processed="9"))
        assert not follower.finished
    follower._on_diagnostics(status("mer/face_tracker", ended="false", processed="9"))
    assert follower.finished


@pytest.mark.parametrize(
    ("level", "values", "failed"),
    [
        (ERROR, {"state": "unconfigured"}, True),
        (ERROR, {"state": "active", "ended": "true"}, True),
        (ERROR, {"state": "active", "ended": "false"}, False),  # a camera is reopened
        (OK, {"state": "unconfigured"}, False),
    ],
)
def test_a_node_that_cannot_work_is_a_failure(
    level: bytes, values: dict[str, str], failed: bool, make: Callable[[bool], EventFollower]
) -> None:
    follower = make(True)
    follower._on_diagnostics(status("front/mer/camera", ERROR, "another", state="unconfigured"))
    follower._on_diagnostics(status("mer/camera", level, "no such file.", **values))
    assert follower.failure == ("camera: no such file." if failed else "")
