"""The fit of the reader finds a known movement on each side, and its calibration known probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.explanation.action_units import ActionUnitReader, Logistic
from mer_ros.motion.normalisation import face_window, mirror_flow
from mer_ros.training.unit_fit import SCALE, calibration, fit_logistic, fit_sides


def test_the_fit_tells_units_and_sides_apart():
    """Two units: upward movement at two places of the right side, and their mirror images."""
    rng, size = np.random.default_rng(0), 16
    fields = np.zeros((2, 3, size, size), np.float32)
    fields[0, 1, 6, 5] = fields[1, 1, 11, 4] = -3
    both = np.stack([fields, mirror_flow(fields)], 1)  # (K, 2, 3, S, S)
    present = rng.random((600, 2, 2)) < 0.3
    samples = np.tensordot(present.astype(np.float32), both, ([1, 2], [0, 1]))
    samples += rng.normal(0, 0.3, samples.shape).astype(np.float32)
    samples *= face_window(size)
    weight, bias = fit_sides(samples, present, penalty=1e-3)
    even = Logistic(np.ones(2, np.float32), np.zeros(2, np.float32))
    scores = ActionUnitReader(("a", "b"), weight, bias, even, even).scores(samples)
    assert ((scores > 0) == present).mean() > 0.99
    assert not weight[..., ~face_window(size)].any()


def test_a_stronger_penalty_gives_smaller_weights():
    rng = np.random.default_rng(1)
    samples, present = rng.normal(size=(50, 3, 8, 8)).astype(np.float32), rng.random((50, 1, 2)) < 0.5
    loose, strict = (fit_sides(samples, present, penalty)[0] for penalty in (0.01, 10.0))
    assert np.linalg.norm(strict) < 0.2 * np.linalg.norm(loose)


def test_the_calibration_finds_scale_and_offset():
    rng = np.random.default_rng(2)
    scores = rng.normal(0, 2, (20_000, 1)).astype(np.float32)
    truth = rng.random(scores.shape) < 1 / (1 + np.exp(-(0.6 * scores - 1)))
    found = fit_logistic(scores, truth)
    assert found.scale[0] == pytest.approx(0.6, abs=0.05) and found.offset[0] == pytest.approx(-1, abs=0.1)


def test_a_unit_that_is_never_shown_keeps_the_prior_scale_and_is_improbable():
    scores = np.random.default_rng(3).normal(size=(500, 1)).astype(np.float32)
    found = fit_logistic(scores, np.zeros((500, 1), bool))
    assert found.scale[0] == pytest.approx(SCALE, abs=0.2) and found(scores).max() < 0.01


def test_the_lead_of_a_side_gives_the_probability_of_one_side():
    """A unit moves both sides, or only the one with the larger score, half of the time each."""
    rng = np.random.default_rng(4)
    side = rng.integers(0, 3, 9000)  # 0 right, 1 left, 2 both
    present = np.stack([side != 1, side != 0], -1)[:, None]  # (N, 1, 2)
    scores = np.where(present, 2.0, -2.0) + rng.normal(size=present.shape)
    moved, one_sided = calibration(scores.astype(np.float32), present)
    assert moved(np.float32([[2.0]]))[0, 0] > 0.99  # always shown
    lead = np.float32([[4.0], [0.0], [-4.0]])
    np.testing.assert_array_less([0.85, -1, -1], one_sided(lead)[:, 0])
    np.testing.assert_array_less(one_sided(lead)[:, 0], [1.01, 0.5, 0.05])
