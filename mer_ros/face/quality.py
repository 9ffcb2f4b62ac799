"""Whether an aligned face can be seen well enough to be judged: blurred or covered, and what tells.

Both are told from the face's own look at rest, since nobody's skin has the same texture as another's; a
picture that is blurred from the start is told by an absolute limit. The measures and limits are our own. On
made clips (8 px expressions, blinks, talking, 12 degrees of turn, noise of 6 grey levels) at most 14 % of the
tiles differ from rest and mostly none; a patch of skin colour or grey over the mouth changes 12 to 24 %, over
half of the face 30 to 43 %. One eye or a cheek alone passes unnoticed, as a blink must.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

_SIZE_PX = 64  # crops are judged at half size: averaging four pixels takes most of the sensor's noise away
_TILES = 8
_FACE = (
    slice(1, _TILES),
    slice(1, _TILES - 1),
)  # rows and columns of the tiles that hold face, not background
_FLAT_LEVELS = 4.0  # a tile whose contrast is below this many grey levels tells nothing
_ALIKE = 0.5  # correlation above which a tile still looks as it did
_COVERED = 0.15  # share of the tiles that look otherwise
_BLURRED = 0.35  # of the sharpness at rest: a blur of 1.8 px (standard deviation) on a face 150 px wide
_NEVER_SHARP = 0.02  # a blur of 6 px on such a face; faces photographed 25 px wide come to 0.03 to 0.10


def sharpness(grey: Grey) -> float:
    """Variance of the Laplacian over that of the picture, of an (S, S) uint8 aligned crop: 0.4 if sharp.

    Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000; the division by the
    variance, which takes brightness and contrast out, is ours. 0 for a crop of one grey.
    """
    return Seen(grey).sharpness


class Seen:
    """One (S, S) uint8 aligned crop as it is judged. sharpness: see the function of that name."""

    def __init__(self, grey: Grey) -> None:
        self._half = cv2.resize(grey, (_SIZE_PX, _SIZE_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
        variance = _variance(self._half)
        self.sharpness = _variance(cv2.Laplacian(self._half, cv2.CV_32F)) / variance if variance > 0 else 0.0

    def tiles(self) -> NDArray[np.float32]:
        """(N, P) pixels of the face's tiles, the mean of each tile taken out."""
        side = _SIZE_PX // _TILES
        tiles = self._half.reshape(_TILES, side, _TILES, side).swapaxes(1, 2)[_FACE].reshape(-1, side * side)
        return tiles - tiles.mean(axis=1, keepdims=True)


class RestingAppearance:
    """What one face looks like in quiet moments. seen: a clear one of them."""

    def __init__(self, seen: Seen) -> None:
        self._sharpness, self._tiles = seen.sharpness, seen.tiles()

    def why_unclear(self, seen: Seen) -> str:
        """Empty, or in a few words why the expression cannot be judged in what is seen now."""
        sharp = seen.sharpness
        if sharp < _NEVER_SHARP:
            return f"blurred: sharpness {sharp:.3f}, {_NEVER_SHARP} needed"
        if sharp < _BLURRED * self._sharpness:
            return f"blurred: {sharp / self._sharpness:.0%} of its usual sharpness, {_BLURRED:.0%} needed"
        changed = _changed_share(seen.tiles(), self._tiles)
        if changed > _COVERED:
            return f"covered: {changed:.0%} of the face looks otherwise than before, {_COVERED:.0%} allowed"
        return ""


def _variance(picture: NDArray[np.float32]) -> float:
    return float(cv2.meanStdDev(picture)[1][0, 0]) ** 2


def _changed_share(now: NDArray[np.float32], rest: NDArray[np.float32]) -> float:
    """Share, 0..1, of the tiles that do not correlate: a change of light alone changes nothing. Tiles that
    are flat in ``rest`` are left out.
    """
    energy = np.einsum("np,np->n", rest, rest)
    telling = energy > _FLAT_LEVELS**2 * rest.shape[1]
    if not telling.any():
        return 0.0
    product = np.einsum("np,np->n", now, rest)
    alike = product > _ALIKE * np.sqrt(energy * np.einsum("np,np->n", now, now))
    return float((telling & ~alike).sum() / telling.sum())
