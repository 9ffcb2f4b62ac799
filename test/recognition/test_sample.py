"""Events become samples; the clip normalisation forgets gain and offset; the mirror obeys physics."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mer_ros.data.synthetic import TRAIN_SUBJECTS, flow_samples
from mer_ros.errors import ConfigError, InputError
from mer_ros.recognition import sample
from mer_ros.recognition.sample import InputSpec, face_window, mirror_flow, normalise_flow, sample_of, strain
from mer_ros.types import ExpressionEvent, Kind


@pytest.fixture(scope="module")
def flow() -> np.ndarray:
    return flow_samples(1, TRAIN_SUBJECTS, 0, 128).data[0]


def an_event(**changes) -> ExpressionEvent:
    rng = np.random.default_rng(0)
    face = rng.integers(0, 255, (128, 128, 3)).astype(np.uint8)
    landmarks = np.column_stack([rng.uniform(20, 108, (468, 2)), rng.uniform(-20, 20, 468)]).astype(
        np.float32
    )
    values = {
        "source": "",
        "frame_id": "",
        "event_id": "7",
        "face_id": "1",
        "kind": Kind.MICRO,
        "onset_ns": 0,
        "apex_ns": 1,
        "offset_ns": 2,
        "intensity": 0.0,
        "signal_to_noise": 0.0,
        "roi_xywh": (0, 0, 1, 1),
        "crop_from_image": np.eye(2, 3, dtype=np.float32),
        "landmarks": landmarks,
        "onset_face": face,
        "apex_face": face,
    }
    return ExpressionEvent(**{**values, **changes})


def test_shape_kind_and_range(flow):
    data = normalise_flow(flow, 56)
    assert data.shape == (3, 56, 56) and data.dtype == np.float32
    assert np.abs(data).max() <= sample.LIMIT and (data[2] >= 0).all()
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


def test_strain_of_a_pure_stretch_and_of_a_turn():
    ticks = np.arange(32, dtype=np.float32)
    x, y = np.meshgrid(ticks, ticks)
    per = 32 * sample.STRAIN_PIXELS
    np.testing.assert_allclose(strain(np.stack([0.1 * x, 0.2 * y])), per * np.hypot(0.1, 0.2), rtol=1e-4)
    np.testing.assert_allclose(strain(np.stack([0.1 * y, 0.3 * x])), per * np.sqrt(0.5) * 0.4, rtol=1e-4)
    np.testing.assert_allclose(
        strain(np.stack([-0.1 * y, 0.1 * x])), 0, atol=1e-6
    )  # a rotation strains nothing


def test_the_mirrored_face_is_the_sample_of_the_mirrored_flow(flow):
    mirrored = flow[..., ::-1].copy()
    mirrored[0] *= -1
    np.testing.assert_allclose(mirror_flow(normalise_flow(flow, 56)), normalise_flow(mirrored, 56), atol=1e-4)
    np.testing.assert_array_equal(mirror_flow(mirror_flow(flow)), flow)


def test_scaling_comes_back():
    spec = InputSpec("flow", 16, mean=(1.0, 2.0, 3.0), std=(0.5, 2.0, 4.0))
    data = np.random.default_rng(0).normal(size=(2, 3, 16, 16)).astype(np.float32)
    np.testing.assert_allclose(spec.unscale(spec.scale(data)), data, atol=1e-5)
    np.testing.assert_allclose(spec.scale(data)[:, 1], (data[:, 1] - 2) / 2, rtol=1e-6)


def test_the_apex_kind_is_rgb():
    blue = np.zeros((128, 128, 3), np.uint8)
    blue[..., 0] = 255  # BGR
    made = sample_of(an_event(apex_face=blue), InputSpec("apex", 32))
    assert made.kind == "apex" and made.data.shape == (3, 32, 32) and made.data.dtype == np.float32
    assert made.data[:, 16, 16].tolist() == [0, 0, 1]


def test_the_flow_kind_of_a_still_face_is_still():
    made = sample_of(an_event(), InputSpec("flow", 56))
    assert made.kind == "flow" and np.abs(made.data).max() < 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"apex_face": np.zeros((128, 100, 3), np.uint8)}, "apex_face of event '7' is (128, 100, 3) uint8"),
        ({"onset_face": np.zeros((128, 128, 3), np.float32)}, "onset_face of event '7'"),
        ({"apex_face": np.zeros((64, 64, 3), np.uint8)}, "(128, 128) and (64, 64)"),
        ({"landmarks": np.zeros((400, 3), np.float32)}, "landmarks (400, 3)"),
        ({"landmarks": np.full((468, 3), np.nan, np.float32)}, "468 finite"),
    ],
)
def test_a_broken_event_is_refused(changes, said):
    with pytest.raises(InputError) as caught:
        sample_of(dataclasses.replace(an_event(), **changes), InputSpec())
    assert said in str(caught.value)


def test_14_a_flow_that_is_not_finite_is_refused():
    with pytest.raises(InputError, match="finite"):
        normalise_flow(np.full((2, 16, 16), np.nan, np.float32), 16)


@pytest.mark.parametrize("spec", [{"size": 4}, {"std": (1.0, 0.0, 1.0)}, {"mean": (float("nan"), 0.0, 0.0)}])
def test_a_spec_without_meaning_is_refused(spec):
    with pytest.raises(ConfigError):
        InputSpec(**spec)
