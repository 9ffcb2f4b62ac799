"""Blinks: the skin above the eye is stretched over the eyeball until the upper lid reaches the lower one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.lid_margins import LOWER, UPPER
from mer_ros.data.synthetic.stage import FINER

SKIN_ABOVE = 0.12
"""Height of the skin above the lid margin that is stretched, interocular distances."""

LASHES = 0.004
"""Height of the line of lashes below FaceMesh's margin, which moves with the lid, interocular distances."""

OVERLAP = 0.2
"""A closed upper lid reaches beyond FaceMesh's lower margin, which is too high, by this share of the gap."""


class Eyelids:
    """The lids of one resting face; lengths in frame pixels.

    margins: for each eye, its upper and its lower lid margin as (K, 2) points from left to right. px: frame
    pixels per interocular distance. overlap: see ``OVERLAP``.
    """

    def __init__(
        self,
        margins: Iterable[tuple[NDArray[np.float64], NDArray[np.float64]]],
        px: float,
        overlap: float = OVERLAP,
    ) -> None:
        self._eyes = [_Eye(upper, lower, px, overlap) for upper, lower in margins]

    @classmethod
    def of_landmarks(cls, landmarks: NDArray[np.float64], px: float) -> Eyelids:
        """The lids at (468, 2) landmarks."""
        return cls([(landmarks[list(UPPER[side])], landmarks[list(LOWER[side])]) for side in "RL"], px)

    def close(
        self,
        scene: NDArray[np.uint8],
        texture: NDArray[np.uint8],
        source: NDArray[np.float32],
        closure: float,
    ) -> None:
        """Draw the closed part of the lids over a picture, in place.

        scene: (H, W, 3). texture: (H*FINER, W*FINER, 3). source: (H, W, 2) texture position of each pixel.
        """
        boxes = np.array([eye.box_xyxy for eye in self._eyes])
        (x0, y0), (x1, y1) = boxes[:, :2].min(0), boxes[:, 2:].max(0)
        region = scene[y0:y1, x0:x1]
        position = (source[y0:y1, x0:x1] + np.float32(0.5)) / np.float32(FINER) - np.float32(0.5)
        for part, skin, cover in self.skin(position, closure, (int(x0), int(y0))):
            texture_xy = (skin + np.float32(0.5)) * np.float32(FINER) - np.float32(0.5)
            lid = cv2.remap(texture, texture_xy, None, cv2.INTER_LINEAR)
            region[part] = np.rint(region[part] * (1 - cover) + lid * cover)

    def skin(
        self, position: NDArray[np.float32], closure: float, origin: tuple[int, int]
    ) -> Iterator[tuple[tuple[slice, slice], NDArray[np.float32], NDArray[np.float32]]]:
        """The skin of the lids over the face, for each eye.

        position: (H, W, 2) source positions of a region (frame pixels of the face at rest). closure: 0 open
        to 1 closed. origin: the frame pixel at [0, 0] of the region. Yields the rows and columns in the
        region, the (h, w, 2) source positions of the stretched skin, and its (h, w, 1) opacity, 0..1.
        """
        for eye in self._eyes:
            x0, y0, x1, y1 = eye.box_xyxy
            part = (slice(y0 - origin[1], y1 - origin[1]), slice(x0 - origin[0], x1 - origin[0]))
            yield part, *eye.skin(position[part], closure)


class _Eye:
    """One eye: its lid margins as curves over x."""

    def __init__(
        self, upper: NDArray[np.float64], lower: NDArray[np.float64], px: float, overlap: float
    ) -> None:
        self._x = upper[:, 0]
        self._upper, self._lower = upper[:, 1], np.interp(upper[:, 0], lower[:, 0], lower[:, 1])
        self._skin, self._lashes, self._overlap = SKIN_ABOVE * px, LASHES * px, overlap
        reach = 0.2 * px  # larger than any movement of the eye by head and expression
        low, high = np.minimum(upper.min(0), lower.min(0)), np.maximum(upper.max(0), lower.max(0))
        box = np.concatenate([low - reach, high + reach]).round().astype(int)
        self.box_xyxy = (int(box[0]), int(box[1]), int(box[2]), int(box[3]))

    def skin(
        self, position: NDArray[np.float32], closure: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        x, y = position[..., 0], position[..., 1]
        upper = np.interp(x, self._x, self._upper)
        gap = np.maximum(np.interp(x, self._x, self._lower) - upper, 0)
        top = upper - self._skin
        lashes = np.minimum(self._lashes, gap / 3)
        margin = upper + lashes  # the edge of the lid with its lashes, which moves down
        lid = margin + closure * (1 + self._overlap) * (gap - lashes)
        stretched = top + (y - top) * (margin - top) / (lid - top)
        cover = np.where(y > top, np.clip(lid - y + 0.5, 0, 1), 0)  # a soft edge, one pixel wide
        source = np.stack([x, np.minimum(stretched, margin)], axis=-1)
        return source.astype(np.float32), cover[..., None].astype(np.float32)
