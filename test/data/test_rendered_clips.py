"""Rendered clips: the same from run to run, of the people asked for, long enough, and moving."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.datasets.synthetic import rendered_synthetic_clips
from mer_ros.data.rendered_clips import people_for, rendered_clips
from mer_ros.data.synthetic import EVALUATION_SUBJECTS
from mer_ros.errors import ConfigError, DataError
from mer_ros.limits import MIN_SAMPLES
from mer_ros.types import EMOTIONS


@pytest.fixture(scope="module")
def made():
    heard = []
    clips = rendered_clips(8, [2000, 2001], 0, lambda done, total: heard.append((done, total)))
    return clips, heard


def test_each_of_the_people_shows_different_emotions_on_clips_like_those_of_events(made):
    clips, heard = made
    assert clips.subjects.tolist() == [2000] * 4 + [2001] * 4
    for person in (2000, 2001):
        assert len(set(clips.labels[clips.subjects == person].tolist())) == 4
    for crops in clips.crops:
        assert crops.dtype == np.uint8 and crops.shape[1:] == (128, 128)
        assert MIN_SAMPLES <= len(crops) <= 32
        assert (crops[0] != crops[-1]).any() and crops.std() > 10
    assert clips.flow.shape == (8, 2, 128, 128) and clips.flow.dtype == np.float32
    assert all(0 < apex < len(crops) for apex, crops in zip(clips.apex, clips.crops, strict=True))
    assert heard[-1] == (8, 8)


def test_sequences_are_measured_on_the_same_frames(made):
    clips, _ = made
    timed = rendered_clips(8, [2000, 2001], 0, sequences=True)
    assert clips.sequences == () and len(timed.sequences) == 8
    assert np.array_equal(timed.flow, clips.flow)
    for flow, sequence in zip(timed.flow, timed.sequences, strict=True):
        assert sequence.shape == (12, 2, 128, 128) and np.isfinite(sequence).all()
        agreement = max(np.corrcoef(flow.ravel(), moment.ravel())[0, 1] for moment in sequence)
        assert agreement > 0.8  # some moment is near the apex of the flow
        strength = np.abs(sequence).mean((1, 2, 3))
        assert strength[0] < strength.max()


def test_the_same_arguments_give_the_same_bytes_on_any_number_of_cores(made):
    clips, _ = made
    again = rendered_clips(8, [2000, 2001], 0, cores=1)
    assert np.array_equal(again.flow, clips.flow) and np.array_equal(again.labels, clips.labels)
    assert all(np.array_equal(a, b) for a, b in zip(again.crops, clips.crops, strict=True))


def test_who_is_rendered_does_not_depend_on_who_else_is(made):
    clips, _ = made
    alone = rendered_clips(4, [2001], 0)
    assert np.array_equal(alone.flow, clips.flow[4:])


def test_the_face_of_a_clip_stays_where_it_is(made):
    """Registration carries the crop: the head's sway of several pixels leaves hardly any shift."""
    import cv2

    for crops in made[0].crops:
        first, last = (crops[i, 20:80, 20:108].astype(np.float32) for i in (0, -1))
        (dx, dy), _ = cv2.phaseCorrelate(first, last)
        assert np.hypot(dx, dy) < 1.0


@pytest.mark.parametrize(("n", "expected"), [(2, 2), (14, 2), (15, 3), (70, 10), (10_000, 400)])
def test_each_of_the_people_shows_every_emotion_once_where_they_suffice(n, expected):
    people = people_for(n, EVALUATION_SUBJECTS)
    assert len(people) == expected and people[0] == EVALUATION_SUBJECTS[0]
    assert -(-n // expected) <= len(EMOTIONS) or expected == 400


def test_fewer_clips_than_people_are_refused():
    with pytest.raises(ConfigError, match="3 clips cannot be of 5 subjects"):
        rendered_clips(3, range(5), 0)


def test_a_made_set_hands_out_both_kinds_of_the_same_events(monkeypatch, made):
    monkeypatch.setattr("mer_ros.data.datasets.synthetic.rendered_clips", lambda *_, sequences: made[0])
    clips = rendered_synthetic_clips(8, 2, 0)
    assert clips.shown("clip")[3] is made[0].crops[3] and clips.shown("flow") is clips.flow
    assert clips.synthetic and "One photograph" in clips.caveat and "rendered" in clips.origin
    face = clips.shown("apex")[3]
    assert face.shape == (128, 128, 3) and (face == made[0].crops[3][made[0].apex[3]][..., None]).all()
    with pytest.raises(DataError, match="no input of kind 'sequence'"):
        clips.shown("sequence")
