"""What a graph published, as an analysis, without a model."""

from __future__ import annotations

from contextlib import contextmanager

import cv2
import graph_bags
import numpy as np
import pytest
from graph_bags import EMOTION, EVENTS, FACES, faces, later, prediction, published, write_bag

from mer_interfaces.msg import ExpressionEvent
from mer_ros.analysis.event_record import EventRecord, RecordedEvent
from mer_ros.analysis.published import NO_EXPLANATION, NO_LABEL, analyse_record, recorded_evidence
from mer_ros.errors import DataError
from mer_ros.nodes.base import convert
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.sources.bag_file import opened


@contextmanager
def record_of(tmp_path, messages):
    with opened(write_bag(tmp_path / "run", messages)) as bag:
        yield EventRecord(bag)


def analysed(tmp_path, messages, **options):
    with record_of(tmp_path, messages) as record:
        return analyse_record(record, "run", **options)


def test_events_have_what_was_published_and_no_model_is_loaded(make_event, tmp_path, monkeypatch):
    def load(*arguments):
        raise AssertionError("a model was loaded")

    monkeypatch.setattr(Recogniser, "load", load)
    found = analysed(tmp_path, [*faces(120), *published(later(make_event(), 0.5))])
    (event,) = found.events
    (answer,) = event.answers
    said = graph_bags.explanation()
    assert (event.onset_s, event.apex_s, event.offset_s) == pytest.approx((0.5, 0.58, 0.7))
    assert (answer.prediction.label, answer.text, answer.map_warning) == ("happiness", said.text, "unstable")
    assert answer.regions == said.regions and answer.what_if is None and answer.prototype is None
    assert event.units == said.action_units and event.unit_px[0].tolist()[1] == 0.75
    assert event.pictures.strip is not None and event.pictures.loop is not None and not event.failure
    assert (found.frames, found.fps, found.size_wh) == (120, 100, (0, 0)) and not found.ended_by
    assert found.duration_s == pytest.approx(1.19) and found.models == (graph_bags.MODEL,)
    assert found.remarks == (
        "This page shows what the graph with two_labels published when the bag was recorded.",
    )
    (lane,) = found.lanes
    assert (lane.face_id, lane.rows, lane.frames) == ("f1", ("any region",), 120)
    assert np.nanmax(lane.motion) == pytest.approx(0.119) and found.rejected is None


def test_the_map_is_the_one_that_was_published(make_event, tmp_path):
    (event,) = analysed(tmp_path, published(make_event())).events
    image = cv2.imdecode(np.frombuffer(event.answers[0].map.data, np.uint8), cv2.IMREAD_COLOR)
    hot = image[..., 2].astype(int) - image[..., 0]
    assert hot[:, 10:70].mean() > 60 > 20 > hot[:, 90:150].mean(), "the left half is bright"


def test_a_withdrawn_event_is_a_rejected_movement(make_event, tmp_path):
    event = make_event()
    messages = [
        (EVENTS, convert.to_event(later(event, 0, provisional=True))),
        (EVENTS, convert.to_event(later(event, 0, withdrawn=True))),
    ]
    found = analysed(tmp_path, [*faces(30), *messages])
    ((one,), events) = found.rejected, found.events
    assert (one.reason, one.face_id, one.apex_s) == ("speech", "f1", pytest.approx(0.08)) and not events


def test_without_faces_the_frame_rate_is_that_of_the_clip(make_event, tmp_path):
    found = analysed(tmp_path, published(make_event()))
    stamps = [frame.stamp_ns for frame in make_event().clip]
    assert found.fps == pytest.approx(1e9 / np.median(np.diff(stamps))) and found.frames == 0
    assert found.duration_s == pytest.approx(0.2) and not found.lanes and found.n_faces == 1
    assert "no timeline" in found.warnings[0]


def test_an_event_that_was_not_decided_is_counted(make_event, tmp_path):
    found = analysed(tmp_path, published(later(make_event(), 0, provisional=True))[:2])
    assert len(found.events) == 1 and "1 event had not been decided" in " ".join(found.warnings)


def test_an_event_without_a_label_or_an_explanation_says_so(make_event):
    event, said = make_event(), graph_bags.explanation()
    found = recorded_evidence(RecordedEvent(event, None, said))
    assert found.failure == NO_LABEL and not found.answers and found.pictures is not None
    found = recorded_evidence(RecordedEvent(event, prediction("unknown", reason="too far"), None))
    assert found.answers[0].text == f"{NO_EXPLANATION} Reason of the label: too far." and not found.failure
    other = graph_bags.replace(said, model="another@4567")
    found = recorded_evidence(RecordedEvent(event, prediction(), other))
    assert found.answers[0].text == NO_EXPLANATION and found.unit_probability is None


