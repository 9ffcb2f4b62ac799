"""Signs of strong compression in the picture of a face: parts that freeze, and edges of blocks.

A video encoder repeats the blocks of an earlier frame as long as the difference is not worth its bits
("skipped" blocks; ITU-T H.264, 7.3.4). A small movement therefore freezes and then jumps. Noise of the sensor
changes nearly every pixel of an uncompressed picture, so the share of small cells that are exactly as they
were in the frame before shows such a compression, also after a change of size. It does not show how strong
the compression is: a head that moves little freezes at a high bit rate, too.

JPEG quantises blocks of 8 x 8 pixels one by one, so brightness steps at their edges. Blockiness is the mean
step there over the mean step elsewhere (as in Wang, Sheikh and Bovik, "No-reference perceptual quality
assessment of JPEG compressed images", ICIP 2002; the ratio is ours). Edges of blocks are not found after a
change of size, and seldom in H.264, which smooths them.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

_APART_S, _MAX_APART_S = 0.013, 0.08  # time between two compared pictures
_INTERVAL_S = 0.06  # between two comparisons
_CELL_PX, _BLOCK_PX, _GRID_PX = 4, 8, 16
_MAX_SIDE_PX = 160  # of the compared part of the face: bounds the cost
_MIN_SIDE_PX = 32
_AVERAGED_S = 0.5
_MAX_FROZEN, _MAX_BLOCKINESS = 0.2, 1.3


class CompressionMeter:
    """Measures the compression of one face.

    frozen: 0..1, average share of the cells with any structure that are as they were one frame before (from
    13 ms before, for fast cameras). Pictures that repeat completely are not counted: a scene that stands
    still shows no compression. blockiness: mean step of brightness at the edges of blocks over that
    elsewhere, 1 without blocks.
    """

    def __init__(self) -> None:
        self.frozen, self.blockiness = 0.0, 1.0
        self._averaged_s = 0.0
        self._last: Grey | None = None
        self._last_ns = 0
        self._compared_ns: int | None = None  # latest comparison, before it the first frame
        self._left_top = (-_MAX_SIDE_PX, 0)

    @property
    def words(self) -> str:
        """What is compressed too strongly, and the remedy; empty if nothing is."""
        if self.blockiness > _MAX_BLOCKINESS:
            found = f"brightness steps {self.blockiness:.1f} times as much at the edges of blocks of 8 px"
            return f"strong compression: {found}, raise the quality of JPEG or the bit rate"
        if self.frozen > _MAX_FROZEN:
            found = f"{self.frozen:.0%} of the face is frozen from frame to frame"
            return f"compression: {found}, send a higher bit rate to show smaller movements"
        return ""

    def update(self, stamp_ns: int, image: NDArray[np.uint8], roi_xywh: tuple[int, int, int, int]) -> None:
        """Measure a frame if the last measured one is old enough.

        image: (H, W, 3) uint8 BGR. roi_xywh: box of the face, inside the image.
        """
        if self._compared_ns is None:
            self._compared_ns = stamp_ns
        apart_s = (stamp_ns - self._last_ns) * 1e-9
        if self._last is not None and 0 <= apart_s < _APART_S:
            return
        before, place = self._last, self._left_top
        if before is None and 0 <= (stamp_ns - self._compared_ns) * 1e-9 < _INTERVAL_S:
            return
        now = self._part(image, roi_xywh)
        self._last, self._last_ns = now, stamp_ns
        if now is None or before is None or now.shape != before.shape or place != self._left_top:
            return
        share, passed_s = frozen_share(before, now), (stamp_ns - self._compared_ns) * 1e-9
        self._last, self._compared_ns = None, stamp_ns
        if share < 1.0 and 0 < apart_s <= _MAX_APART_S:
            step_s = min(passed_s, _AVERAGED_S / 2)
            self._averaged_s = min(self._averaged_s + step_s, _AVERAGED_S)
            gain = step_s / self._averaged_s
            self.frozen += gain * (share - self.frozen)
            self.blockiness += gain * (blockiness(now) - self.blockiness)

    def _part(self, image: NDArray[np.uint8], roi_xywh: tuple[int, int, int, int]) -> Grey | None:
        """The middle of the face in grey, at a place that stays while the face moves little."""
        x, y, width, height = roi_xywh
        sides = [min(side * 3 // 4, _MAX_SIDE_PX) // _GRID_PX * _GRID_PX for side in (width, height)]
        if min(sides) < _MIN_SIDE_PX:
            return None
        wanted = x + (width - sides[0]) // 2, y + (height - sides[1]) // 2
        if max(abs(w - old) for w, old in zip(wanted, self._left_top, strict=True)) > _GRID_PX:
            left, top = (side // _BLOCK_PX * _BLOCK_PX for side in wanted)
            self._left_top = left, top
        left, top = self._left_top
        part = image[top : top + sides[1], left : left + sides[0]]
        if part.shape[:2] != (sides[1], sides[0]):
            return None
        return np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), np.uint8)


def frozen_share(before: Grey, now: Grey) -> float:
    """Share of the cells of 4 x 4 pixels with any structure in which no pixel differs; 1 without such cells.

    before, now: (H, W) uint8 of the same place, sides divisible by 4.

    >>> before = np.arange(64, dtype=np.uint8).reshape(8, 8)
    >>> now = before.copy()
    >>> now[0, 0] += 1
    >>> frozen_share(before, now)
    0.75
    """
    cells = now.shape[1] // _CELL_PX, now.shape[0] // _CELL_PX
    kernel = np.ones((_CELL_PX, _CELL_PX), np.uint8)
    inside = slice(2, None, _CELL_PX), slice(2, None, _CELL_PX)  # a cell around its anchor
    structured = cv2.dilate(now, kernel)[inside] != cv2.erode(now, kernel)[inside]
    changed = cv2.compare(before, now, cv2.CMP_NE)
    same = cv2.resize(changed, cells, interpolation=cv2.INTER_AREA) == 0
    n = int(structured.sum())
    return float((same & structured).sum()) / n if n else 1.0


def blockiness(grey: Grey) -> float:
    """Mean step of brightness at the edges of blocks of 8 x 8 pixels over that elsewhere; 1 without steps.

    grey: (H, W) uint8, cut at an edge of a block. The smaller of the two directions counts: structure of the
    face itself seldom repeats every 8 px in both.
    """
    ratios = []
    for picture in (grey, grey.T):
        steps = cv2.absdiff(picture[:, 1:], picture[:, :-1]).mean(axis=0)
        edge = np.arange(len(steps)) % _BLOCK_PX == _BLOCK_PX - 1
        elsewhere = float(steps[~edge].mean())
        ratios.append(float(steps[edge].mean()) / elsewhere if elsewhere > 0 else 1.0)
    return min(ratios)
