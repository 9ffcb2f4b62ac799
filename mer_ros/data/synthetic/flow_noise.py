"""What the real chain adds to an expression's flow, and what it takes away.

Lengths are crop pixels (of the 128 px crop). ``make bench-chain`` runs the tracker on rendered clips and
holds its flow against the samples of this module, figure by figure.
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

OWN_SHARE = 0.5
"""Of the smooth noise of a sequence: the part (in power) that each frame has of its own."""


class Chain:
    """The chain that one sample goes through: what stays the same in all its frames is drawn here.

    spread: factor of all chances and standard deviations.
    """

    def __init__(
        self, fields: SubjectFields, amplitude_px: float, rng: np.random.Generator, spread: float = 1.0
    ) -> None:
        self._fields, self._rng, self._spread = fields, rng, spread
        self._amounts = self._leftovers(amplitude_px)
        self._gaze = rng.normal(0, GAZE_PX, 2) * (rng.uniform() < GAZE_CHANCE * spread)
        residue = (
            RESIDUE_GROWTH, RESIDUE_ROLL_RAD, RESIDUE_PX, RESIDUE_PX, RESIDUE_TURN_RAD, RESIDUE_TURN_RAD,
        )  # fmt: skip
        self._residue = rng.normal(0, spread, 6) * residue
        self._background = np.float32(rng.uniform())
        self._affine, self._turn = misplacement(fields.size, rng, spread)
        self._low_px = amplitude_px * LOW_SHARE * np.exp(rng.normal(0, LOW_SPREAD)) * spread
        self._scales = rng.dirichlet(np.ones(len(LOW_CELLS)))
        self._low = self._low_noise()
        low, high = DAMPING
        patches = 0.5 + 0.5 * np.tanh(_smooth_noise(DAMPING_CELLS, fields.size, rng, 1))
        self._damping = (low + (high - low) * patches).astype(np.float32)
        self._blur = rng.uniform(*BLUR_PX) * fields.size / CROP_SIZE
        self._fine_px = FINE_PX * np.exp(rng.normal(0, FINE_SPREAD)) * spread

    def see(self, amounts: NDArray[np.float64], progress: float = 1.0) -> NDArray[np.float32]:
        """(S, S, 2) the flow that the chain reports of a face moved by (2U,) intensities.

        progress: 0 at the onset, 1 at the apex: what else moves has then come this far.
        """
        fields, share = self._fields, np.float32(progress)
        amounts = amounts + self._amounts * progress
        flow = fields.dense(amounts) + fields.gaze * (self._gaze * progress).astype(np.float32)
        flow -= fields.head_motion(fields.taken_for_head(amounts))
        size = (fields.size, fields.size)
        flow = cv2.warpAffine(flow, self._affine, size, borderMode=cv2.BORDER_REPLICATE) @ self._turn
        left = fields.head_motion(self._residue * progress)
        flow += left * (fields.cover + self._background * (1 - fields.cover))
        own, common = np.float32(np.sqrt(OWN_SHARE)), np.float32(np.sqrt(1 - OWN_SHARE))
        low = self._low if progress == 1.0 else (common * self._low + own * self._low_noise()) * share
        return self._as_dense_flow(flow * self._damping + low)

    def _leftovers(self, amplitude_px: float) -> NDArray[np.float64]:
        """(2U,) what a blink or talking leaves between onset and apex."""
        fields, rng = self._fields, self._rng
        amounts = np.zeros(len(fields.names))
        if rng.uniform() < BLINK_CHANCE * self._spread:
            lid = rng.uniform(*BLINK_PX) * rng.choice([-1, 1])
            amounts += fields.amounts({"AU5R": 1.0, "AU5L": rng.uniform(0.8, 1.2)}, lid)
        if rng.uniform() < TALK_CHANCE * self._spread:
            unit = TALK_UNITS[rng.integers(len(TALK_UNITS))]
            talk = amplitude_px * rng.uniform(0, TALK_SHARE) * rng.choice([-1, 1])
            amounts += fields.amounts({unit + "R": 1.0, unit + "L": 1.0}, talk)
        return amounts

    def _low_noise(self) -> NDArray[np.float32]:
        noise = np.zeros((self._fields.size, self._fields.size, 2), np.float32)
        for cells, weight in zip(LOW_CELLS, self._scales, strict=True):
            smooth = _smooth_noise(cells, self._fields.size, self._rng)
            noise += smooth * np.float32(np.sqrt(weight) * self._low_px)
        return noise

    def _as_dense_flow(self, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        """Noisy and blurred, as a dense flow algorithm reports it."""
        white = self._rng.standard_normal(flow.shape, np.float32)
        gain = max(2 * np.sqrt(np.pi) * self._blur, 1.0)  # a blur of sigma divides white noise by this
        flow = flow + white * np.float32(self._fine_px * gain)
        return np.asarray(cv2.GaussianBlur(flow, (0, 0), self._blur, borderType=cv2.BORDER_REPLICATE))


def misplacement(
    size: int, rng: np.random.Generator, spread: float = 1.0
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """How errors of the eye corners shift, roll and scale a crop.

    Its affine (2, 3), and what row vectors of flow are multiplied by there, (2, 2).
    """
    shift = np.clip(rng.normal(0, SHIFT_SIGMA_PX * spread, 2), -3, 3) * size / CROP_SIZE
    roll = float(rng.normal(0, ROLL_SIGMA_RAD * spread))
    scale = float(np.exp(rng.normal(0, SCALE_SIGMA * spread)))
    turn = scale * np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    centre = np.full(2, (size - 1) / 2)
    return np.column_stack([turn, centre + shift - turn @ centre]), turn.T.astype(np.float32)


def _smooth_noise(cells: int, size: int, rng: np.random.Generator, channels: int = 2) -> NDArray[np.float32]:
    """(size, size, channels) noise of unit spread that varies over 1/cells of the crop."""
    coarse = rng.standard_normal((cells + 1, cells + 1, channels), np.float32)
    smooth = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth.reshape(size, size, channels))