def test_an_event_whose_crops_cannot_be_used_keeps_its_label(make_event):
    flat = np.zeros((3, 5, 3), np.uint8)
    event = later(make_event(), 0, onset_face=flat, apex_face=flat)
    found = recorded_evidence(RecordedEvent(event, prediction("unknown", 0.0, "too small"), None))
    assert found.failure and found.pictures is None and "too small" in found.answers[0].text


def test_a_bag_without_labels_says_so_once(make_event, tmp_path):
    found = analysed(tmp_path, published(make_event())[:1])
    assert found.remarks[1] == "The bag contains no labels." and found.events[0].failure == NO_LABEL


def test_faces_of_several_cameras_are_kept_apart(make_event, tmp_path):
    messages = [
        *faces(20, "front", "/mer/front/faces", 100.0),
        *faces(10, "left", "/mer/left/faces", 50.0),
        *published(make_event(source="left")),
    ]
    found = analysed(tmp_path, messages)
    assert {lane.face_id: lane.frames for lane in found.lanes} == {"front f1": 20, "left f1": 10}
    assert found.events[0].face_id == "left f1" and found.fps == 50 and found.frames == 30
    assert (
        found.remarks[1] == "Cameras: front (20 frames at 100 per second), left (10 frames at 50 per second)."
    )


def test_images_are_bounded(make_event, tmp_path):
    messages = [m for i in range(3) for m in published(later(make_event(f"e{i}"), i))]
    found = analysed(tmp_path, messages, picture_bytes=1)
    assert [event.pictures for event in found.events] == [None] * 3 and found.events[2].answers


def test_it_can_be_stopped_and_says_where(make_event, tmp_path):
    asked = iter([False] * 3 + [False] * 6 + [True])  # of three messages, then of five frames and one event
    found = analysed(tmp_path, [*faces(6), *published(make_event())], stopped=lambda: next(asked))
    assert found.frames == 6 and found.ended_by == "It was stopped after 0.1 s of the recording."
    with record_of(tmp_path / "again", published(make_event())) as record:
        assert analyse_record(record, "run", stopped=lambda: True) is None


def test_damage_is_named_at_the_beginning(make_event, tmp_path):
    bag = write_bag(
        tmp_path / "run", [m for i in range(30) for m in published(later(make_event(f"e{i}"), i))]
    )
    (file,) = bag.glob("*.mcap")
    with file.open("r+b") as damaged:
        damaged.seek(file.stat().st_size // 2)
        damaged.write(b"\xff" * 400_000)
    with opened(bag) as found:
        analysis = analyse_record(EventRecord(found), "run")
    assert 3 < len(analysis.events) < 20 and "The recording ended after " in analysis.ended_by
    assert "is damaged after" in analysis.ended_by


def test_a_record_of_nothing_is_one_sentence(make_event, tmp_path):
    with pytest.raises(DataError, match="contains neither events nor faces"):
        analysed(tmp_path / "none", [(EVENTS, (ExpressionEvent, b""))])
    with pytest.raises(DataError, match="no message of .* can be used: it is no .*ExpressionEvent"):
        analysed(tmp_path / "bad", [(EVENTS, (ExpressionEvent, b"\0\1\0\0xx"))])


def test_a_record_without_an_event_has_its_faces(tmp_path):
    found = analysed(tmp_path, [*faces(40), (EVENTS, (ExpressionEvent, b""))])
    assert found.frames == 40 and not found.events and found.lanes[0].frames == 40
    assert found.remarks == ("This page shows what the graph published when the bag was recorded.",)


def test_progress_counts_frames_and_events(make_event, tmp_path):
    calls = []

    class Noted:
        def started(self, task, total=None):
            calls.append((task, total))

        def advanced(self, task, done, note=""):
            calls.append((done, note))

        def finished(self, task):
            calls.append(task)

    analysed(tmp_path, [*faces(30), *published(make_event())], progress=Noted())
    assert calls[0] == ("run", 30) and calls[-2:] == [(30, "1 event"), "run"]


def test_labels_of_unrelated_topics_do_not_make_faces(make_event, tmp_path):
    messages = [*faces(3), *faces(3), (EMOTION, convert.to_emotion(make_event(), prediction()))]
    found = analysed(tmp_path, [*messages, (EVENTS, (ExpressionEvent, b"")), *faces(0, topic=FACES)])
    assert found.frames == 3 and len(found.warnings) == 3 and found.models == ()
