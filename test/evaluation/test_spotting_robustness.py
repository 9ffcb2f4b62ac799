from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.evaluation.spotting import Matching
from mer_ros.evaluation.spotting_robustness import (
    FPS,
    Spotted,
    SpottingCurve,
    _changed,
    _curve,
    spotting_robustness,
)


@pytest.fixture(scope="module")
def slow():
    """The curve of a slower camera, on a clip of two expressions."""
    [curve] = spotting_robustness([540], n_events=2, corruptions=("frame_rate",), cores=1)
    return curve


def test_every_severity_is_spotted_and_judged(slow):
    assert slow.corruption == "frame_rate" and slow.clean >= 0.5
    assert all(len(values) == 5 for values in (slow.f1, slow.false, slow.judged))
    assert slow.f1[0] > 0 and min(slow.judged) > 0.9


def test_eight_frames_for_one_are_too_few_for_any_expression(slow):
    assert slow.f1[4] == 0 and slow.kept < 1


def shown(variant, n=200):
    """Places of the frames that are delivered; the value of a frame is its place."""
    frames = np.arange(n, dtype=np.uint8)[:, None, None, None] * np.ones((8, 8, 3), np.uint8)
    kept = np.delete(np.arange(n), 3)  # one frame is lost
    landmarks = np.random.default_rng(0).random((n - 1, 468, 2)).astype(np.float32)
    delivered = list(_changed(frames, kept, landmarks, variant, 0))
    assert [frame.stamp_ns for frame in delivered] == [
        round(frame.image[0, 0, 0] / FPS * 1e9) for frame in delivered
    ]
    return [int(frame.image[0, 0, 0]) for frame in delivered]


def test_frames_keep_their_time_and_lost_ones_are_left_out():
    clean = shown(("", 0))
    assert clean == [i for i in range(200) if i != 3]
    for severity, every in ((1, 2), (2, 3), (3, 4), (4, 6), (5, 8)):
        assert shown(("frame_rate", severity)) == clean[::every]


def test_a_clip_is_changed_as_a_whole_without_a_jump():
    """A light that grows, and noise that never repeats."""
    frames = np.full((150, 16, 16, 3), 120, np.uint8)
    landmarks = np.random.default_rng(0).random((150, 468, 2)).astype(np.float32)
    lit = [f.image for f in _changed(frames, np.arange(150), landmarks, ("side_light", 5), 0)]
    border = np.array([image[:, 0].mean() for image in lit])
    assert np.abs(np.diff(border)).max() <= 1.0 < abs(border[-1] - border[0])
    noisy = [f.image for f in _changed(frames, np.arange(150), landmarks, ("gaussian_noise", 1), 0)]
    assert len({image.tobytes() for image in noisy}) == 150


def test_scores_are_pooled_over_videos():
    hit, false = Matching(((0, 0),), (), ()), Matching((), (0,), (0, 1))
    one = _curve("blur", 0.8, [[Spotted(hit, 0.5, 1.0), Spotted(false, 1.5, 0.5)]] * 5)
    assert one.f1 == (0.4,) * 5 and one.false == (1.0,) * 5 and one.judged == (0.75,) * 5
    assert one.kept == pytest.approx(0.5)
    assert np.isnan(SpottingCurve("blur", 0.0, (0.0,) * 5, (0.0,) * 5, (1.0,) * 5).kept)


def test_an_unknown_corruption_is_refused_before_anything_is_rendered():
    with pytest.raises(ConfigError, match="fog"):
        spotting_robustness([540], corruptions=("fog",))
