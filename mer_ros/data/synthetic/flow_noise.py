"""What the real chain adds to an expression's flow.

Each effect is one function with its ranges beside it. Lengths are crop pixels (of the 128 px crop).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.subject_fields import SubjectFields
from mer_ros.face.geometry import CROP_SIZE

BLINK_CHANCE, BLINK_PX = 0.15, (0.2, 3.0)
"""How often a blink is caught half way, and how far the upper lid is then from where it was."""

GAZE_CHANCE, GAZE_PX = 0.20, 1.5
"""How often the eyes have moved, and how far (standard deviation each way)."""

TALK_CHANCE, TALK_SHARE = 0.10, 0.4
"""How often the mouth moves too, and its largest share of the expression's amplitude."""
TALK_UNITS = ("AU25", "AU26", "AU20", "AU23", "AU17")

SHIFT_SIGMA_PX, ROLL_SIGMA_RAD, SCALE_SIGMA = 1.2, 0.02, 0.03
"""How badly the noisy eye corners place the crop."""

RESIDUE_PX, RESIDUE_ROLL_RAD, RESIDUE_GROWTH, RESIDUE_TURN_RAD = 0.08, 0.002, 0.002, 0.008
"""Head motion that registration has left: shift, roll, growth, and yaw and pitch (standard deviations)."""

LOW_CELLS, LOW_SHARE, LOW_SPREAD = (3, 5, 9), 0.10, 0.5
"""Smooth noise: its scales (cells across the crop), median share of the amplitude, log spread."""

FINE_PX, FINE_SPREAD = 0.04, 0.4
"""Noise of the flow algorithm itself: median standard deviation, log spread."""

DAMPING, DAMPING_CELLS = (0.55, 1.0), 7
"""Flow is damped where the skin has no texture: range of the factor, patches across the crop."""

BLUR_PX = (1.2, 3.2)
"""Blur of a dense flow algorithm, Gaussian sigma, uniform."""


def leftovers(fields: SubjectFields, amplitude_px: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """(S, S, 2) what a blink, a glance or talking leaves between onset and apex."""
    flow = np.zeros((fields.size, fields.size, 2), np.float32)
    if rng.uniform() < BLINK_CHANCE:
        lid = rng.uniform(*BLINK_PX) * rng.choice([-1, 1])
        flow += fields.expression({"AU5R": 1.0, "AU5L": rng.uniform(0.8, 1.2)}, lid)
    if rng.uniform() < GAZE_CHANCE:
        flow += fields.gaze.sum(0) * rng.normal(0, GAZE_PX, 2).astype(np.float32)
    if rng.uniform() < TALK_CHANCE:
        unit = TALK_UNITS[rng.integers(len(TALK_UNITS))]
        amount = amplitude_px * rng.uniform(0, TALK_SHARE) * rng.choice([-1, 1])
        flow += fields.expression({unit + "R": 1.0, unit + "L": 1.0}, amount)
    return flow


def misalign(flow: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """The same motion seen in a crop that is shifted, rolled and scaled by errors of the eye corners."""
    size = len(flow)
    shift = np.clip(rng.normal(0, SHIFT_SIGMA_PX, 2), -3, 3) * size / CROP_SIZE
    roll = float(rng.normal(0, ROLL_SIGMA_RAD))
    scale = float(np.exp(rng.normal(0, SCALE_SIGMA)))
    turn = scale * np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    centre = np.full(2, (size - 1) / 2)
    affine = np.column_stack([turn, centre + shift - turn @ centre])
    placed = cv2.warpAffine(flow, affine, (size, size), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(placed @ turn.T.astype(np.float32))


def residual_motion(fields: SubjectFields, rng: np.random.Generator) -> NDArray[np.float32]:
    """(S, S, 2) what registration leaves of head motion; the background takes part in a share of it."""
    sigma = (RESIDUE_PX, RESIDUE_PX, RESIDUE_ROLL_RAD, RESIDUE_GROWTH, RESIDUE_TURN_RAD, RESIDUE_TURN_RAD)
    motion = fields.combine(fields.motion, rng.normal(0, 1, 6) * sigma)
    share = np.float32(rng.uniform())
    return np.asarray(motion * (fields.cover + share * (1 - fields.cover)))


def as_dense_flow(
    flow: NDArray[np.float32], amplitude_px: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """The (S, S, 2) field as a dense flow algorithm reports it: damped in patches, noisy, blurred."""
    size = len(flow)
    low_px = amplitude_px * LOW_SHARE * np.exp(rng.normal(0, LOW_SPREAD))
    weights = rng.dirichlet(np.ones(len(LOW_CELLS)))
    noise = np.zeros_like(flow)
    for cells, weight in zip(LOW_CELLS, weights, strict=True):
        noise += _smooth_noise(cells, size, rng) * np.float32(np.sqrt(weight) * low_px)
    low, high = DAMPING
    patches = low + (high - low) * (0.5 + 0.5 * np.tanh(_smooth_noise(DAMPING_CELLS, size, rng, 1)))
    flow = flow * patches.astype(np.float32) + noise
    sigma = rng.uniform(*BLUR_PX) * size / CROP_SIZE
    fine_px = FINE_PX * np.exp(rng.normal(0, FINE_SPREAD))
    white = rng.standard_normal(flow.shape, np.float32)
    gain = max(2 * np.sqrt(np.pi) * sigma, 1.0)  # a blur of sigma divides white noise by this
    flow = flow + white * np.float32(fine_px * gain)
    return np.asarray(cv2.GaussianBlur(flow, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))


def _smooth_noise(cells: int, size: int, rng: np.random.Generator, channels: int = 2) -> NDArray[np.float32]:
    """(size, size, channels) noise of unit spread that varies over 1/cells of the crop."""
    coarse = rng.standard_normal((cells + 1, cells + 1, channels), np.float32)
    smooth = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth.reshape(size, size, channels))
