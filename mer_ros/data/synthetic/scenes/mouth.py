"""The inside of a sculpted subject's mouth: upper teeth on the skull, lower teeth and tongue on the jaw."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.rasteriser import rasterise
from mer_ros.data.synthetic.scenes.lips import LipLine
from mer_ros.data.synthetic.scenes.looks import Looks
from mer_ros.data.synthetic.scenes.relief import Relief, part_vertices, to_texture
from mer_ros.data.synthetic.scenes.shade import encoded
from mer_ros.data.synthetic.stage import FINER

DARK = np.array([0.010, 0.008, 0.022], np.float32)
TOOTH = np.array([0.30, 0.40, 0.45], np.float32)
TONGUE = np.array([0.055, 0.050, 0.17], np.float32)
"""Colours in the shadow of the lips, linear light, BGR."""

TOOTH_WIDTH = 0.085
"""Width of a tooth, interocular distances."""

_REACH = 0.16
"""Margin of the box of the mouth round the line of the lips, interocular distances."""


class Mouth:
    """box_xyxy: of the pictures, texture pixels. upper, lower: (h, w, 3) uint8 BGR.

    lower_cover: (h, w, 1) uint8, opacity of the lower part, which lies behind the upper teeth.
    """

    def __init__(self, relief: Relief, lips: LipLine, looks: Looks) -> None:
        reach = _REACH * relief.px * FINER
        x0, x1 = int(lips.x[0] - reach), int(lips.x[-1] + reach)
        y0, y1 = int(lips.upper.min() - reach), int(lips.lower.max() + reach)
        self.box_xyxy = (x0, y0, x1, y1)
        size = (x1 - x0, y1 - y0)
        fine = relief.vertices.copy()
        fine[:, :2] = to_texture(fine[:, :2]) - (x0, y0)
        teeth, _ = _drawn(relief, fine, ("upper_teeth",), size)
        self.upper = encoded(np.where(teeth[1], teeth[0], DARK))
        jaw, tongue = _drawn(relief, fine, ("lower_teeth", "tongue"), size)
        colour = np.where(tongue[..., None], TONGUE, jaw[0])
        self.lower = encoded(np.asarray(colour, np.float32))
        self.lower_cover = np.asarray(jaw[1][..., 0] * 255, np.uint8)
        self._teeth_cover = np.asarray(teeth[1][..., 0] * 255, np.uint8)
        self.corners = (np.column_stack([lips.x, (lips.upper + lips.lower) / 2]) + 0.5) / FINER - 0.5
        self.open_at_rest = bool((lips.lower - lips.upper).max() > 0)

    def sides(self, lips: LipLine) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """(h, w) opacity of the skin above and below the line of the lips, over the box."""
        x0, y0, x1, y1 = self.box_xyxy
        y, x = np.mgrid[y0:y1, x0:x1]
        above, below = (np.rint(255 * side(x, y)).astype(np.uint8) for side in (lips.above, lips.below))
        return cv2.GaussianBlur(above, (0, 0), 1.0), cv2.GaussianBlur(below, (0, 0), 1.0)

    def inside(self, position: NDArray[np.float32], jaw: NDArray[np.float32]) -> NDArray[np.float32]:
        """(h, w, 3) what is seen between the lips; position: (h, w, 2) in the box; jaw: (2,) its movement."""

        def at(picture: NDArray[np.uint8], places: NDArray[np.float32]) -> NDArray[np.float32]:
            return np.asarray(cv2.remap(picture, places, None, cv2.INTER_LINEAR), np.float32)

        upper, lower = at(self.upper, position), at(self.lower, position - jaw)
        share = at(self.lower_cover, position - jaw) / 255 * (1 - at(self._teeth_cover, position) / 255)
        return np.asarray(upper * (1 - share[..., None]) + lower * share[..., None], np.float32)


def _drawn(
    relief: Relief, fine: NDArray[np.float64], parts: tuple[str, ...], size_wh: tuple[int, int]
) -> tuple[tuple[NDArray[np.float32], NDArray[np.float32]], NDArray[np.bool_]]:
    """Colour and (h, w, 1) share of parts, and where the last of them is."""
    head = relief.head
    own = np.flatnonzero(part_vertices(*parts)[head.triangles].all(1))
    found, weights = rasterise(fine, head.triangles[own], size_wh)
    hit = found >= 0
    x = np.zeros(found.shape, np.float32)
    corners = head.triangles[own[found[hit]]]
    x[hit] = (fine[corners, 0] * weights[hit]).sum(1)
    middle = float(fine[part_vertices(*parts), 0].mean())
    phase = (x - middle) / (TOOTH_WIDTH * relief.px * FINER)
    gap = np.exp(-0.5 * ((phase - np.rint(phase)) / 0.06) ** 2)
    aside = np.clip(1 - (phase / 4.5) ** 2, 0.1, 1)  # farther back and darker
    colour = TOOTH * ((1 - 0.22 * gap) * aside)[..., None]
    last = np.zeros(found.shape, np.bool_)
    last[hit] = part_vertices(parts[-1])[corners].all(1)
    return (np.asarray(colour, np.float32), hit[..., None].astype(np.float32)), last
