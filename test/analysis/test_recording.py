"""A recording through tracker, models and video, on four seconds of a synthetic clip."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.analysis import RejectedMovement, analyse
from mer_ros.analysis.recording import independent
from mer_ros.errors import DataError
from mer_ros.pipeline import Pipeline


class Blank:
    """Frames without a face, which may fail at the end."""

    live, format, warnings, fps = False, "", (), 30.0

    def __init__(self, frames: int = 40, error: Exception | None = None) -> None:
        self.frames, self.error = frames, error

    def timed_frames(self):
        for i in range(self.frames):
            yield i * 33_333_333, np.full((480, 640, 3), 90, np.uint8)
        if self.error:
            raise self.error

    def close(self):
        pass


def test_it_finds_what_the_pipeline_finds(analysed, first_frames):
    found, _ = analysed
    with Pipeline() as pipeline:
        expected = [answer.event for step in pipeline.run(first_frames()) for answer in step.answers]
    assert len(expected) >= 2
    assert [(e.onset_s, e.apex_s, e.offset_s) for e in found.events] == [
        (e.onset_ns * 1e-9, e.apex_ns * 1e-9, e.offset_ns * 1e-9) for e in expected
    ]


def test_every_event_has_an_answer_of_each_model_and_images(analysed):
    found, _ = analysed
    assert [model.partition("@")[0] for model in found.models] == ["linear_prototype", "prototype"]
    for event in found.events:
        assert [answer.prediction.model for answer in event.answers] == list(found.models)
        assert event.pictures is not None and event.pictures.loop is not None and not event.failure
        assert 0.3 < event.peak_px < 5 and max(event.unit_probability) > 0.5


def test_movement_of_the_regions_is_largest_during_events(analysed):
    found, _ = analysed
    (lane,) = found.lanes
    assert lane.frames == found.frames == 400 and lane.judged.all()
    times = lane.start_s + lane.bin_s * np.arange(len(lane.motion))
    inside = np.zeros(len(times), bool)
    for event in found.events:
        inside |= (times >= event.onset_s - 0.05) & (times <= event.offset_s + 0.6)
    largest = np.nanmax(lane.motion, axis=1)
    assert largest[inside].max() > 3 * np.median(largest[~inside])


def test_limits_are_known_for_the_face(analysed):
    found, _ = analysed
    (lane,) = found.lanes
    assert (found.limits[lane.face_id].weakest > 0).all() and "judged 100%" in found.judged
    assert found.warnings == ("A remark on the recording.",) and not found.ended_by


def test_limits_are_known_for_a_short_recording(first_frames, one_thread):
    found = analyse(first_frames(150), "short", [])
    (lane,) = found.lanes
    assert (found.limits[lane.face_id].weakest > 0).all() and found.duration_s < 2


def test_a_recording_without_faces_has_no_lane():
    found = analyse(Blank(), "blank", [])
    assert not found.lanes and not found.events and found.frames == 40
    assert found.judged == "judged 0% of 40 frames; not judged: no face 100%", "repeated images count, too"


def test_a_recording_that_fails_keeps_what_was_analysed():
    found = analyse(Blank(error=DataError("the file is damaged: convert it.")), "cut", [])
    assert found.frames == 40 and found.ended_by.endswith("s: the file is damaged: convert it.")


def test_a_recording_without_a_frame_is_an_error():
    with pytest.raises(DataError, match="no frame"):
        analyse(Blank(0, DataError("no frame can be decoded: convert it.")), "empty", [])


def test_it_can_be_stopped():
    asked = iter([False] * 7 + [True] * 100)
    found = analyse(Blank(), "blank", [], stopped=lambda: next(asked))
    assert found.frames == 7 and found.ended_by == "It was stopped after 0.2 s of the recording."


def test_progress_counts_frames_and_events(first_frames, one_thread):
    class Noted:
        def __init__(self):
            self.calls = []

        def started(self, task, total=None):
            self.calls.append((task, total))

        def advanced(self, task, done, note=""):
            self.calls.append((done, note))

        def finished(self, task):
            self.calls.append(task)

    noted = Noted()
    analyse(first_frames(260), "clip", [], progress=noted, total_frames=260)
    assert noted.calls[0] == ("clip", 260) and noted.calls[-1] == "clip"
    assert noted.calls[1] == (25, "0 events") and noted.calls[-2] == (260, "1 event")


def test_a_rejection_that_was_part_of_an_event_is_left_out(analysed):
    event = analysed[0].events[0]
    inside = RejectedMovement(
        event.face_id, event.onset_s, event.apex_s, event.offset_s, 0.01, 6, "moved_after"
    )
    others = [
        replace(inside, reason="blink"),
        replace(inside, face_id="face_9"),
        replace(inside, offset_s=-1.0),
    ]
    assert independent([inside, *others], [event]) == tuple(sorted(others, key=lambda one: one.onset_s))
