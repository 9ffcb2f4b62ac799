"""Probability of each facial action unit in the flow of an event, on each side of the face.

The reader is a logistic regression for each unit on the pixels of a small flow sample. One set of weights
scores the person's right side; for the left side it reads the mirror image. The larger score tells whether
the unit moved, the difference of both whether only one side did. The reader is trained on synthetic flow of
all heads and calibrated on an unseen head with rough noise (``training.action_units``). It does not depend on
the model that labels the event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from mer_ros.motion.normalisation import FLOOR_PX, deviation_px, mirror_flow, normalise_flow

Floats = NDArray[np.floating]
F32 = NDArray[np.float32]

LIKELY = 0.5
"""A unit or a side is named above this probability: more likely than not."""


class UnitProbabilities(NamedTuple):
    """(..., K) float32, 0..1, of K units: that it moved at all, on the person's right, and on the left.

    ``unit`` is at least as large as each side, and at most their sum.
    """

    unit: F32
    right: F32
    left: F32


@dataclass(frozen=True, eq=False)
class Logistic:
    """Probability 1 / (1 + exp(-(scale * score + offset))) for each unit. scale, offset: (K,) float32."""

    scale: F32
    offset: F32

    def __call__(self, scores: Floats) -> F32:
        """(..., K) scores -> (..., K) probabilities."""
        return np.asarray(expit(scores * self.scale + self.offset), np.float32)


@dataclass(frozen=True, eq=False)
class ActionUnitReader:
    """A trained reader.

    units: names of K units. weight: (K, 3, S, S) float32 on normalised u, v and strain, and bias: (K,)
    float32, of the score of the right side. moved: probability of the unit from the larger score. one_sided:
    probability that, if the unit moved, only one side did, from the lead of its score over that of the other
    side; at most one half without a lead. reader_id: "name@hash12" of its file, "" if it is not stored.

    A probability refers to the frequencies with which units occur in the recipes of the generator
    (``data.synthetic.recipes``), which are those of the coding sheets of real data sets: of two units that
    look alike, the more frequent one is more probable. A unit counts as present on a side if its strength is
    above a quarter of the strongest movement of the event (``face.unit_coding.PRESENT``).

    Example: a reader of S = 2 pixels whose only unit is a movement upward in the left half of the picture,
    where the person's right is. The left side is its mirror image.

    >>> weight = np.zeros((1, 3, 2, 2), np.float32)
    >>> weight[0, 1, :, 0] = -1  # v points down
    >>> even = Logistic(np.ones(1, np.float32), np.zeros(1, np.float32))
    >>> reader = ActionUnitReader(("AU1",), weight, np.zeros(1, np.float32), even, even)
    >>> sample = np.zeros((1, 3, 2, 2), np.float32)
    >>> sample[0, 1, :, 1] = -3  # up, on the person's left
    >>> [values.round(2).tolist() for values in reader.probabilities(sample)]  # unit, right, left
    [[[1.0]], [[0.0]], [[1.0]]]
    """

    units: tuple[str, ...]
    weight: F32
    bias: F32
    moved: Logistic
    one_sided: Logistic
    reader_id: str = ""

    @property
    def size(self) -> int:
        """S, width of a sample."""
        return self.weight.shape[-1]

    def scores(self, samples: F32) -> F32:
        """(N, 3, S, S) normalised flow -> (N, K, 2) scores of the right and the left side."""
        both = np.stack([self.weight, mirror_flow(self.weight)], 1)  # (K, 2, 3, S, S)
        found = samples.reshape(len(samples), -1) @ both.reshape(2 * len(self.units), -1).T
        return np.asarray(found.reshape(len(samples), len(self.units), 2) + self.bias[:, None], np.float32)

    def probabilities(self, samples: F32) -> UnitProbabilities:
        """(N, 3, S, S) normalised flow -> probabilities (N, K)."""
        return self.calibrated(self.scores(samples))

    def calibrated(self, scores: F32) -> UnitProbabilities:
        """(N, K, 2) scores -> probabilities (N, K)."""
        unit, lead = self.moved(scores.max(-1)), scores[..., 0] - scores[..., 1]
        right, left = (unit * (1 - self.one_sided(other)) for other in (-lead, lead))
        return UnitProbabilities(unit, right, left)

    def read(self, flow: F32) -> UnitProbabilities:
        """(2, S', S') flow of an event in crop pixels -> probabilities (K,).

        All are 0 for a flow that differs from its median by less than ``FLOOR_PX`` on average in the window
        that every face fills. Raises InputError for another shape or values that are not finite.
        """
        if deviation_px(flow, self.size) < FLOOR_PX:
            return UnitProbabilities(*np.zeros((3, len(self.units)), np.float32))
        found = self.probabilities(normalise_flow(flow, self.size)[None])
        return UnitProbabilities(*(values[0] for values in found))
