"""Brightness, contrast, gamma, and a light from the side that grows during the movement."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from mer_ros.data.corruptions.corruption import Corruption, Shot


def _brighter(shot: Shot, level: float, _rng: np.random.Generator) -> Shot:
    """ImageNet-C: the value of HSV is increased."""
    frames = []
    for frame in shot.frames:
        hsv = cv2.cvtColor(frame.astype(np.float32) / 255, cv2.COLOR_BGR2HSV)
        hsv[..., 2] = np.clip(hsv[..., 2] + level, 0, 1)
        frames.append(np.rint(255 * cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)))
    return replace(shot, frames=np.asarray(frames, np.uint8))


def _flatter(shot: Shot, level: float, _rng: np.random.Generator) -> Shot:
    """ImageNet-C: the difference from the mean of the picture is multiplied."""
    values = np.arange(256.0)[:, None]
    frames = []
    for frame in shot.frames:
        mean = frame.mean(axis=(0, 1))
        frames.append(cv2.LUT(frame, np.rint((values - mean) * level + mean).astype(np.uint8)[None]))
    return replace(shot, frames=np.stack(frames))


def _darker(shot: Shot, level: float, _rng: np.random.Generator) -> Shot:
    table = np.rint(255 * (np.arange(256) / 255) ** level).astype(np.uint8)
    return replace(shot, frames=table[shot.frames])


def _lit_from_the_side(shot: Shot, level: float, rng: np.random.Generator) -> Shot:
    """One side becomes brighter and the other darker, by ``level`` at the end of the shot."""
    n, width = len(shot.frames), shot.frames.shape[2]
    across = np.linspace(-1, 1, width) * rng.choice((-1, 1))
    frames = []
    for frame, grown in zip(shot.frames, np.linspace(0, 1, n), strict=True):
        gain = (1 + level * grown * across).astype(np.float32)
        frames.append(np.rint(np.clip(frame * gain[None, :, None], 0, 255)).astype(np.uint8))
    return replace(shot, frames=np.stack(frames))


BRIGHTNESS = Corruption("brightness", "added to the value of HSV", (0.1, 0.2, 0.3, 0.4, 0.5), _brighter)
CONTRAST = Corruption("contrast", "of the original", (0.4, 0.3, 0.2, 0.1, 0.05), _flatter)
GAMMA = Corruption("gamma", "exponent", (1.3, 1.6, 2.0, 2.5, 3.0), _darker)
SIDE_LIGHT = Corruption(
    "light from one side", "change of the gain at the border", (0.05, 0.1, 0.2, 0.3, 0.4), _lit_from_the_side
)
