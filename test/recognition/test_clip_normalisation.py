"""A batch is normalised like an event, also after it was shrunk."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros.data.synthetic import flow_samples
from mer_ros.motion.normalisation import normalise_flow
from mer_ros.recognition.clip_normalisation import normalised, shrunk


@pytest.mark.parametrize("size", [24, 28, 56])
def test_a_batch_is_normalised_as_an_event_is(size):
    flow = flow_samples(5, range(3), 0, size).data
    expected = np.stack([normalise_flow(one, size) for one in flow])
    np.testing.assert_allclose(normalised(torch.from_numpy(flow)).numpy(), expected, atol=2e-4)
    still = torch.zeros(1, 2, size, size)
    np.testing.assert_array_equal(normalised(still).numpy()[0], normalise_flow(still[0].numpy(), size))


@pytest.mark.parametrize("noise", ["smooth", "rough"])
def test_a_shrunk_sample_is_nearly_the_one_of_that_size(noise):
    flow = flow_samples(12, range(4), 0, 56, noise=noise).data
    large, small = (np.stack([normalise_flow(one, size) for one in flow]) for size in (56, 28))
    found = shrunk(torch.from_numpy(large), 28).numpy()
    assert (np.abs(found - small).mean((0, 2, 3)) < [0.04, 0.05, 0.12]).all()
    assert found[:, :, 0].max() == 0  # outside the window
