"""What the compression of the pictures changes for the spotter: chance movements are larger.

Blocks that freeze and jump (``face.compression``) move every region by a few tenths of a percent of the
interocular distance. The noise model learns that, but only within seconds; until then a movement must stand
out from what was measured before it (``spotting.rejection``). The share of frozen cells does not show how
strong the compression is, so little is asked for because of the share alone: a tenth more, for a slow camera
another 1.17 times above a share of 0.3, and up to 1.85 times where most of the face is frozen, since what is
left of it no longer determines the flow. The method is our own, its measurements are in docs/recordings.md.

Example: a compressed face, one frame every 0.1 s, at first and after ten seconds.

>>> compression = Compression()
>>> for i in range(100):
...     compression.add(0.3, step_s=0.1)
...     if i in (0, 99):
...         print(compression.state)
CompressionState(strength=1.0, is_strong=False, is_new=True)
CompressionState(strength=1.0, is_strong=False, is_new=False)
"""

from __future__ import annotations

import math
from typing import NamedTuple

from mer_ros.spotting.config import SLOW_EXTRA_FACTOR

_MILD_FROZEN, _FULL_FROZEN = 0.1, 0.2  # shares up to which it does not, and from which it fully counts
_HELD_S = 10.0  # time constant with which the held share falls: a moving head freezes less for a while
_EXCESS = 0.1  # of the factor over 1
_STRONG_FROZEN = 0.45  # share above which action units must explain more of a movement
_MOSTLY_FROZEN, _MOSTLY_EXCESS = 0.5, 1.5  # share above which the factor grows further, and by how much
_SLOW_FROZEN = 0.3  # share above which a slow camera needs more
_LEARNS_S, _FORGETS_S = 2.5, 30.0  # time constants with which the noise model learns and forgets it
_UNLEARNED = 0.05  # part of the strength that may be unknown


class CompressionState(NamedTuple):
    """Compression of one face at one time.

    strength: 0..1, whether parts of the face freeze. is_strong: whether nearly half of it does. is_new:
    whether the noise model does not know it yet.
    """

    strength: float = 0.0
    is_strong: bool = False
    is_new: bool = False


NOT_COMPRESSED = CompressionState()
"""No part of the face freezes."""


class Compression:
    """Compression of one face, and how much of it the noise model knows."""

    def __init__(self) -> None:
        self._frozen = 0.0
        self._learned = 0.0

    @property
    def strength(self) -> float:
        """0..1."""
        return min(max((self._frozen - _MILD_FROZEN) / (_FULL_FROZEN - _MILD_FROZEN), 0.0), 1.0)

    def add(self, frozen: float, step_s: float) -> None:
        """Process a frame. frozen: share of the face that is frozen, 0..1. step_s: since the frame before."""
        excess = self.strength - self._learned
        self._learned += excess * (1 - math.exp(-step_s / (_LEARNS_S if excess > 0 else _FORGETS_S)))
        self._frozen = max(frozen, self._frozen * math.exp(-step_s / _HELD_S))

    @property
    def state(self) -> CompressionState:
        """What a rule may ask."""
        strength = self.strength
        is_new = strength - self._learned > _UNLEARNED
        return CompressionState(strength, self._frozen > _STRONG_FROZEN, is_new)

    def snr_factor(self, is_slow: bool) -> float:
        """Factor of the required signal-to-noise ratios. is_slow: whether the camera is slow."""
        factor = 1.0 + _EXCESS * self.strength + _MOSTLY_EXCESS * max(self._frozen - _MOSTLY_FROZEN, 0.0)
        return factor * SLOW_EXTRA_FACTOR if is_slow and self._frozen > _SLOW_FROZEN else factor
