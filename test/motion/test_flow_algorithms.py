from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.motion.flow_algorithms import DEFAULT_FLOW, FLOW_ALGORITHMS, flow_algorithm
from mer_ros.motion.optical_flow import DenseFlow

NOISE = np.random.default_rng(0).integers(0, 256, (96, 96)).astype(np.uint8)
BEFORE = cv2.normalize(cv2.GaussianBlur(NOISE, (0, 0), 3), None, 0, 255, cv2.NORM_MINMAX)
AFTER = np.roll(BEFORE, (2, 1), axis=(0, 1))


@pytest.mark.parametrize("name", FLOW_ALGORITHMS)
def test_each_algorithm_measures_a_shift_in_pixels(name):
    flow = flow_algorithm(name)(BEFORE, AFTER)
    assert flow.shape == (96, 96, 2) and flow.dtype == np.float32
    assert flow[20:-20, 20:-20].mean((0, 1)) == pytest.approx([1, 2], abs=0.05)


def test_the_default_is_the_flow_of_events():
    assert np.array_equal(flow_algorithm(DEFAULT_FLOW)(BEFORE, AFTER), DenseFlow(refine=True)(BEFORE, AFTER))


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match="choose one of dis, farneback, tvl1"):
        flow_algorithm("raft")
