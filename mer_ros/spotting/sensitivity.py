"""What can be seen of a face now: the weakest movement that would be taken for an expression, in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.unit_patterns import unit_patterns

NOTABLE_EXPOSURE = 0.05
"""A smaller share of a face that is over- or under-exposed is not worth a word."""

_NEARLY = 0.5  # of a unit's largest movement
_NAMES = tuple(MOTION_GROUPS)


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How well one face is seen.

    id: of its track. interocular_px: distance of its outer eye corners. noise: (G,) float64, size of chance
    movement in each of the MOTION_GROUPS, and weakest: (G,) the weakest movement there that can be an event;
    both as a fraction of the interocular distance. over, under: share of the face that is over- and
    under-exposed, 0..1. quality: empty, or why it cannot be judged.
    """

    id: str
    interocular_px: float
    noise: NDArray[np.float64]
    weakest: NDArray[np.float64]
    over: float
    under: float
    quality: str = ""

    def __str__(self) -> str:
        """As in: face_1, 66 px between the eyes, shows movements from 0.3 px (0.5 %) at the chin to ..."""
        about = f"{self.id}, {self.interocular_px:.0f} px between the eyes,"
        if self.quality:
            return f"{about} cannot be judged ({self.quality})"
        low, high = int(self.weakest.argmin()), int(self.weakest.argmax())
        if self.weakest[high] > self.weakest[low]:
            words = f"{about} shows movements from {self._at(low)} to {self._at(high)} and larger"
        else:
            words = f"{about} shows movements of {self._size(low)} and more everywhere"
        for share, how in ((self.over, "over"), (self.under, "under")):
            if share > NOTABLE_EXPOSURE:
                words += f"; {share:.0%} of it is {how}-exposed"
        return words

    def _at(self, group: int) -> str:
        return f"{self._size(group)} at the {_NAMES[group]}"

    def _size(self, group: int) -> str:
        share = float(self.weakest[group])
        return f"{share * self.interocular_px:.2f} px ({share:.1%})"


def weakest_events(chance: NoiseModel, least_snr: float, least_motion: float) -> NDArray[np.float64]:
    """(G,) the weakest movement of each region that can be an event, fraction of the interocular distance.

    It is that of the action unit which is told best among those that move the region most or nearly so.
    chance: as ``Spotter.chance``, learned from spans of middle length: a slower event needs a little more,
    a faster one less.
    """
    moved = unit_patterns().moved
    told = (chance.filters.T * moved).sum(1)  # (K,) of each pattern, of length 1
    there = np.linalg.norm(moved.reshape(len(moved), -1, 2), axis=2)  # (K, G)
    needed = least_snr / told[:, None] * there
    among = there >= _NEARLY * there.max(1, keepdims=True)
    return np.maximum(least_motion, np.where(among, needed, np.inf).min(0))
