"""Key frames: the apex in the middle, one gain for all frames, no residual head motion, mirroring."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic import TRAIN_SUBJECTS, flow_sequences
from mer_ros.errors import InputError
from mer_ros.motion.key_frames import (
    interpolate_frames,
    movement_curves,
    resample_evenly,
    select_key_frames,
    sequence_sample,
)
from mer_ros.motion.normalisation import FLOOR_PX, face_window, mirror_flow, normalise_flow
from mer_ros.motion.unimodal import unimodal_apex


def bump(apex=4, n=12, size=32, seed=0):
    """(n, 2, size, size) one smooth field that rises to ``apex`` and falls."""
    y, x = np.mgrid[:size, :size] / size
    field = np.stack([np.sin(5 * x + seed), np.cos(4 * y + seed)]).astype(np.float32)
    levels = np.interp(np.arange(n), [-1, apex, n], [0, 1, 0]).astype(np.float32)
    return levels[:, None, None, None] * field


def test_between_frames_it_is_linear_and_before_them_nothing_moves():
    flows = np.array([2.0, 4.0, 0.0], np.float32)
    np.testing.assert_allclose(interpolate_frames(flows, np.array([-1, -0.5, 0, 0.5, 2])), [0, 1, 2, 3, 0])


@pytest.mark.parametrize("apex", [0, 3, 6, 11])
@pytest.mark.parametrize("frames", [8, 9, 16])
def test_the_apex_comes_to_the_middle_and_all_of_the_movement_is_shown(apex, frames):
    shown = np.arange(1, 13, dtype=np.float32)  # frame t shows t + 1; the onset 0
    keys = select_key_frames(shown, apex, frames)
    assert len(keys) == frames and keys[frames // 2] == pytest.approx(apex + 1)
    assert (np.diff(keys) >= 0).all() and keys[0] > 0 and keys[-1] == pytest.approx(12)
    rise, fall = np.diff(keys[: frames // 2 + 1]), np.diff(keys[frames // 2 :])
    np.testing.assert_allclose(rise, rise[0], atol=1e-5)
    np.testing.assert_allclose(fall, fall[0], atol=1e-5)


def test_moments_are_evenly_between_onset_and_offset_whatever_the_stamps():
    times = np.array([0.11, 0.2, 0.37, 0.8, 1.0])
    shown = resample_evenly(times.astype(np.float32) * 5, times, 1.0)  # flow grows with time
    np.testing.assert_allclose(shown, 5 * np.arange(1, 13) / 13, rtol=1e-5)


def test_the_apex_frame_is_normalised_as_flow_is_up_to_the_common_gain():
    shown = bump()
    sample = sequence_sample(shown, 32, 8)
    alone = normalise_flow(shown[4], 32)
    inside = face_window(32)
    gain = np.abs(sample[4, :2]).mean() / np.abs(alone[:2]).mean()
    assert sample.shape == (8, 3, 32, 32) and sample.dtype == np.float32 and gain > 1.2
    np.testing.assert_allclose(sample[4], gain * alone, atol=1e-3)
    assert np.abs(sample[:, :2, inside]).mean() == pytest.approx(1, rel=1e-3)
    assert (sample[:, :, ~inside] == 0).all()


def test_frames_keep_their_ratio():
    sample = sequence_sample(bump(), 32, 8)
    strength = np.abs(sample[:, 0]).mean((1, 2))
    np.testing.assert_allclose(strength[:5] / strength[4], np.arange(1, 6) / 5, atol=0.02)


def test_a_gain_and_an_offset_of_each_frame_change_nothing():
    shown = bump()
    drift = np.random.default_rng(0).normal(size=(12, 2, 1, 1)).astype(np.float32)
    np.testing.assert_allclose(
        sequence_sample(3 * shown + drift, 32, 8), sequence_sample(shown, 32, 8), atol=2e-3
    )


def test_the_mirrored_face_makes_the_mirrored_sample():
    shown = bump() + 0.1 * np.random.default_rng(1).normal(size=(12, 2, 32, 32)).astype(np.float32)
    np.testing.assert_allclose(
        sequence_sample(mirror_flow(shown), 32, 8), mirror_flow(sequence_sample(shown, 32, 8)), atol=1e-4
    )


def test_a_face_that_does_not_move_is_not_enlarged():
    still = np.random.default_rng(0).normal(0, FLOOR_PX / 100, (12, 2, 32, 32)).astype(np.float32)
    assert np.abs(sequence_sample(still, 32, 8)[:, :2]).max() < 0.1


def test_synthetic_movements_peak_where_the_generator_states():
    sample = flow_sequences(40, TRAIN_SUBJECTS[:8], 5, 28, 12)
    clean = flow_sequences(40, TRAIN_SUBJECTS[:8], 5, 28, 12, clean=True)
    truth = np.hypot(clean.data[:, :, 0], clean.data[:, :, 1]).max((2, 3)).argmax(1)
    found = np.array([_apex(one) for one in sample.data])
    strong = sample.amplitude_px > 1
    assert np.median(np.abs(found - truth)[strong]) <= 1
    assert (np.abs(found - truth)[strong] <= 3).mean() > 0.85


def _apex(shown):
    window = face_window(28)
    centred = shown - np.median(shown[:, :, window], axis=2)[:, :, None, None]
    return unimodal_apex(movement_curves(centred))


@pytest.mark.parametrize(
    "shown",
    [
        np.zeros((12, 3, 8, 8), np.float32),
        np.zeros((1, 2, 8, 8), np.float32),
        np.zeros((2, 8, 8), np.float32),
        np.full((12, 2, 8, 8), np.nan, np.float32),
    ],
)
def test_what_is_no_sequence_is_refused(shown):
    with pytest.raises(InputError, match="A flow sequence"):
        sequence_sample(shown, 28, 8)
