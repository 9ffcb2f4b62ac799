"""The weakest movement of one face that can currently be an event, as numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.noise_model import NoiseModel

NOTABLE_EXPOSURE = 0.05
"""Smallest over- or under-exposed share of a face that is reported."""

_MAIN_MOTION_SHARE = 0.5  # an action unit's own regions move at least this share of its largest movement
_NAMES = tuple(MOTION_GROUPS)


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Smallest detectable movement of one face.

    id: id of the face. interocular_px: distance between the outer eye corners. noise: (G,) float64, standard
    deviation of chance movements in each of the MOTION_GROUPS, and weakest: (G,) float64, the weakest
    movement of each that can be an event; both as a fraction of the interocular distance. over, under: shares
    of the face that are over- and under-exposed, 0..1. quality: reason why the face cannot be judged; empty
    if it can. compression: what is compressed too strongly, and the remedy; empty if nothing is.
    """

    id: str
    interocular_px: float
    noise: NDArray[np.float64]
    weakest: NDArray[np.float64]
    over: float
    under: float
    quality: str = ""
    compression: str = ""

    def __str__(self) -> str:
        """As in: face_1, 66 px between the eyes: smallest detectable movement 0.30 px (0.5%) at the chin."""
        about = f"{self.id}, {self.interocular_px:.0f} px between the eyes:"
        if self.quality:
            return f"{about} cannot be judged ({self.quality})"
        low, high = int(self.weakest.argmin()), int(self.weakest.argmax())
        words = f"{about} smallest detectable movement "
        if self.weakest[high] > self.weakest[low]:
            words += f"from {self._at(low)} to {self._at(high)}"
        else:
            words += f"{self._size(low)} everywhere"
        for share, how in ((self.over, "over"), (self.under, "under")):
            if share > NOTABLE_EXPOSURE:
                words += f"; {share:.0%} of the face is {how}-exposed"
        return f"{words}; {self.compression}" if self.compression else words

    def _at(self, group: int) -> str:
        return f"{self._size(group)} at the {_NAMES[group]}"

    def _size(self, group: int) -> str:
        share = float(self.weakest[group])
        return f"{share * self.interocular_px:.2f} px ({share:.1%})"


def weakest_events(noise: NoiseModel, required_snr: float, min_motion: float) -> NDArray[np.float64]:
    """(G,) weakest movement of each region that can be an event, as a fraction of the interocular distance.

    For each region it is the movement by the most detectable action unit among those that move this region
    most, or at least half as much as the region that they move most. noise: ``Spotter.noise``, learned from
    spans of middle length: a slower event must be a little larger, a faster one may be smaller.
    """
    moved = noise.patterns.moved
    snr = (noise.filters.T * moved).sum(1)  # (K,), of patterns of length 1
    motion = np.linalg.norm(moved.reshape(len(moved), -1, 2), axis=2)  # (K, G)
    needed = required_snr / snr[:, None] * motion
    own = motion >= _MAIN_MOTION_SHARE * motion.max(1, keepdims=True)
    return np.maximum(min_motion, np.where(own, needed, np.inf).min(0))
