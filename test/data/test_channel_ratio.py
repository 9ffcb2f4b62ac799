from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.data.channel_ratio import TRUST, channel_ratio
from mer_ros.data.synthetic import flow_samples
from mer_ros.data.synthetic_folder import flow_image


def image(flow, shrink_to=0):
    channels = flow_image(flow)
    if shrink_to:
        channels = cv2.resize(channels, (shrink_to, shrink_to), interpolation=cv2.INTER_AREA)
    return channels.transpose(2, 0, 1).astype(np.float32)


def true_ratio(flow):
    """Range of v over range of u: what scaling each to 0..255 has taken away."""
    return np.ptp(flow[1]) / np.ptp(flow[0])


def log_errors(flows, shrink_to=0):
    found = np.array([channel_ratio(image(uv, shrink_to)) for uv in flows]) ** (1 / TRUST)
    return np.log(found / [true_ratio(uv) for uv in flows])


def test_on_its_own_grid_the_ratio_comes_out():
    flows = flow_samples(60, [2000, 2001], seed=1, size=28).data
    spread = np.std([np.log(true_ratio(uv)) for uv in flows])
    assert np.std(log_errors(flows)) < 0.15 * spread


def test_of_a_larger_grid_much_of_it_does():
    flows = flow_samples(60, [2000, 2001], seed=1, size=112).data
    spread = np.std([np.log(true_ratio(uv)) for uv in flows])
    assert np.std(TRUST * log_errors(flows, shrink_to=28)) < 0.7 * spread


@pytest.mark.parametrize("gain", [0.5, 2.0])
def test_a_gain_of_one_channel_is_found(gain):
    (flow,) = flow_samples(1, [2000], seed=2, size=28).data
    before = channel_ratio(image(flow))
    after = channel_ratio(image(flow * np.array([1, gain], np.float32)[:, None, None]))
    assert after / before == pytest.approx(gain**TRUST, rel=0.1)


@pytest.mark.parametrize("value", [0, 255])
def test_an_image_without_information_gives_a_ratio_near_1(value):
    assert channel_ratio(np.full((3, 28, 28), value, np.float32)) == 1.0
    noise = np.random.default_rng(0).integers(0, 256, (3, 28, 28)).astype(np.float32)
    assert 0.5 < channel_ratio(noise) < 2
