"""The observer of the demo reads the diagnostics of the nodes in its namespace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue

from mer_interfaces.msg import Emotion
from mer_ros.graph.received_emotion import ReceivedEmotion
from mer_ros.nodes.base import convert
from mer_ros.nodes.tools.demo_observer import DemoObserver, GraphFigures


@pytest.fixture
def emotions() -> list[ReceivedEmotion]:
    return []


@pytest.fixture
def observer(tmp_path: Path, emotions: list[ReceivedEmotion]) -> Iterator[DemoObserver]:
    node = DemoObserver("mer", tmp_path, emotions.append)
    yield node
    node.destroy_node()


def array(name: str, level: bytes = DiagnosticStatus.OK, message: str = "", **values: str) -> DiagnosticArray:
    pairs = [KeyValue(key=key, value=value) for key, value in values.items()]
    return DiagnosticArray(status=[DiagnosticStatus(name=name, level=level, message=message, values=pairs)])


def test_figures_before_any_diagnostics_are_those_of_a_graph_that_has_done_nothing(
    observer: DemoObserver,
) -> None:
    assert observer.figures == GraphFigures()
    assert not observer.figures.ended and observer.figures.rate_kept


def test_figures_are_the_latest_of_camera_and_tracker(observer: DemoObserver) -> None:
    sent: dict[str, Any] = {"sent": "12", "rate_hz": "29.8", "rate_kept": "false", "ended": "false"}
    observer._on_diagnostics(array("mer/camera", **sent))
    observer._on_diagnostics(array("mer/camera", **{**sent, "sent": "819", "ended": "true"}))
    observer._on_diagnostics(array("mer/face_tracker", processed="800", dropped_queue_full="19"))
    observer._on_diagnostics(array("other/face_tracker", processed="1"))
    assert observer.figures == GraphFigures(819, 29.8, False, True, 800, 19)


def test_the_first_error_of_each_node_is_kept(observer: DemoObserver) -> None:
    for level, message in (
        (DiagnosticStatus.WARN, "slow"),
        (DiagnosticStatus.ERROR, "configure failed"),
        (DiagnosticStatus.ERROR, "again"),
        (DiagnosticStatus.STALE, "no picture for 3 s"),
    ):
        observer._on_diagnostics(array("mer/classifier", level, message))
        observer._on_diagnostics(array("front/mer/explainer", level, message))
    assert observer.errors == {"classifier": "configure failed"}


def test_an_emotion_arrives_in_seconds_of_the_stream(
    observer: DemoObserver, emotions: list[ReceivedEmotion]
) -> None:
    from mer_interfaces.msg import FaceArray

    for ns in (5_000_000_000, 7_000_000_000):
        observer._on_faces(FaceArray(header=convert.to_header(ns, "cam")))
    message = Emotion(
        header=convert.to_header(6_100_000_000, "cam"),
        face_id="face_1",
        kind=1,
        label="fear",
        confidence=0.5,
        prototype_distance=2.0,
        rejection_distance=8.0,
    )
    message.onset, message.apex, message.offset = map(
        convert.to_time, (6_000_000_000, 6_100_000_000, 6_200_000_000)
    )
    observer._on_emotion(message)
    for changes in ({"provisional": True}, {"reason": "withdrawn"}):
        other = Emotion(header=message.header, kind=1)
        for name, value in changes.items():
            setattr(other, name, value)
        observer._on_emotion(other)
    [found] = emotions
    assert (found.time_s, found.face_id, found.kind, found.label) == (2.0, "face_1", "micro", "fear")
    assert (found.onset_s, found.apex_s, found.offset_s) == pytest.approx((1.0, 1.1, 1.2))
    assert (found.confidence, found.distance, found.limit) == (0.5, 2.0, 8.0)


def test_events_and_movement_have_the_times_of_the_clip(observer: DemoObserver, make_event: Any) -> None:
    from dataclasses import replace

    from mer_interfaces.msg import Face as FaceMsg
    from mer_interfaces.msg import FaceArray

    event = make_event()
    start_ns = event.onset_ns - 500_000_000
    for place, motion in enumerate((0.001, 0.02)):
        header = convert.to_header(start_ns + place * 100_000_000, "cam")
        observer._on_faces(FaceArray(header=header, faces=[FaceMsg(id="face_1", motion=motion)]))
    observer._on_event(convert.to_event(replace(event, provisional=True)))
    assert observer.events() == [], "it is not decided yet"
    observer._on_event(convert.to_event(event))
    observer._on_event(convert.to_event(replace(event, event_id="speech", withdrawn=True)))
    (found,) = observer.events()
    assert (found.onset_ns, found.apex_ns, found.offset_ns) == (500_000_000, 580_000_000, 700_000_000)
    assert [frame.stamp_ns for frame in found.clip] == [500_000_000, 580_000_000]
    (lane,) = observer.lanes()
    assert lane.rows == ("any region",) and lane.motion[[0, 5], 0].tolist() == pytest.approx([0.001, 0.02])


def test_the_annotated_images_become_a_video(observer: DemoObserver, tmp_path: Path) -> None:
    import av
    import numpy as np

    for place in range(4):
        header = convert.to_header(7_000_000_000 + place * 66_000_000, "cam")
        observer._on_annotated(convert.to_image(np.full((48, 64, 3), 90, np.uint8), header))
    assert observer.save_pictures() == ["annotated.mp4"] and observer.image_wh == (64, 48)
    with av.open(str(tmp_path / "annotated.mp4")) as container:
        times = [round(1000 * frame.time) for frame in container.decode(video=0)]
    assert times == [0, 66, 132, 198]
