"""Noise that the measuring chain adds to the flow of an expression, and movement that it removes.

Lengths are in crop pixels (of the 128 px crop). ``make bench-chain`` runs the tracker on rendered clips and
compares statistics of its flow with those of samples of this module.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.subject_fields import SubjectFields
from mer_ros.face.geometry import CROP_SIZE

BLINK_CHANCE, BLINK_PX = 0.15, (0.2, 3.0)
"""Probability of a partial blink, and range of the displacement of the upper lid."""

GAZE_CHANCE, GAZE_PX = 0.20, 1.5
"""Probability of an eye movement, and its standard deviation in each direction."""

TALK_CHANCE, TALK_SHARE = 0.10, 0.4
"""Probability of a mouth movement, and its largest share of the expression's amplitude."""
TALK_UNITS = ("AU25", "AU26", "AU20", "AU23", "AU17")

SHIFT_SIGMA_PX, ROLL_SIGMA_RAD, SCALE_SIGMA = 1.2, 0.02, 0.03
"""Standard deviations of the crop's shift, roll and log scale from noisy eye corners."""

RESIDUE_PX, RESIDUE_ROLL_RAD, RESIDUE_GROWTH, RESIDUE_TURN_RAD = 0.03, 0.0008, 0.0008, 0.003
"""Standard deviations of residual head motion after registration: shift, roll, growth, and yaw and pitch."""

SMOOTH_CELLS, SMOOTH_SHARE, SMOOTH_SPREAD = (5, 9, 15), 0.045, 0.4
"""Smooth noise of the chain: scales (cells across the crop), median share of the amplitude, log spread."""

LIVING_CELLS, LIVING_SHARE, LIVING_SPREAD = (3, 5, 9), 0.10, 0.5
"""The same for living skin, which rendered clips do not show."""

FINE_PX, FINE_SPREAD = 0.03, 0.4
"""Noise of the flow algorithm: median standard deviation, log spread."""

DAMPING, DAMPING_CELLS = (0.68, 1.02), 7
"""Damping of flow on skin without texture: range of the factor, patches across the crop."""

BLUR_PX = (1.4, 3.2)
"""Blur of a dense flow algorithm, Gaussian sigma, drawn uniformly."""

OWN_SHARE = 0.5
"""Share (in power) of the smooth noise of a sequence that is independent in each frame."""


