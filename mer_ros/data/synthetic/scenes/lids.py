"""The margins of the lids of a sculpted subject: the outline of the holes that show the eyeballs."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from mer_ros.data.synthetic.lid_margins import LOWER, UPPER
from mer_ros.data.synthetic.scenes.relief import Relief, to_texture
from mer_ros.data.synthetic.stage import FINER

LASH = np.array([0.008, 0.008, 0.010], np.float32)
"""Colour of the lashes, linear light, BGR."""

LASH_WIDTH = (0.022, 0.008)
"""Width of the lines of the upper and lower lashes, interocular distances."""

SHADOW, SHADOW_REACH = 0.55, 0.035
"""Shadow of the upper lid on the eyeball: opacity at the lid, and distance at which it fades, interocular."""

_BAND = 0.14
"""The hole of an eye lies within this distance of its corners, interocular distances."""


class LidMargins:
    """The upper and lower margin of each eye, as (K, 2) texture pixels from left to right."""

    def __init__(self, relief: Relief) -> None:
        self._unit = relief.px * FINER
        self.eyes = [self._margins(relief, side) for side in "RL"]

    def in_frame(self) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """The margins in frame pixels."""
        return [tuple((edge + 0.5) / FINER - 0.5 for edge in eye) for eye in self.eyes]  # type: ignore[misc]

    def _margins(self, relief: Relief, side: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        landmarks = to_texture(relief.landmarks[list(UPPER[side] + LOWER[side])])
        low, high = landmarks.min(0), landmarks.max(0)
        reach = np.array([0.06, _BAND]) * self._unit
        x0, y0 = np.maximum(np.floor(low - reach).astype(int) - relief.origin_xy, 0)
        x1, y1 = np.ceil(high + reach).astype(int) - relief.origin_xy
        hole = (relief.triangle[y0:y1, x0:x1] < 0).astype(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(hole)
        if len(stats) < 2:
            return landmarks[: len(UPPER[side])], landmarks[: len(UPPER[side])] + (0.0, 1.0)
        own = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
        columns = np.flatnonzero(own.any(0))
        top = np.argmax(own, axis=0)[columns] - 0.5
        bottom = own.shape[0] - 0.5 - np.argmax(own[::-1], axis=0)[columns]
        x = columns + x0 + relief.origin_xy[0]
        edges = (gaussian_filter1d(edge.astype(np.float64), 1.5, mode="nearest") for edge in (top, bottom))
        upper, lower = (np.column_stack([x, edge + y0 + relief.origin_xy[1]]) for edge in edges)
        return upper, lower

    def cut(self, cover: NDArray[np.float32]) -> None:
        """Cut the holes of the eyes into the (H*FINER, W*FINER) opacity of the skin, in place."""
        for upper, lower in self.eyes:
            points = np.rint(np.vstack([upper, lower[::-1]]) * 16).astype(np.int32)
            cv2.fillPoly(cover, [points], 0.0, cv2.LINE_8, 4)

    def draw_lashes(self, picture: NDArray[np.float32], cover: NDArray[np.float32]) -> None:
        """Draw lashes, and the shadow of the lid as a dark veil over the hole, in place."""
        for upper, lower in self.eyes:
            x0, y0 = (np.minimum(upper.min(0), lower.min(0)) - 20).astype(int)
            x1, y1 = (np.maximum(upper.max(0), lower.max(0)) + 20).astype(int)
            part = np.s_[y0:y1, x0:x1]
            veil = self._shadow((upper, lower), part)
            dark = np.zeros(veil.shape, np.float32)
            for edge, width, strength in ((upper, LASH_WIDTH[0], 0.9), (lower, LASH_WIDTH[1], 0.45)):
                line = np.zeros(veil.shape, np.uint8)
                points = np.rint((edge - (x0, y0)) * 16).astype(np.int32)
                thick = max(round(width * self._unit), 1)
                cv2.polylines(line, [points], False, 255, thick, cv2.LINE_AA, 4)
                dark = np.maximum(
                    dark, cv2.GaussianBlur(line, (0, 0), 1.2).astype(np.float32) / 255 * strength
                )
            share = dark[..., None]
            ground = np.where((cover[part] < 0.5)[..., None], LASH, picture[part])
            picture[part] = ground * (1 - share) + LASH * share
            cover[part] = np.maximum(cover[part], np.maximum(dark, veil))

    def _shadow(
        self, eye: tuple[NDArray[np.float64], NDArray[np.float64]], part: tuple[slice, slice]
    ) -> NDArray[np.float32]:
        upper, lower = eye
        y, x = np.mgrid[part].astype(np.float32)
        top = np.interp(x, upper[:, 0], upper[:, 1])
        below = np.maximum(y - top, 0) / (SHADOW_REACH * self._unit)
        inside = (x >= upper[0, 0]) & (x <= upper[-1, 0]) & (y > top) & (y < np.interp(x, *lower.T))
        ends = np.minimum(x - upper[0, 0], upper[-1, 0] - x) / (0.08 * self._unit)
        return np.asarray(
            np.maximum(SHADOW * np.exp(-below), 0.5 * np.clip(1 - ends, 0, 1)) * inside, np.float32
        )
