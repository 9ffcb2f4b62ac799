"""Flow samples: the same seed gives the same bytes, and skin moves where the units say."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic import TRAIN_SUBJECTS, flow_samples, flow_sequences
from mer_ros.data.synthetic.flow_samples import AMPLITUDE_PX, TASK, FlowSet
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.errors import ConfigError


@pytest.fixture(scope="module")
def samples() -> FlowSet:
    return flow_samples(300, TRAIN_SUBJECTS[:10], seed=3, size=56)


@pytest.fixture(scope="module")
def clean() -> FlowSet:
    return flow_samples(300, TRAIN_SUBJECTS[:10], seed=3, size=56, clean=True)


def test_shapes_and_labels(samples: FlowSet) -> None:
    assert samples.data.shape == (300, 2, 56, 56) and samples.data.dtype == np.float32
    assert np.isfinite(samples.data).all()
    assert samples.labels.dtype == np.int64 and set(samples.labels) == set(range(7))
    assert set(samples.subjects) <= set(TRAIN_SUBJECTS[:10])
    assert len(samples.action_units) == 300 and all(1 <= len(units) <= 4 for units in samples.action_units)


def test_same_seed_same_bytes_another_seed_another_set(samples: FlowSet) -> None:
    again = flow_samples(300, TRAIN_SUBJECTS[:10], seed=3, size=56)
    assert again.data.tobytes() == samples.data.tobytes()
    assert again.labels.tobytes() == samples.labels.tobytes()
    assert not np.array_equal(flow_samples(300, TRAIN_SUBJECTS[:10], seed=4).labels, samples.labels)


def test_amplitude_is_the_peak_in_crop_pixels(clean: FlowSet) -> None:
    peak = np.linalg.norm(clean.data, axis=1).max(axis=(1, 2))
    expressive = np.array([make_subject(int(s)).expressive for s in clean.subjects])
    drawn = clean.amplitude_px / expressive
    assert (drawn >= AMPLITUDE_PX[0] * 0.999).all() and (drawn <= AMPLITUDE_PX[1] * 1.001).all()
    assert (peak <= clean.amplitude_px * 1.001).all()
    assert np.median(peak / clean.amplitude_px) > 0.85  # the grid all but hits the fastest landmark


def test_noise_leaves_the_expression_readable(samples: FlowSet, clean: FlowSet) -> None:
    strong = samples.amplitude_px > 1.5
    similarity = [
        float((a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b))
        for a, b in zip(samples.data[strong], clean.data[strong], strict=True)
    ]
    assert 0.5 < np.median(similarity) < 0.97  # neither drowned nor left untouched


def test_flow_is_in_crop_pixels_whatever_the_size() -> None:
    small = flow_samples(20, [5], seed=1, size=32, clean=True)
    large = flow_samples(20, [5], seed=1, size=128, clean=True)
    np.testing.assert_array_equal(small.labels, large.labels)
    box = large.data.reshape(20, 2, 32, 4, 32, 4).mean(axis=(3, 5))
    assert np.abs(box - small.data).max() < 0.35 * large.amplitude_px.max()
    assert np.corrcoef(box.ravel(), small.data.ravel())[0, 1] > 0.98


def test_sequences_rise_and_fall_and_are_of_the_same_subjects_and_units() -> None:
    single = flow_samples(30, TRAIN_SUBJECTS[:5], seed=3, size=32)
    samples = flow_sequences(30, TRAIN_SUBJECTS[:5], seed=3, size=32, frames=10)
    assert samples.data.shape == (30, 10, 2, 32, 32) and samples.action_units == single.action_units
    np.testing.assert_array_equal(samples.labels, single.labels)
    np.testing.assert_array_equal(samples.amplitude_px, single.amplitude_px)
    again = flow_sequences(30, TRAIN_SUBJECTS[:5], seed=3, size=32, frames=10)
    assert again.data.tobytes() == samples.data.tobytes()
    clean = flow_sequences(30, TRAIN_SUBJECTS[:5], seed=3, size=32, frames=10, clean=True)
    size = np.linalg.norm(clean.data, axis=2).max(axis=(2, 3))
    assert (size.argmax(1) >= 2).all() and (size.argmax(1) <= 6).all()
    assert (size[:, 0] < 0.6 * size.max(1)).all() and (size[:, -1] < 0.4 * size.max(1)).all()


def test_a_wider_spread_adds_noise_and_keeps_the_labels() -> None:
    near, far = (flow_samples(150, TRAIN_SUBJECTS[:10], 3, 32, spread=spread) for spread in (1.0, 1.5))
    clean = [flow_samples(150, TRAIN_SUBJECTS[:10], 3, 32, clean=True, spread=s).data for s in (1.0, 1.5)]
    noise = [np.abs(one.data - other).mean() for one, other in zip((near, far), clean, strict=True)]
    assert noise[1] > 1.15 * noise[0]
    np.testing.assert_array_equal(near.labels, far.labels)


def test_a_head_and_rough_noise_keep_labels_units_and_amplitudes(samples: FlowSet) -> None:
    for settings in ({"head": "photograph"}, {"head": "parametric"}, {"noise": "rough"}):
        other = flow_samples(300, TRAIN_SUBJECTS[:10], 3, 56, **settings)
        assert other.action_units == samples.action_units
        np.testing.assert_array_equal(other.labels, samples.labels)
        np.testing.assert_array_equal(other.amplitude_px, samples.amplitude_px)
        same = (other.data == samples.data).all(axis=(1, 2, 3))
        own_head = {"photograph": samples.subjects % 2 == 0, "parametric": samples.subjects % 2 == 1}
        np.testing.assert_array_equal(same, own_head.get(settings.get("head", ""), np.zeros(300, bool)))


def test_strengths_are_those_of_the_units_relative_to_the_strongest(samples: FlowSet) -> None:
    for strengths, units in zip(samples.strengths, samples.action_units, strict=True):
        moved = {samples.unit_sides[k][:-1] for k in np.flatnonzero(strengths)}
        assert moved <= set(units) and strengths.max() == 1 and strengths.min() >= 0
    first = flow_samples(5, [5], 0, 8, version="1.0")
    assert first.unit_sides == tuple(name for name in samples.unit_sides if name[:-1] != "AU24")
    assert first.strengths.shape == (5, len(first.unit_sides))


@pytest.mark.parametrize("setting", ["head", "noise", "version"])
def test_unknown_names_are_refused(setting: str) -> None:
    with pytest.raises(ConfigError, match=f"{setting}.*wooden"):
        flow_samples(1, [1], 0, **{setting: "wooden"})


@pytest.mark.parametrize(("n", "subjects", "size"), [(-1, [1], 56), (1, [], 56), (1, [1], 4)])
def test_impossible_requests_are_refused(n: int, subjects: list[int], size: int) -> None:
    with pytest.raises(ConfigError, match="flow samples need"):
        flow_samples(n, subjects, 0, size)


@pytest.mark.parametrize("frames", [1, 65])
def test_sequences_have_a_sensible_length(frames: int) -> None:
    with pytest.raises(ConfigError, match="2 to 64 frames"):
        flow_sequences(1, [1], 0, frames=frames)


@pytest.mark.parametrize("generate", [flow_samples, flow_sequences])
def test_progress_is_reported_sample_by_sample(generate, recorder) -> None:
    log = recorder()
    generate(3, [5, 6], seed=1, size=16, progress=log)
    assert log.totals == {TASK: 3} and log.done(TASK) == [1, 2, 3] and log.finished_tasks == [TASK]
