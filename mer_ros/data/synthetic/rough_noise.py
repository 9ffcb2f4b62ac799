"""Rough noise: flow as small 8-bit pictures of other recordings show it, for testing only.

It shares no constant and no code with the smooth noise of ``flow_noise``, on which models are trained: a test
with the noise of the training flatters a model. The constants below were set so that the spectrum, the share
that fields of units explain, and the cosine of a clip with the mean of its class are those of 442 real clips
(MEGC 2019); ``test/data/synthetic/test_rough_noise.py`` holds them within 20 %. No model is trained on it.

Steps: the fields of the expression are weakened in patches; a head motion that registration missed and
movement of skin that no unit explains are added; the face is cut out at the size and place of other sets and
shrunk to 28 pixels; each channel is stored with 256 levels.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.subject_fields import SubjectFields

PICTURE_PX = 28
"""Width of the stored picture."""

CUT = ((0.20, 0.26, 0.80, 0.86), (0.20, 0.20, 0.80, 0.80))
"""Boxes xyxy that the pictures of two groups of sets show, as shares of the aligned crop."""
CUT_SIGMA = 0.03
"""Standard deviation of each edge of a box within a set."""

PATCHES, PATCH_GAIN = 5, (0.6, 1.0)
"""Patches across the crop in which flow is weakened, and range of the factor."""

NOISE_SHARE, NOISE_SPREAD = 0.9, 0.45
"""Median energy of all added movement relative to that of the expression, and its log spread."""
HEAD_ENERGY = 0.42
"""Share of that energy in missed head motion; the rest is skin."""
SKIN_BANDS = ((1.5, 3.0, 0.28), (3.0, 5.0, 0.37), (5.0, 8.0, 0.28), (8.0, 14.0, 0.07))
"""Skin movement: ends of a band, cycles per picture, and its share of the energy."""
ENVELOPE_CELLS, ENVELOPE_SPREAD = 3, 1.8
"""Patches in which skin moves more or less, and log spread of its size."""

RATIO_SIGMA = 0.1
"""Log spread of the error by which the ratio of both channels is known."""


@dataclass(frozen=True)
class _Cut:
    """Box xyxy, pixels of the S x S grid."""

    box: tuple[float, float, float, float]

    def to_picture(self, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        """(S, S, 2) -> (28, 28, 2)."""
        x0, y0, x1, y1 = self.box
        scale = np.array([(x1 - x0), (y1 - y0)]) / PICTURE_PX
        affine = np.array([[scale[0], 0, x0 + scale[0] / 2 - 0.5], [0, scale[1], y0 + scale[1] / 2 - 0.5]])
        smooth = cv2.GaussianBlur(flow, (0, 0), max(0.5 * float(scale.max()), 0.3))
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        size = (PICTURE_PX, PICTURE_PX)
        return np.asarray(cv2.warpAffine(smooth, affine, size, flags=flags, borderMode=cv2.BORDER_REPLICATE))

    @staticmethod
    def to_crop(picture: NDArray[np.float32], size: int) -> NDArray[np.float32]:
        """(28, 28, 2) -> (size, size, 2) as a reader would place it that knows only the mean of all boxes."""
        x0, y0, x1, y1 = np.mean(CUT, axis=0) * size
        scale = PICTURE_PX / np.array([x1 - x0, y1 - y0])
        affine = np.array(
            [[scale[0], 0, (0.5 - x0) * scale[0] - 0.5], [0, scale[1], (0.5 - y0) * scale[1] - 0.5]]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(
            cv2.warpAffine(picture, affine, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        )


class RoughChain:
    """Rough noise of one sample, drawn on construction. spread: factor of the size of the noise."""

    def __init__(
        self, fields: SubjectFields, amplitude_px: float, rng: np.random.Generator, spread: float = 1.0
    ) -> None:
        self._fields, self._rng = fields, rng
        size = fields.size
        low, high = PATCH_GAIN
        patches = cv2.resize(
            rng.uniform(low, high, (PATCHES, PATCHES)).astype(np.float32), (size, size),
            interpolation=cv2.INTER_CUBIC,
        )  # fmt: skip
        self._gain = patches[..., None]
        self._energy = NOISE_SHARE * np.exp(rng.normal(0, NOISE_SPREAD)) * spread**2
        self._head = rng.standard_normal(6)
        edges = np.array(CUT[int(rng.integers(len(CUT)))]) + rng.normal(0, CUT_SIGMA * spread, 4)
        self._cut = _Cut(tuple((edges * size).tolist()))
        self._ratio = np.float32(np.exp(rng.normal(0, RATIO_SIGMA * spread)))

    def see(self, amounts: NDArray[np.float64], progress: float = 1.0) -> NDArray[np.float32]:
        """(S, S, 2) flow of a face that is moved by (2U,) intensities. progress: 0 at the onset, 1 at the
        apex.
        """
        return _Cut.to_crop(self.picture(amounts, progress), self._fields.size)

    def picture(self, amounts: NDArray[np.float64], progress: float = 1.0) -> NDArray[np.float32]:
        """(28, 28, 2) flow with 256 levels for each channel, in the pixels of the 128 px crop."""
        flow = self._cut.to_picture(self._fields.dense(amounts) * self._gain)
        rms = float(np.sqrt(((flow - flow.mean((0, 1))) ** 2).mean())) + 1e-6
        added = np.sqrt(HEAD_ENERGY) * self._missed_head() + np.sqrt(1 - HEAD_ENERGY) * self._skin()
        flow = flow + added * np.float32(rms * np.sqrt(self._energy) * progress)
        return _levels(flow * np.array([1, self._ratio], np.float32))

    def _missed_head(self) -> NDArray[np.float32]:
        """(28, 28, 2) linear movement across the picture with variance 1."""
        ticks = np.linspace(-1, 1, PICTURE_PX, dtype=np.float32)
        x, y = np.meshgrid(ticks, ticks)
        a, b, c, d, e, f = self._head
        field = np.stack([a * x + b * y + c * x * y, d * x + e * y + f * x * y], axis=-1)
        return np.asarray(field / max(float(field.std()), 1e-6), np.float32)

    def _skin(self) -> NDArray[np.float32]:
        """(28, 28, 2) movement in ``SKIN_BANDS`` with variance 1, stronger in some patches."""
        cycles = np.fft.fftfreq(PICTURE_PX) * PICTURE_PX
        f = np.hypot(cycles[:, None], cycles[None])
        bands = [(f >= low) & (f < high) for low, high, _ in SKIN_BANDS]
        size = sum(
            np.sqrt(share / band.sum()) * band for band, (*_, share) in zip(bands, SKIN_BANDS, strict=True)
        )
        white = self._rng.standard_normal((PICTURE_PX, PICTURE_PX, 2))
        noise = np.fft.ifft2(np.fft.fft2(white, axes=(0, 1)) * size[..., None], axes=(0, 1)).real
        cells = self._rng.standard_normal((ENVELOPE_CELLS, ENVELOPE_CELLS))
        envelope = np.exp(ENVELOPE_SPREAD * cv2.resize(cells, (PICTURE_PX, PICTURE_PX)))
        noise *= envelope[..., None]
        return np.asarray(noise / max(float(noise.std()), 1e-6), np.float32)


def _levels(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """The picture after each channel was stored with 256 levels between its least and greatest value."""
    least, greatest = picture.min((0, 1)), picture.max((0, 1))
    step = np.maximum(greatest - least, 1e-9) / 255
    return np.asarray(np.rint((picture - least) / step) * step + least, np.float32)
