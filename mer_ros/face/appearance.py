"""How much one appearance of a face differs from another, pixel by pixel of the texture (``face.texture``).

A pixel is foreign, 0 to 1, by the largest of three measures of the 7 x 7 pixels around it:

* structure of the log brightness, which no gain changes: contrast and structure of the structural similarity
  index (Wang et al., "Image quality assessment: from error visibility to structural similarity", IEEE
  Transactions on Image Processing 2004, equation 13 without its luminance), the best of all shifts by up to
  2 pixels, so that what moves a little is not foreign. It finds fingers of the colour of the face: their
  edges are where the face has none, and the features of the face are missing.
* colour: chromaticity, without the change of the median pixel (white balance).
* light: log brightness, without a plane (light from another side).

Windows and ramps are our own, measured in ``docs/perception.md``.

Example: similarity of a stripe pattern with itself, with the same one pixel further, and with a flat picture.

>>> stripes = np.tile(np.float32([0, 0, 0, 1, 1, 1]), (HEIGHT, WIDTH // 6))  # (56, 48)
>>> moved, flat = np.roll(stripes, 1, axis=1), np.full_like(stripes, 0.5)
>>> rest = Structure(stripes)
>>> print([round(float(np.median(rest.similarity(one)[skin()])), 1) for one in (stripes, moved, flat)])
[1.0, 1.0, 0.0]
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.likeness import LikenessReference
from mer_ros.face.local_windows import best_shift, shifted, window_mean
from mer_ros.face.texture import HEIGHT, LOWEST, WIDTH, Texture, chromaticity, skin, unwrap

Plane = NDArray[np.float32]

_FLOOR = 0.002  # squared contrast below which skin counts as smooth: a standard deviation of 4.5 %
# Ramps: where a measure begins to be foreign, and where it is entirely.
_STRUCTURE = 0.9, 0.3
_COLOUR = 0.03, 0.06  # chromaticity: a difference of two channels as a share of the sum of all three
_LIGHT = 0.25, 0.45  # log brightness: 1.3 and 1.6 times brighter or darker

_MAX_SLOPE = (
    0.5  # log brightness from the middle of the texture to its edge: a black thing tilts the plane more
)

_MAX_WEIGHT = 0.3  # of a new frame in the average
_AVERAGE_S = 2.0  # time constant of the average
_REBUILT_S = 0.5  # the average is compared with so long after it was made: making it takes most of the time
_MAX_AVERAGED = 0.3  # foreignness above which a pixel is not averaged

_GREY = np.array([0.114, 0.587, 0.299], np.float32)  # of blue, green, red


class TextureMeasures:
    """What is compared of one texture.

    grey: (H, W) float32, log brightness; light: the same, smoothed; colour: (H, W, 2) float32, chromaticity,
    smoothed.
    """

    def __init__(self, texture: Texture) -> None:
        self.texture = texture
        pixels = texture.astype(np.float32)
        grey = cv2.GaussianBlur(pixels @ _GREY, (0, 0), 0.6)
        self.grey = np.log(grey + LOWEST)
        red, blue = chromaticity(pixels)
        smooth = window_mean(np.dstack([red, blue, self.grey]))
        self.colour, self.light = smooth[..., :2], smooth[..., 2]

    @classmethod
    def of(cls, image: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> TextureMeasures:
        """Those of one face. image: (H, W, 3) uint8 BGR; landmarks: (468, >=2) float32, image pixels."""
        return cls(unwrap(image, landmarks))


class Structure:
    """Structural similarity of (H, W) float32 pictures with this one at its best shift."""

    def __init__(self, grey: Plane) -> None:
        self._shifted = shifted(grey)
        self._mean = window_mean(self._shifted)
        self._variance = window_mean(np.square(self._shifted)) - self._mean**2

    def similarity(self, grey: Plane) -> Plane:
        """(H, W) float32, -1..1; 1 for the same structure, and for smooth skin in both."""
        mean = window_mean(grey)
        variance = window_mean(grey * grey) - mean * mean
        together = window_mean(self._shifted * grey[..., None]) - self._mean * mean[..., None]
        likeness = (2 * together + _FLOOR) / (self._variance + variance[..., None] + _FLOOR)
        return best_shift(likeness)


@dataclass
class _Average:
    """Running averages of the measures."""

    grey: Plane
    colour: Plane
    light: Plane


class Appearance:
    """One appearance of a face, averaged over the frames that show it. seen_s: for how long it was seen."""

    def __init__(self, look: TextureMeasures, stamp_ns: int) -> None:
        self.seen_s = self._passed_s = 0.0
        self._last_ns = stamp_ns
        self._average = _Average(look.grey.copy(), look.colour.copy(), look.light.copy())
        self._structure, self._made_s = Structure(look.grey), 0.0
        self._likeness: LikenessReference | None = None  # of the same average; made when it is needed

    def foreign(self, look: TextureMeasures) -> Plane:
        """(H, W) how much each pixel of the skin differs from this appearance, 0..1."""
        colour = look.colour - self._average.colour
        colour -= np.median(colour[skin()], axis=0)
        light = np.abs(_without_plane(look.light - self._average.light))
        structure = _ramp(self._structure.similarity(look.grey), _STRUCTURE)
        tint = _ramp(np.maximum(*np.abs(colour.transpose(2, 0, 1))), _COLOUR)
        found = np.maximum(np.maximum(structure, tint), _ramp(light, _LIGHT)) * skin().astype(np.float32)
        return np.asarray(cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.float32)

    def unlikeness(self, look: TextureMeasures) -> float:
        """How unlike the whole face is to this appearance: 0.02 and more for another person's."""
        if self._likeness is None:
            self._likeness = LikenessReference(self._average.grey)
        return self._likeness.unlikeness(look.grey)

    def see(self, stamp_ns: int) -> None:
        """Count the time since the last detection that showed this appearance, at most 1 s."""
        self._passed_s = max((stamp_ns - self._last_ns) * 1e-9, 0.0)
        self._last_ns = stamp_ns
        self.seen_s += min(self._passed_s, 1.0)

    def add(self, look: TextureMeasures, foreign: Plane) -> None:
        """Average a frame in, except its foreign pixels."""
        weight = min(self._passed_s / (self._passed_s + _AVERAGE_S), _MAX_WEIGHT)
        weights = np.where(foreign > _MAX_AVERAGED, 0, weight).astype(np.float32)
        average = self._average
        average.grey += weights * (look.grey - average.grey)
        average.colour += weights[..., None] * (look.colour - average.colour)
        average.light += weights * (look.light - average.light)
        if self.seen_s - self._made_s > _REBUILT_S:
            self._structure, self._made_s = Structure(average.grey), self.seen_s
            self._likeness = None


