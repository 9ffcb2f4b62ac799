"""Rendered clips: the same from run to run, of the given subjects, long enough, and moving."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.datasets.synthetic import rendered_synthetic_clips
from mer_ros.data.rendered_clips import rendered_clips, subjects_for
from mer_ros.data.synthetic import EVALUATION_SUBJECTS
from mer_ros.errors import ConfigError, DataError
from mer_ros.limits import MIN_SAMPLES
from mer_ros.types import EMOTIONS


@pytest.fixture(scope="module")
def rendered(recorder):
    log = recorder()
    return rendered_clips(8, [2000, 2001], 0, log), log


def test_each_subject_shows_different_emotions_on_clips_like_those_of_events(rendered):
    clips, log = rendered
    assert clips.subjects.tolist() == [2000] * 4 + [2001] * 4
    for subject in (2000, 2001):
        assert len(set(clips.labels[clips.subjects == subject].tolist())) == 4
    for crops in clips.crops:
        assert crops.dtype == np.uint8 and crops.shape[1:] == (128, 128)
        assert MIN_SAMPLES <= len(crops) <= 32
        assert (crops[0] != crops[-1]).any() and crops.std() > 10
    assert clips.flow.shape == (8, 2, 128, 128) and clips.flow.dtype == np.float32
    assert all(0 < apex < len(crops) for apex, crops in zip(clips.apex_index, clips.crops, strict=True))
    assert log.totals == {"rendering": 8} and log.done("rendering") == [4, 8]
    assert log.finished_tasks == ["rendering"]


def test_sequences_are_measured_on_the_same_frames(rendered):
    clips, _ = rendered
    timed = rendered_clips(8, [2000, 2001], 0, sequences=True)
    assert clips.sequences == () and len(timed.sequences) == 8
    assert np.array_equal(timed.flow, clips.flow)
    agreements = []
    for flow, sequence in zip(timed.flow, timed.sequences, strict=True):
        assert sequence.shape == (12, 2, 128, 128) and np.isfinite(sequence).all()
        agreements.append(max(np.corrcoef(flow.ravel(), moment.ravel())[0, 1] for moment in sequence))
        strength = np.abs(sequence).mean((1, 2, 3))
        assert strength[0] < strength.max()
    # some moment is near the apex of the flow; the movements are small, so noise decides the weakest
    assert np.median(agreements) > 0.9 and min(agreements) > 0.6


def test_the_same_arguments_give_the_same_bytes_on_any_number_of_cores(rendered):
    clips, _ = rendered
    again = rendered_clips(8, [2000, 2001], 0, cores=1)
    assert np.array_equal(again.flow, clips.flow) and np.array_equal(again.labels, clips.labels)
    assert all(np.array_equal(a, b) for a, b in zip(again.crops, clips.crops, strict=True))


def test_the_clips_of_a_subject_do_not_depend_on_the_other_subjects(rendered):
    clips, _ = rendered
    alone = rendered_clips(4, [2001], 0)
    assert np.array_equal(alone.flow, clips.flow[4:])


def test_a_head_can_be_chosen_and_an_unknown_one_is_refused(rendered):
    clips, _ = rendered
    photographed = rendered_clips(4, [2001], 0, head="photograph", cores=1)
    assert photographed.labels.tolist() == clips.labels[4:].tolist()
    assert not np.array_equal(photographed.flow, clips.flow[4:])  # by default, 2001 has the parametric head
    with pytest.raises(ConfigError, match="head"):
        rendered_clips(4, [2001], 0, head="round")


def test_the_face_of_a_clip_stays_where_it_is(rendered):
    """Registration follows the face: the head sways by several pixels and the crop hardly shifts."""
    import cv2

    for crops in rendered[0].crops:
        first, last = (crops[i, 20:80, 20:108].astype(np.float32) for i in (0, -1))
        (dx, dy), _ = cv2.phaseCorrelate(first, last)
        assert np.hypot(dx, dy) < 1.0


@pytest.mark.parametrize(("n", "expected"), [(2, 2), (14, 2), (15, 3), (70, 10), (10_000, 400)])
def test_each_subject_shows_every_emotion_once_where_they_suffice(n, expected):
    subjects = subjects_for(n, EVALUATION_SUBJECTS)
    assert len(subjects) == expected and subjects[0] == EVALUATION_SUBJECTS[0]
    assert -(-n // expected) <= len(EMOTIONS) or expected == 400


def test_fewer_clips_than_subjects_are_refused():
    with pytest.raises(ConfigError, match="3 clips for 5 subjects"):
        rendered_clips(3, range(5), 0)


def test_a_rendered_set_hands_out_every_kind_of_the_same_events(monkeypatch, rendered):
    monkeypatch.setattr("mer_ros.data.datasets.synthetic.rendered_clips", lambda *_, sequences: rendered[0])
    clips = rendered_synthetic_clips(8, 2, 0)
    assert clips.inputs("clip")[3] is rendered[0].crops[3] and clips.inputs("flow") is clips.flow
    assert clips.synthetic and "one photograph" in clips.caveat and "rendered" in clips.origin
    face = clips.inputs("apex")[3]
    assert (
        face.shape == (128, 128, 3)
        and (face == rendered[0].crops[3][rendered[0].apex_index[3]][..., None]).all()
    )
    with pytest.raises(DataError, match="no input of kind 'sequence'"):
        clips.inputs("sequence")
