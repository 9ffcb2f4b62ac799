"""Whether an aligned face is visible enough to be judged, or blurred or covered.

Both are measured relative to the same face at rest, since skin texture differs between people; an absolute
limit rejects a picture that is blurred from the start. The measures and limits are our own. On synthetic
clips (8 px expressions, blinks, talking, 12 degrees of turn, noise of 6 grey levels) at most 14 % of the
tiles differ from rest, and mostly none; a patch of skin colour or grey changes 12 to 24 % if it covers the
mouth and 30 to 43 % if it covers half of the face. One covered eye or cheek is not detected, because a blink
must not be reported as a covered face.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

_SIZE_PX = 64  # crops are measured at half size: averaging four pixels removes most of the sensor noise
_TILES = 8  # across and down
_FACE = slice(1, _TILES), slice(1, _TILES - 1)  # rows and columns of the tiles that show face, not background
_MIN_CONTRAST = 4.0  # grey levels: a tile with less has no texture to compare
_MIN_CORRELATION = 0.5  # of a tile with itself at rest, else it has changed
_MAX_CHANGED_SHARE = 0.15  # of the tiles, else the face is covered
# Of the sharpness at rest: corresponds to a blur of 1.8 px (standard deviation) on a face 150 px wide.
_MIN_SHARPNESS_SHARE = 0.35
_MIN_SHARPNESS = 0.02  # a blur of 6 px on such a face; faces photographed 25 px wide have 0.03 to 0.10


def sharpness(grey: Grey) -> float:
    """Variance of the Laplacian divided by the variance of an (S, S) uint8 aligned crop: 0.4 if sharp.

    Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000; the division by the
    variance, which removes brightness and contrast, is ours. 0 for a crop of one grey level.
    """
    return FaceAppearance(grey).sharpness


class FaceAppearance:
    """Sharpness and texture of one (S, S) uint8 grey aligned crop."""

    def __init__(self, grey: Grey) -> None:
        self._half = cv2.resize(grey, (_SIZE_PX, _SIZE_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
        variance = _variance(self._half)
        self.sharpness = _variance(cv2.Laplacian(self._half, cv2.CV_32F)) / variance if variance > 0 else 0.0

    def tiles(self) -> NDArray[np.float32]:
        """(N, P) pixels of the face's N tiles, minus the mean of each tile."""
        side = _SIZE_PX // _TILES
        tiles = self._half.reshape(_TILES, side, _TILES, side).swapaxes(1, 2)[_FACE].reshape(-1, side * side)
        return tiles - tiles.mean(axis=1, keepdims=True)


class RestingAppearance:
    """Appearance of one face at rest, with which later frames are compared."""

    def __init__(self, appearance: FaceAppearance) -> None:
        self._sharpness, self._tiles = appearance.sharpness, appearance.tiles()

    def unclear_reason(self, appearance: FaceAppearance) -> str:
        """Short reason why the expression cannot be judged in a frame; empty if it can."""
        sharp = appearance.sharpness
        if sharp < _MIN_SHARPNESS:
            return f"blurred: sharpness {sharp:.3f}, {_MIN_SHARPNESS} needed"
        if sharp < _MIN_SHARPNESS_SHARE * self._sharpness:
            share = sharp / self._sharpness
            return f"blurred: {share:.0%} of its usual sharpness, {_MIN_SHARPNESS_SHARE:.0%} needed"
        changed = _changed_share(appearance.tiles(), self._tiles)
        if changed > _MAX_CHANGED_SHARE:
            return (
                f"covered: {changed:.0%} of the face differs from its appearance at rest, "
                f"{_MAX_CHANGED_SHARE:.0%} allowed"
            )
        return ""


def _variance(picture: NDArray[np.float32]) -> float:
    return float(cv2.meanStdDev(picture)[1][0, 0]) ** 2


def _changed_share(now: NDArray[np.float32], rest: NDArray[np.float32]) -> float:
    """Share, 0..1, of the (N, P) tiles that do not correlate; a change of light alone does not count.

    Tiles without contrast in ``rest`` never count as changed.
    """
    energy = np.einsum("np,np->n", rest, rest)
    textured = energy > _MIN_CONTRAST**2 * rest.shape[1]
    if not textured.any():
        return 0.0
    product = np.einsum("np,np->n", now, rest)
    alike = product > _MIN_CORRELATION * np.sqrt(energy * np.einsum("np,np->n", now, now))
    return float((textured & ~alike).sum() / textured.sum())
