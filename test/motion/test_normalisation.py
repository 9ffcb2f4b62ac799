"""The clip normalisation is invariant to gain and offset, strain to rotation; mirroring negates u."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic import TRAIN_SUBJECTS, flow_samples
from mer_ros.errors import InputError
from mer_ros.motion.normalisation import (
    FLOOR_PX,
    LIMIT,
    STRAIN_PIXELS,
    deviation_px,
    face_window,
    mirror_flow,
    normalise_flow,
    strain,
)


@pytest.fixture(scope="module")
def flow() -> np.ndarray:
    return flow_samples(1, TRAIN_SUBJECTS, 0, 128).data[0]


def test_shape_kind_and_range(flow):
    data = normalise_flow(flow, 56)
    assert data.shape == (3, 56, 56) and data.dtype == np.float32
    assert np.abs(data).max() <= LIMIT and (data[2] >= 0).all()
    window = face_window(56)
    assert not data[:, ~window].any()
    assert np.abs(np.median(data[:2, window], axis=1)).max() < 1e-5
    assert np.abs(data[:2, window]).mean() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("gain", [0.3, 5.0])
def test_a_gain_changes_nothing(flow, gain):
    np.testing.assert_allclose(normalise_flow(gain * flow, 56), normalise_flow(flow, 56), atol=1e-4)


def test_an_offset_changes_nothing(flow):
    moved = flow + np.array([3.0, -1.5], np.float32)[:, None, None]
    np.testing.assert_allclose(normalise_flow(moved, 56), normalise_flow(flow, 56), atol=1e-3)


def test_the_ratio_of_u_and_v_stays(flow):
    stretched = flow * np.array([1.0, 3.0], np.float32)[:, None, None]
    assert np.abs(normalise_flow(stretched, 56)[1]).sum() > 1.1 * np.abs(normalise_flow(flow, 56)[1]).sum()


def test_no_movement_is_zero_and_dust_is_not_enlarged():
    assert not normalise_flow(np.zeros((2, 128, 128), np.float32), 56).any()
    dust = np.random.default_rng(0).normal(0, 1e-4, (2, 128, 128)).astype(np.float32)
    assert np.abs(normalise_flow(dust, 56)[:2]).max() < 0.1


def test_the_deviation_is_the_divisor_of_the_normalisation(flow):
    deviation = deviation_px(flow, 28)
    assert deviation_px(3 * flow + 1, 28) == pytest.approx(3 * deviation, rel=1e-4)
    same = normalise_flow(flow / deviation * FLOOR_PX / 2, 28)[:2]  # below the floor: not enlarged to 1
    inside = np.abs(same[:, face_window(28)]).mean()
    assert inside == pytest.approx(0.5, rel=1e-3)


def test_strain_of_a_pure_stretch_and_of_a_turn():
    ticks = np.arange(32, dtype=np.float32)
    x, y = np.meshgrid(ticks, ticks)
    np.testing.assert_allclose(strain(np.stack([0.1 * x, 0.2 * y])), np.hypot(0.1, 0.2), rtol=1e-4)
    np.testing.assert_allclose(strain(np.stack([0.1 * y, 0.3 * x])), np.sqrt(0.5) * 0.4, rtol=1e-4)
    np.testing.assert_allclose(
        strain(np.stack([-0.1 * y, 0.1 * x])), 0, atol=1e-6
    )  # a rotation strains nothing


def test_the_strain_of_a_sample_is_per_a_sixteenth_of_the_crop():
    x = np.tile(np.arange(32, dtype=np.float32), (32, 1))
    u, _, strained = normalise_flow(np.stack([0.1 * x, 0 * x]), 32)
    assert strained[16, 16] == pytest.approx(32 * STRAIN_PIXELS * (u[16, 17] - u[16, 16]), rel=1e-4)


def test_the_mirrored_face_is_the_sample_of_the_mirrored_flow(flow):
    mirrored = flow[..., ::-1].copy()
    mirrored[0] *= -1
    np.testing.assert_allclose(mirror_flow(normalise_flow(flow, 56)), normalise_flow(mirrored, 56), atol=1e-4)
    np.testing.assert_array_equal(mirror_flow(mirror_flow(flow)), flow)


def test_fault_14_a_flow_that_is_not_finite_is_refused():
    with pytest.raises(InputError, match="finite"):
        normalise_flow(np.full((2, 16, 16), np.nan, np.float32), 16)
