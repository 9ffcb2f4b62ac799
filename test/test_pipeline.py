"""The whole path without ROS, on a synthetic clip with the shipped model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros import EMOTIONS, FaceWatcher, Frame, Pipeline, SourceOptions, frames_of, open_source
from mer_ros.data.corruptions.encoders import through_h264
from mer_ros.data.synthetic import everyday, synthetic_clip
from mer_ros.errors import CheckpointError, ConfigError
from mer_ros.pipeline import truth_of
from mer_ros.recognition import sample
from mer_ros.stream.gate import FrameGate
from mer_ros.stream.stamps import FrameAction

OPTIONS = SourceOptions(fps=30.0, size_wh=(400, 320), amplitude_px=4.0, n_events=2)


class Recording:
    """A source of three frames, the second of which is lost."""

    fps, live = 50.0, False

    def timed_frames(self):
        for place in (0, 2):
            yield 20_000_000 * place, np.full((8, 8, 3), place, np.uint8)

    def close(self):
        pass


def test_frames_are_stamped_by_their_place_and_lost_ones_are_missing():
    frames = list(frames_of(Recording(), start_ns=7, name="disk"))
    assert [frame.stamp_ns for frame in frames] == [7, 40_000_007]
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [0, 2]
    assert {frame.source for frame in frames} == {"disk"}


@pytest.fixture(scope="module")
def clip():
    """The frames of a clip with two expressions, and when they are."""
    truth = truth_of("synthetic:2", OPTIONS)
    assert truth is not None and len(truth.events) == 2
    return list(frames_of(open_source("synthetic:2", OPTIONS))), truth.events


@pytest.fixture(scope="module")
def steps(clip):
    """Every step of the explaining pipeline, and how often it computed the flow of an event."""
    calls = []
    with pytest.MonkeyPatch.context() as patch, Pipeline.load("prototype", explain=True) as pipeline:
        original = sample.residual_flow
        patch.setattr(sample, "residual_flow", lambda *args: calls.append(1) or original(*args))
        found = [pipeline.process(frame) for frame in clip[0]]
    return found, len(calls)


def test_every_frame_is_a_step_with_its_face(clip, steps):
    assert [step.frame for step in steps[0]] == clip[0]
    assert np.mean([len(step.faces) == 1 for step in steps[0]]) > 0.9


def test_expressions_are_spotted_answered_and_explained(clip, steps):
    answers = [answer for step in steps[0] for answer in step.answers]
    assert answers
    for answer in answers:
        apex_s = answer.event.apex_ns * 1e-9
        assert any(true.onset_s <= apex_s <= true.offset_s for true in clip[1])
        assert answer.prediction.labels == EMOTIONS
        assert answer.explanation.label == answer.prediction.label
        assert answer.explanation.text.startswith("A facial movement")


def test_the_flow_of_an_explained_event_is_computed_once(steps):
    assert steps[1] == sum(len(step.answers) for step in steps[0])


def test_without_a_model_it_is_perception_alone(clip, steps):
    watcher = FaceWatcher()
    try:
        expected = [event for frame in clip[0] for event in watcher.process(frame).events if event.is_final]
    finally:
        watcher.close()
    with Pipeline() as pipeline:
        answers = [answer for frame in clip[0] for answer in pipeline.process(frame).answers]
    spans = [(e.onset_ns, e.apex_ns, e.offset_ns) for e in expected]
    assert [(a.event.onset_ns, a.event.apex_ns, a.event.offset_ns) for a in answers] == spans
    assert {(a.prediction, a.explanation) for a in answers} == {(None, None)}
    explained = [a.event.apex_ns for step in steps[0] for a in step.answers]
    assert explained == [apex for _, apex, _ in spans]


def test_a_source_is_run_from_its_start():
    with Pipeline() as pipeline:
        seen = [
            (step.frame.stamp_ns, step.faces, step.frame.source) for step in pipeline.run(Recording(), "disk")
        ]
    assert seen == [(0, [], "disk"), (40_000_000, [], "disk")]


def test_a_recording_has_no_true_events(tmp_path):
    assert truth_of(f"file:{tmp_path}/clip.mp4", OPTIONS) is None


def test_what_cannot_be_built_is_one_sentence():
    with pytest.raises(ConfigError, match="nothing to explain"):
        Pipeline(explain=True)
    with pytest.raises(CheckpointError, match="'nobody' is not in"):
        Pipeline.load("nobody")


def test_a_frame_of_ones_own_needs_an_image_and_a_stamp():
    with Pipeline() as pipeline:
        step = pipeline.process(Frame(np.zeros((64, 64, 3), np.uint8), stamp_ns=5))
    assert (step.faces, step.answers) == ([], [])


def test_fault_84_every_45th_pair_swapped_at_60_fps_costs_no_id_and_no_event():
    """The tracker processes what the gate lets through, and resets its tracks where the gate says so."""
    frames = list(frames_of(open_source("synthetic:2", replace(OPTIONS, fps=60.0)), start_ns=10**9))
    swapped = list(frames)
    for i in range(45, len(swapped) - 1, 45):
        swapped[i], swapped[i + 1] = swapped[i + 1], swapped[i]
    found = []
    for order in (frames, swapped):
        gate, events, ids = FrameGate(), [], set()
        with Pipeline() as pipeline:
            for frame in order:
                decision = gate.check(frame.stamp_ns, "cam", 0, frame.stamp_ns * 1e-9)
                if decision.action is FrameAction.RESET:
                    pipeline.watcher.reset()
                if decision.action is not FrameAction.DROP:
                    step = pipeline.process(frame)
                    events += [answer.event for answer in step.answers]
                    ids |= {face.id for face in step.faces}
        found.append((len(events), len(ids)))
    assert found[0] == found[1] == (2, 1)


def test_fault_85_images_that_are_sent_twice_change_no_event():
    """A camera of 30 fps whose driver sends every image twice, at 60 fps."""
    frames = list(frames_of(open_source("synthetic:2", OPTIONS), start_ns=10**9))
    late_ns = round(0.5e9 / OPTIONS.fps)
    doubled = [f for one in frames for f in (one, replace(one, stamp_ns=one.stamp_ns + late_ns))]
    found = []
    for order in (frames, doubled):
        with Pipeline() as pipeline:
            steps = [pipeline.process(frame) for frame in order]
        events = [answer.event for step in steps for answer in step.answers]
        found.append([(event.onset_ns, event.apex_ns, event.offset_ns) for event in events])
        assert np.mean([len(step.faces) == 1 for step in steps]) > 0.9
    assert found[0] == found[1] and found[0]


def test_fault_91_strong_compression_gives_no_event_and_is_named():
    """The first seconds of a face at rest, through the encoder of a camera with little bandwidth."""
    clip = synthetic_clip(
        800, 60.0, conditions=everyday(800), typical=False, face_width_px=145.0, n_events=0, duration_s=2.5
    )
    reported = []
    with Pipeline() as pipeline:
        for frame in through_h264(frames_of(clip), clip.fps, crf=34):
            reported += pipeline.process(frame).reported
        reported += pipeline.watcher.flush()
        words = [str(one) for one in pipeline.watcher.sensitivities()]
    assert reported == []
    assert len(words) == 1 and "; compression: " in words[0] and "send a higher bit rate" in words[0]
