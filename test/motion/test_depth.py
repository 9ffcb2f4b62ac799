"""Depth is estimated from head turns, and expressions do not change the estimate."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.face.regions import RIGID
from mer_ros.motion.depth import DepthLearner

N = 468
NOT_RIGID = np.setdiff1d(np.arange(N), RIGID)


def _turns(n: int, size_rad: float = 0.04, seed: int = 0) -> np.ndarray:
    """(n, 2) a head that sways in yaw and pitch."""
    phase = np.linspace(0, 12, n)
    return size_rad * np.column_stack([np.sin(phase), np.cos(1.7 * phase + seed)])


def _left(turn: np.ndarray, error_px: np.ndarray, corrected: np.ndarray) -> np.ndarray:
    return ((error_px - corrected)[:, None] * turn).astype(np.float32)


def test_wrong_depths_are_found_and_the_false_movement_goes() -> None:
    error = np.zeros(N)
    error[NOT_RIGID] = np.random.default_rng(0).normal(0, 6, len(NOT_RIGID))
    learner, rng = DepthLearner(N), np.random.default_rng(1)
    for turn in _turns(400):
        noise = rng.normal(0, 0.05, (N, 2)).astype(np.float32)
        learner.learn(_left(turn, error, learner.correction) + noise, turn)
    before = np.abs(error).mean()
    found = learner.apply()
    assert np.abs(error - found).mean() < 0.12 * before
    for turn in _turns(200, seed=1):  # what is applied is not learned twice
        learner.learn(_left(turn, error, learner.correction), turn)
    assert np.abs(error - learner.apply()).mean() < 0.12 * before


def test_without_turns_the_depth_stays_small() -> None:
    learner, rng = DepthLearner(N), np.random.default_rng(0)
    for _ in range(500):
        learner.learn(rng.normal(0, 0.1, (N, 2)).astype(np.float32), rng.normal(0, 2e-4, 2))
    learner.learn(np.zeros((N, 2), np.float32), np.zeros(2))
    assert np.abs(learner.apply()).max() < 1.0  # px: noise alone, divided by turns of 0.01 degree, is 500


def test_an_expression_while_the_head_sways_moves_the_depth_little() -> None:
    learner = DepthLearner(N)
    mouth = np.zeros((N, 2), np.float32)
    mouth[[61, 291], 1] = -0.8
    for i, turn in enumerate(_turns(400)):
        learner.learn(mouth if 180 < i < 200 else np.zeros_like(mouth), turn)
    assert np.abs(learner.apply()[[61, 291]]).max() * 0.04 < 0.1  # px of false movement at the largest turn


def test_an_error_that_all_rigid_points_share_is_left_to_the_head() -> None:
    learner = DepthLearner(N)
    for turn in _turns(300):
        learner.learn(_left(turn, np.full(N, 5.0), learner.correction), turn)
    assert learner.apply()[list(RIGID)].mean() == pytest.approx(0.0, abs=1e-9)


def test_old_turns_fade_when_the_depth_changes() -> None:
    learner = DepthLearner(N)
    for error_px in (5.0, -5.0):
        error = np.zeros(N)
        error[61] = error_px
        for turn in _turns(1500):
            learner.learn(_left(turn, error, learner.correction), turn)
    assert learner.apply()[61] == pytest.approx(-5.0, abs=1.0)
