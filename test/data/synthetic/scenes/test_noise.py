"""Random textures: their size and their structure."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.scenes.noise import smooth_noise, strands


@pytest.mark.parametrize("cell", [1.0, 4.0, 20.0])
def test_smooth_noise_is_standard_and_as_smooth_as_its_cells(cell: float) -> None:
    noise = smooth_noise(np.random.default_rng(0), (120, 160), cell)
    assert noise.shape == (120, 160) and noise.dtype == np.float32
    assert abs(noise.mean()) < 1e-4 and noise.std() == pytest.approx(1, abs=1e-3)
    step = np.abs(np.diff(noise, axis=1)).mean()
    assert step == pytest.approx({1.0: 1.13, 4.0: 0.33, 20.0: 0.084}[cell], rel=0.25)


def test_strands_vary_across_and_hardly_along() -> None:
    y, x = np.mgrid[:200, :200].astype(np.float32)
    hair = strands(np.random.default_rng(0), x, y / 30)
    assert np.abs(np.diff(hair, axis=1)).mean() > 5 * np.abs(np.diff(hair, axis=0)).mean()
