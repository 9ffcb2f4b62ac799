"""Noise of the sensor, as in ImageNet-C: independent in every pixel and frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.corruptions.corruption import Corruption, Shot


def _noisy(shot: Shot, sigma: float, rng: np.random.Generator) -> Shot:
    def noisy(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return _eight_bits(frame / np.float32(255) + rng.normal(0, sigma, frame.shape).astype(np.float32))

    return replace(shot, frames=np.stack([noisy(frame) for frame in shot.frames]))


def _with_few_photons(shot: Shot, photons: float, rng: np.random.Generator) -> Shot:
    def noisy(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return _eight_bits(rng.poisson(frame / 255.0 * photons).astype(np.float32) / np.float32(photons))

    return replace(shot, frames=np.stack([noisy(frame) for frame in shot.frames]))


def _eight_bits(frame: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Values of 0..1 as 0..255; those outside are clipped."""
    return np.rint(255 * np.clip(frame, 0, 1)).astype(np.uint8)


GAUSSIAN_NOISE = Corruption(
    "Gaussian noise", "of the range of values", (0.08, 0.12, 0.18, 0.26, 0.38), _noisy
)
SHOT_NOISE = Corruption("shot noise", "photons in white", (60.0, 25.0, 12.0, 5.0, 3.0), _with_few_photons)
