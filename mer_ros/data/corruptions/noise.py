"""Noise of the sensor, as in ImageNet-C: independent in every pixel and frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mer_ros.data.corruptions.corruption import Corruption, Shot


def _noisy(shot: Shot, sigma: float, rng: np.random.Generator) -> Shot:
    frames = shot.frames / np.float32(255) + rng.normal(0, sigma, shot.frames.shape).astype(np.float32)
    return replace(shot, frames=np.rint(255 * np.clip(frames, 0, 1)).astype(np.uint8))


def _with_few_photons(shot: Shot, photons: float, rng: np.random.Generator) -> Shot:
    frames = rng.poisson(shot.frames / 255.0 * photons).astype(np.float32) / np.float32(photons)
    return replace(shot, frames=np.rint(255 * np.clip(frames, 0, 1)).astype(np.uint8))


GAUSSIAN_NOISE = Corruption(
    "Gaussian noise", "of the range of values", (0.08, 0.12, 0.18, 0.26, 0.38), _noisy
)
SHOT_NOISE = Corruption("shot noise", "photons in white", (60.0, 25.0, 12.0, 5.0, 3.0), _with_few_photons)
