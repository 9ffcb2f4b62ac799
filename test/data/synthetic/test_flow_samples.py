"""Flow samples: the same seed gives the same bytes, and skin moves where the units say."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic import TRAIN_SUBJECTS, flow_noise, flow_samples
from mer_ros.data.synthetic.flow_samples import AMPLITUDE_PX, FlowSet
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.subject_fields import SubjectFields
from mer_ros.errors import ConfigError
from mer_ros.face.geometry import CROP_SIZE


@pytest.fixture(scope="module")
def made() -> FlowSet:
    return flow_samples(300, TRAIN_SUBJECTS[:10], seed=3, size=56)


@pytest.fixture(scope="module")
def clean() -> FlowSet:
    return flow_samples(300, TRAIN_SUBJECTS[:10], seed=3, size=56, clean=True)


def test_shapes_and_labels(made: FlowSet) -> None:
    assert made.data.shape == (300, 2, 56, 56) and made.data.dtype == np.float32
    assert np.isfinite(made.data).all()
    assert made.labels.dtype == np.int64 and set(made.labels) == set(range(7))
    assert set(made.subjects) <= set(TRAIN_SUBJECTS[:10])
    assert len(made.action_units) == 300 and all(1 <= len(units) <= 3 for units in made.action_units)


def test_same_seed_same_bytes_another_seed_another_set(made: FlowSet) -> None:
    again = flow_samples(300, TRAIN_SUBJECTS[:10], seed=3, size=56)
    assert again.data.tobytes() == made.data.tobytes()
    assert again.labels.tobytes() == made.labels.tobytes()
    assert not np.array_equal(flow_samples(300, TRAIN_SUBJECTS[:10], seed=4).labels, made.labels)


def test_amplitude_is_the_peak_in_crop_pixels(clean: FlowSet) -> None:
    peak = np.linalg.norm(clean.data, axis=1).max(axis=(1, 2))
    assert (clean.amplitude_px >= AMPLITUDE_PX[0]).all() and (clean.amplitude_px <= AMPLITUDE_PX[1]).all()
    assert (peak <= clean.amplitude_px * 1.001).all()
    assert np.median(peak / clean.amplitude_px) > 0.85  # the grid all but hits the fastest landmark


@pytest.mark.parametrize(("unit", "landmark", "sign_u", "sign_v"), [
    ("AU12", 61, -1, -1),  # right lip corner (left in the picture): outward and up
    ("AU12", 291, 1, -1),
    ("AU4", 55, 1, 1),  # right inner brow: inward and down
    ("AU4", 285, -1, 1),
])  # fmt: skip
def test_unit_moves_its_landmark_in_the_picture(unit: str, landmark: int, sign_u: int, sign_v: int) -> None:
    for subject_id in range(6):
        fields = SubjectFields(make_subject(subject_id), 64)
        flow = fields.expression({unit + "R": 1.0, unit + "L": 1.0}, 2.0)
        column, row = np.rint((fields.landmarks[landmark] + 0.5) * 64 / CROP_SIZE - 0.5).astype(int)
        u, v = flow[row, column]
        assert u * sign_u > 0.2 and v * sign_v > 0.2


def test_noise_leaves_the_expression_readable(made: FlowSet, clean: FlowSet) -> None:
    strong = made.amplitude_px > 1.5
    similarity = [
        float((a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b))
        for a, b in zip(made.data[strong], clean.data[strong], strict=True)
    ]
    assert 0.5 < np.median(similarity) < 0.97  # neither drowned nor left untouched


def test_flow_is_in_crop_pixels_whatever_the_size() -> None:
    small = flow_samples(20, [5], seed=1, size=32, clean=True)
    large = flow_samples(20, [5], seed=1, size=128, clean=True)
    np.testing.assert_array_equal(small.labels, large.labels)
    box = large.data.reshape(20, 2, 32, 4, 32, 4).mean(axis=(3, 5))
    assert np.abs(box - small.data).max() < 0.35 * large.amplitude_px.max()
    assert np.corrcoef(box.ravel(), small.data.ravel())[0, 1] > 0.98


def test_misalignment_without_error_is_nothing() -> None:
    flow = flow_samples(1, [5], seed=1, size=56, clean=True).data[0].transpose(1, 2, 0)

    class Zero:
        def normal(self, mean, sigma, size=None):
            return mean if size is None else np.full(size, float(mean))

    np.testing.assert_allclose(flow_noise.misalign(flow, Zero()), flow, atol=1e-5)


@pytest.mark.parametrize(("n", "subjects", "size"), [(-1, [1], 56), (1, [], 56), (1, [1], 4)])
def test_impossible_requests_are_refused(n: int, subjects: list[int], size: int) -> None:
    with pytest.raises(ConfigError, match="flow samples need"):
        flow_samples(n, subjects, 0, size)
