"""Whether two textures (``face.texture``) show the same person: how unlike their structure is everywhere.

An open mouth, a grin, a hand, a mask or glasses change a part of a face; another person's face differs
everywhere. What is compared is therefore the better part of the better half of the face: the correlation of
the log brightness, without its slow changes (lamps), in windows of 7 x 7 pixels, at the best of all shifts by
up to 2 pixels; of its values over each half (right, left, upper, lower), the lower 30 % are one; and the
least of the four halves counts. A gain, a gamma curve and the contrast of the light change nothing.

The measure compares pictures that were taken within seconds. It is no face recognition: nothing is stored for
longer, and another day, camera or haircut makes the same person unlike.

Example: a texture is not unlike itself, also darker and with more contrast.

>>> textures = np.random.default_rng(0).normal(size=(2, HEIGHT, WIDTH)).astype(np.float32)
>>> one, other = (cv2.GaussianBlur(texture, (0, 0), 2.0) for texture in textures)
>>> rest = LikenessReference(one)
>>> print(round(rest.unlikeness(1.5 * one - 1), 2), rest.unlikeness(other) > 0.1)
0.0 True
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.local_windows import best_shift, shifted, window_mean
from mer_ros.face.texture import HEIGHT, WIDTH, Mask, areas, face, skin

Plane = NDArray[np.float32]

CUT_LIMIT, OTHER_LIMIT = 0.014, 0.022
"""Unlikeness above which a face is another person's: after a cut or a loss, and without either."""

_MIN_SIDES, _MIN_LEVELS = 0.3, 0.15
"""Smallest ratio of the foreignness of right and left, of above and below, if it is another person."""

_SLOW_PX = 5.0  # standard deviation of the smoothing that is subtracted
_FLOOR = 0.002  # added to contrasts (products of standard deviations): where both are smooth skin, they agree
_SHARE = 0.3  # of the pixels of a half that count: the most alike ones


class LikenessReference:
    """A face with which others are compared. grey: (HEIGHT, WIDTH) float32, log brightness."""

    def __init__(self, grey: Plane) -> None:
        self._shifted = shifted(_without_slow(grey))
        self._mean = window_mean(self._shifted)
        self._deviation = _deviation(self._shifted, self._mean)

    def unlikeness(self, grey: Plane) -> float:
        """0 for the same face, 0.02 and more for another person's; grey: as above."""
        detail = _without_slow(grey)
        mean = window_mean(detail)
        together = window_mean(self._shifted * detail[..., None]) - self._mean * mean[..., None]
        contrast = self._deviation * _deviation(detail, mean)[..., None]
        unlike = 1 - best_shift((together + _FLOOR) / (contrast + _FLOOR))
        return min(float(np.quantile(unlike[half], _SHARE)) for half in _halves())


def is_one_sided(foreign: Plane) -> bool:
    """Whether a difference is that of a thing in front of a part of the face, and not of another person.

    foreign: (HEIGHT, WIDTH) of ``Appearance.foreign``.
    """
    right, left, upper, lower = (float(foreign[half].mean()) for half in _halves())
    sides, levels = (right, left), (upper, lower)
    return min(sides) < _MIN_SIDES * max(sides) or min(levels) < _MIN_LEVELS * max(levels)


def _without_slow(grey: Plane) -> Plane:
    inside = face().astype(np.float32)
    slow = cv2.GaussianBlur(grey * inside, (0, 0), _SLOW_PX) / _slow_weight()
    return np.asarray(grey - slow, np.float32)


def _deviation(values: Plane, mean: Plane) -> Plane:
    return np.asarray(np.sqrt(np.maximum(window_mean(np.square(values)) - np.square(mean), 0)), np.float32)


@functools.cache
def _slow_weight() -> Plane:
    weight = cv2.GaussianBlur(face().astype(np.float32), (0, 0), _SLOW_PX)
    return np.maximum(weight, np.float32(1e-3))


@functools.cache
def _halves() -> tuple[Mask, ...]:
    """Right and left half of the skin, and what lies above and below the upper edge of the mouth's area."""
    lower = np.zeros((HEIGHT, WIDTH), bool)
    lower[np.flatnonzero(areas()["mouth and chin"].any(axis=1))[0] :] = True
    return areas()["right half"], areas()["left half"], skin() & ~lower, skin() & lower