def _ramp(values: Plane, ends: tuple[float, float]) -> Plane:
    """0 at the first end, 1 at the second."""
    return np.asarray(np.clip((values - ends[0]) / (ends[1] - ends[0]), 0, 1), np.float32)


def _without_plane(light: Plane) -> Plane:
    """(H, W) minus the plane that fits most of the skin: iteratively reweighted least squares."""
    plane, rows, at = _plane()
    values = light.reshape(-1)[at]
    weight = np.ones_like(values)
    slope = np.zeros(2)
    for _ in range(3):
        weighted = rows * weight[:, None]
        slope = np.linalg.solve(weighted.T @ rows, weighted.T @ values)[:2].clip(-_MAX_SLOPE, _MAX_SLOPE)
        tilted = values - rows[:, :2] @ slope
        level = np.median(tilted)
        weight = 1 / np.maximum(np.abs(tilted - level), 0.05)
    return np.asarray(light - (plane[:, :2] @ slope + level).reshape(light.shape), np.float32)


@functools.cache
def _plane() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """(P, 3) x, y and 1 of all pixels; the same of every 4th pixel of the skin; their positions."""
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    plane = np.stack([x, y, np.ones_like(x)], axis=-1).reshape(-1, 3)
    some = np.zeros((HEIGHT, WIDTH), bool)
    some[::4, ::4] = True
    at = np.flatnonzero(some & skin())
    return plane, plane[at], at