class Chain:
    """Measuring chain of one sample; quantities that are constant over its frames are drawn on construction.

    spread: factor of all probabilities and of the size of misplacement, residue and noise. living: add
    effects that rendered clips do not show, or show at other times: small movements of living skin, a blink,
    a glance, speech.
    """

    def __init__(
        self,
        fields: SubjectFields,
        amplitude_px: float,
        rng: np.random.Generator,
        spread: float = 1.0,
        living: bool = True,
    ) -> None:
        self._fields, self._rng, self._spread = fields, rng, spread
        self._amounts = self._leftovers(amplitude_px) * living
        self._gaze = rng.normal(0, GAZE_PX, 2) * (living and rng.uniform() < GAZE_CHANCE * spread)
        residue = (
            RESIDUE_GROWTH, RESIDUE_ROLL_RAD, RESIDUE_PX, RESIDUE_PX, RESIDUE_TURN_RAD, RESIDUE_TURN_RAD,
        )  # fmt: skip
        self._residue = rng.normal(0, spread, 6) * residue
        self._background = np.float32(rng.uniform())
        self._affine, self._turn = misplacement(fields.size, rng, spread)
        size_px = amplitude_px * spread
        self._noise = [
            _SmoothNoise(SMOOTH_CELLS, size_px * SMOOTH_SHARE * np.exp(rng.normal(0, SMOOTH_SPREAD)), rng),
            _SmoothNoise(LIVING_CELLS, size_px * LIVING_SHARE * np.exp(rng.normal(0, LIVING_SPREAD)), rng),
        ][: 1 + living]
        self._smooth = self._smooth_noise()
        low, high = DAMPING
        patches = 0.5 + 0.5 * np.tanh(_field(DAMPING_CELLS, fields.size, rng, 1))
        self._damping = (low + (high - low) * patches).astype(np.float32)
        self._blur = rng.uniform(*BLUR_PX) * fields.size / CROP_SIZE
        self._fine_px = FINE_PX * np.exp(rng.normal(0, FINE_SPREAD)) * spread

    def see(self, amounts: NDArray[np.float64], progress: float = 1.0) -> NDArray[np.float32]:
        """(S, S, 2) measured flow of a face that is moved by (2U,) intensities.

        progress: 0 at the onset to 1 at the apex; all other movements have reached this share.
        """
        fields, share = self._fields, np.float32(progress)
        amounts = amounts + self._amounts * progress
        flow = fields.dense(amounts) + fields.gaze * (self._gaze * progress).astype(np.float32)
        flow = self.placed(flow - fields.head_motion(fields.taken_for_head(amounts)))
        left = fields.head_motion(self._residue * progress)
        flow += left * (fields.cover + self._background * (1 - fields.cover))
        own, common = np.float32(np.sqrt(OWN_SHARE)), np.float32(np.sqrt(1 - OWN_SHARE))
        smooth = self._smooth
        if progress < 1:
            smooth = (common * smooth + own * self._smooth_noise()) * share
        return self._as_dense_flow(flow * self._damping + smooth)

    def placed(self, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        """(S, S, 2) the same movement in the misplaced crop of this sample."""
        size = (self._fields.size, self._fields.size)
        moved = cv2.warpAffine(flow, self._affine, size, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved @ self._turn)

    def _leftovers(self, amplitude_px: float) -> NDArray[np.float64]:
        """(2U,) intensities that a blink or speech adds between onset and apex."""
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

    def _smooth_noise(self) -> NDArray[np.float32]:
        return np.asarray(sum(noise.draw(self._fields.size, self._rng) for noise in self._noise), np.float32)

    def _as_dense_flow(self, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        """Add the noise and blur of a dense flow algorithm."""
        white = self._rng.standard_normal(flow.shape, np.float32)
        gain = max(2 * np.sqrt(np.pi) * self._blur, 1.0)  # a blur of sigma divides white noise by this
        flow = flow + white * np.float32(self._fine_px * gain)
        return np.asarray(cv2.GaussianBlur(flow, (0, 0), self._blur, borderType=cv2.BORDER_REPLICATE))


def misplacement(
    size: int, rng: np.random.Generator, spread: float = 1.0
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Random shift, roll and scale of a crop by errors of the eye corners.

    Returns the (2, 3) affine of the crop and the (2, 2) matrix for row vectors of flow.
    """
    shift = np.clip(rng.normal(0, SHIFT_SIGMA_PX * spread, 2), -3, 3) * size / CROP_SIZE
    roll = float(rng.normal(0, ROLL_SIGMA_RAD * spread))
    scale = float(np.exp(rng.normal(0, SCALE_SIGMA * spread)))
    turn = scale * np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    centre = np.full(2, (size - 1) / 2)
    return np.column_stack([turn, centre + shift - turn @ centre]), turn.T.astype(np.float32)


class _SmoothNoise:
    """Noise of several scales in a random mix."""

    def __init__(self, cells: tuple[int, ...], px: float, rng: np.random.Generator) -> None:
        self._parts = list(zip(cells, np.sqrt(rng.dirichlet(np.ones(len(cells)))) * px, strict=True))

    def draw(self, size: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """(size, size, 2) crop pixels."""
        parts = [_field(cells, size, rng) * np.float32(px) for cells, px in self._parts]
        return np.asarray(sum(parts), np.float32)


def _field(cells: int, size: int, rng: np.random.Generator, channels: int = 2) -> NDArray[np.float32]:
    """(size, size, channels) noise with standard deviation 1 that varies over 1/cells of the crop."""
    coarse = rng.standard_normal((cells + 1, cells + 1, channels), np.float32)
    smooth = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth.reshape(size, size, channels))
