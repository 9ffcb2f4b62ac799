"""A short recording of a texture whose middle moves to the right and back, and one of the texture at rest."""

from __future__ import annotations

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

N, K, PEAK, PERIOD_NS = 70, 8, 35, 10_000_000


def sequence(shift_px: float) -> np.ndarray:
    """(N, 96, 96) uint8: the middle moves by ``shift_px`` at frame PEAK, and not at all 5 frames from it."""
    noise = np.random.default_rng(3).normal(0, 60, (96, 96)).astype(np.float32)
    still = np.clip(128 + 4 * cv2.GaussianBlur(noise, (0, 0), 2), 0, 255)
    x, y = np.meshgrid(np.arange(96, dtype=np.float32), np.arange(96, dtype=np.float32))
    weight = np.exp(-((x - 48) ** 2 + (y - 48) ** 2) / (2 * 14.0**2))
    frames = []
    for i in range(N):
        level = max(0.0, 1 - abs(i - PEAK) / 5)
        frames.append(cv2.remap(still, x - shift_px * level * weight, y, cv2.INTER_CUBIC))
    return np.clip(np.stack(frames), 0, 255).round().astype(np.uint8)


@pytest.fixture(scope="session")
def recording() -> SimpleNamespace:
    """moving, still: (70, 96, 96) uint8. stamps_ns: (70,). window_s: 2 k frames. peak: a frame."""
    return SimpleNamespace(
        moving=sequence(2.0),
        still=sequence(0.0),
        stamps_ns=np.arange(N, dtype=np.int64) * PERIOD_NS,
        period_ns=PERIOD_NS,
        window_s=2 * K * PERIOD_NS * 1e-9,
        k=K,
        peak=PEAK,
    )
