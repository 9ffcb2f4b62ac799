"""The line between the lips at rest, along which the skin is split."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from mer_ros.data.synthetic.scenes.relief import Relief, outer_triangles
from mer_ros.face import morphable_head

_LIP = 60
"""Least redness of a vertex of the lips."""


class LipLine:
    """Lower edge of the upper lip and upper edge of the lower lip, texture pixels.

    x: (K,) columns between the corners. upper, lower: (K,) rows; where the lips touch they are equal.
    """

    def __init__(self, relief: Relief) -> None:
        lower = _lower_lip()[relief.triangle] & (relief.triangle >= 0)
        upper = _upper_lip()[relief.triangle] & (relief.triangle >= 0)
        columns = np.flatnonzero(lower.any(0) & upper.any(0))
        rows = np.arange(relief.triangle.shape[0])[:, None]
        up = np.where(upper, rows, -1).max(0)[columns].astype(np.float64)
        down = np.where(lower, rows, len(rows)).min(0)[columns].astype(np.float64)
        touching = down - up < 2.5
        middle = (up + down) / 2
        up, down = np.where(touching, middle, up + 0.5), np.where(touching, middle, down - 0.5)
        self.x = columns.astype(np.float64) + relief.origin_xy[0]
        self.upper = gaussian_filter1d(up, 2.0, mode="nearest") + relief.origin_xy[1]
        self.lower = np.maximum(
            gaussian_filter1d(down, 2.0, mode="nearest") + relief.origin_xy[1], self.upper
        )

    def above(self, x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.float32]:
        """Share of the upper lip's side at texture pixels, 0..1; beyond the corners the line goes on."""
        return np.asarray(np.clip(np.interp(x, self.x, self.upper) - y + 0.5, 0, 1), np.float32)

    def below(self, x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.float32]:
        """Share of the lower lip's side. Beyond the corners both shares have the sum 1."""
        edge = np.where(
            (x < self.x[0]) | (x > self.x[-1]), self.upper_at(x), np.interp(x, self.x, self.lower)
        )
        return np.asarray(np.clip(y - edge + 0.5, 0, 1), np.float32)

    def upper_at(self, x: NDArray[np.floating]) -> NDArray[np.float64]:
        """Rows of the line at columns of the texture."""
        return np.asarray(np.interp(x, self.x, self.upper))

    def within(self, x: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Whether columns lie between the corners."""
        return np.asarray((x >= self.x[0]) & (x <= self.x[-1]))


@functools.cache
def _lower_vertices() -> NDArray[np.bool_]:
    """(N,) mask: vertices that the lower lip moves more than the upper lip."""
    head = morphable_head.load()
    down, up = (
        sum(
            np.linalg.norm(head.units[head.unit_names.index(name + side)].astype(float), axis=1)
            for side in ("Left", "Right")
        )
        for name in ("mouthLowerDown", "mouthUpperUp")
    )
    return np.asarray(down > up)


@functools.cache
def _of_lips() -> NDArray[np.bool_]:
    head = morphable_head.load()
    return np.asarray((head.lips[head.triangles] > _LIP).any(1) & outer_triangles())


@functools.cache
def _lower_lip() -> NDArray[np.bool_]:
    """(M,) mask of the triangles of the lower lip."""
    lower = _lower_vertices()[morphable_head.load().triangles].sum(1) >= 2
    return np.asarray(lower & _of_lips())


@functools.cache
def _upper_lip() -> NDArray[np.bool_]:
    lower = _lower_vertices()[morphable_head.load().triangles].sum(1) >= 2
    return np.asarray(~lower & _of_lips())
