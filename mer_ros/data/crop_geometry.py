"""Where small flow images lie in the tracker's aligned crop, found without labels [ours].

Flow images of other authors show another part of the face, at another size. Expressions move the same parts
of a face, so the mean energy of |u| and |v| over many clips is a picture of the face itself. It is registered
to the mean energy of synthetic flow, which is generated in the geometry of the tracker's crop: the box whose
content correlates best with the images is their place.

Example: a box that shows the middle half of the crop.

>>> box = CropBox(0.25, 0.25, 0.75, 0.75)
>>> flow = np.ones((1, 2, 28, 28), np.float32)  # (N, 2, h, w)
>>> placed(flow, [box], size=56).shape
(1, 2, 56, 56)
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mer_ros.errors import require

MIN_CLIPS = 30
"""Fewer clips are too few for a mean: the default box is used."""

MIN_CORRELATION = 0.6
"""Below this correlation the geometry counts as unknown."""

TEMPLATE_PX, TEMPLATE_SAMPLES, TEMPLATE_SEED = 56, 400, 17
"""Width of the mean energy of synthetic flow, and the samples behind it."""

BLUR_PX = 1.5
"""Both energies are blurred by a Gaussian of this sigma, pixels of the image."""

ASPECT_PENALTY = 1.0
"""Correlation that a box loses by the square of the log of its aspect ratio: most images are cut square."""

PRIOR_PENALTY, PRIOR_SHIFT = 0.05, (0.1, 0.2)
"""Correlation that a box loses where it differs from the default by all of its size, or where its middle is
this far to the side or below, shares of the crop: faces are cut about their middle."""

_SCALES = np.linspace(0.45, 1.0, 12)
_OFFSETS = np.linspace(-0.12, 0.12, 7)
_LIMIT = 4.0


@dataclass(frozen=True)
class CropBox:
    """x0, y0, x1, y1 of an image in the aligned crop, as shares of the crop's width.

    ConfigError for a box that is small or far outside the crop.
    """

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        """Refuse a box without meaning."""
        inside = all(-0.5 <= edge <= 1.5 for edge in astuple(self))
        large = min(self.x1 - self.x0, self.y1 - self.y0) >= 0.2
        found = ",".join(f"{edge:g}" for edge in astuple(self))
        require(
            inside and large,
            f"The crop box is {found}: give x0,y0,x1,y1 as shares of the aligned crop, such as "
            "0.2,0.26,0.8,0.86.",
        )

    @classmethod
    def parse(cls, text: str) -> CropBox:
        """The box in "x0,y0,x1,y1". ConfigError for anything else."""
        try:
            edges = [float(part) for part in text.split(",")]
        except ValueError:
            edges = []
        require(len(edges) == 4, f"--crop is {text!r}: give x0,y0,x1,y1, such as 0.2,0.26,0.8,0.86, or auto.")
        return cls(*edges)

    @property
    def words(self) -> str:
        """The box for messages."""
        return ", ".join(f"{edge:.2f}" for edge in astuple(self))


MEGC_BOX = CropBox(0.20, 0.26, 0.80, 0.86)
"""The mean place of the images of MEGC 2019 in the aligned crop; the default."""


@dataclass(frozen=True)
class Geometry:
    """A box, the correlation that supports it (NaN if it was given), and how it was found, one sentence."""

    box: CropBox
    correlation: float
    note: str


def register(flow: NDArray[np.float32], name: str = "the folder") -> Geometry:
    """The place of (N, 2, S, S) flow images in the aligned crop; the default box where it cannot be told.

    Only the mean energy is used, never a label. name: of the images, for the note.
    """
    if len(flow) < MIN_CLIPS:
        return Geometry(
            MEGC_BOX,
            float("nan"),
            f"{name} has {len(flow)} clips, too few to find their place in the crop: the default "
            f"{MEGC_BOX.words} is assumed; set --crop if you know it.",
        )
    seen = _blurred(mean_energy(flow))
    scored = [
        (_score(seen, (scale, scale, 0.0, dy)), (scale, scale, 0.0, dy))
        for scale in _SCALES
        for dy in _OFFSETS
    ]
    start = max(scored)[1]
    found = minimize(
        lambda place: -_score(seen, place), np.array(start), method="Nelder-Mead",
        options={"xatol": 2e-3, "fatol": 1e-4, "initial_simplex": _simplex(start)},
    )  # fmt: skip
    correlation = -float(found.fun)
    if correlation < MIN_CORRELATION:
        return Geometry(
            MEGC_BOX,
            correlation,
            f"The place of {name} in the crop cannot be told (correlation {correlation:.2f}, needed "
            f"{MIN_CORRELATION:g}): the default {MEGC_BOX.words} is assumed; set --crop if you know it.",
        )
    box = CropBox(*(float(edge) for edge in _box(found.x)))
    return Geometry(
        box, correlation, f"{name} lies at {box.words} of the crop (correlation {correlation:.2f})."
    )


def placed(flow: NDArray[np.float32], boxes: Sequence[CropBox], size: int) -> NDArray[np.float32]:
    """(N, 2, h, w) images -> (N, 2, size, size) in the geometry of the aligned crop.

    boxes: one for each image. Outside an image its outermost pixels are repeated.
    """
    out = np.empty((len(flow), 2, size, size), np.float32)
    for i, (image, box) in enumerate(zip(flow, boxes, strict=True)):
        height, width = image.shape[1:]
        x, y = width / (box.x1 - box.x0), height / (box.y1 - box.y0)  # the crop in pixels of the image
        crop = (-box.x0 * x, -box.y0 * y, (1 - box.x0) * x, (1 - box.y0) * y)
        out[i] = _content(image, crop, size)
    return out


def cut(flow: NDArray[np.float32], box: CropBox, size: int) -> NDArray[np.float32]:
    """(2, S, S) flow of the aligned crop -> (2, size, size), the image of a box; inverse of ``placed``."""
    x0, y0, x1, y1 = (edge * flow.shape[-1] for edge in astuple(box))
    return _content(flow, (x0, y0, x1, y1), size)


def _content(
    flow: NDArray[np.float32], box_xyxy: tuple[float, float, float, float], size: int
) -> NDArray[np.float32]:
    """(2, h, w) flow -> (2, size, size): the content of a box, in pixels of the flow, its edges repeated."""
    x0, y0, x1, y1 = box_xyxy
    x, y = (x1 - x0) / size, (y1 - y0) / size
    affine = np.array([[x, 0, x0 + x / 2 - 0.5], [0, y, y0 + y / 2 - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    image = np.ascontiguousarray(flow.transpose(1, 2, 0))
    found = cv2.warpAffine(image, affine, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(found.transpose(2, 0, 1))


def mean_energy(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 2, S, S) flow -> (2, S, S) mean of |u| and |v|.

    Each clip enters without its median and divided by its mean absolute deviation.
    """
    still = np.abs(flow - np.median(flow, axis=(2, 3), keepdims=True))
    scale = np.maximum(still.mean((1, 2, 3), keepdims=True), 1e-9)
    return np.asarray(np.minimum(still / scale, _LIMIT).mean(0), np.float32)


@functools.cache
def _template() -> NDArray[np.float32]:
    """(2, T, T) mean energy of synthetic flow in the aligned crop."""
    from mer_ros.data.synthetic import TRAIN_SUBJECTS, flow_samples  # late: data sets of images need it alone

    subjects = TRAIN_SUBJECTS[:40]
    return mean_energy(flow_samples(TEMPLATE_SAMPLES, subjects, TEMPLATE_SEED, TEMPLATE_PX).data)


def _score(seen: NDArray[np.float32], place: Sequence[float] | NDArray[np.float64]) -> float:
    """Correlation of (2, S, S) seen energy with the template inside a box, less the penalties.

    It is -1 for a box out of range.
    """
    x0, y0, x1, y1 = _box(place)
    if not (0.35 <= x1 - x0 <= 1.1 and 0.35 <= y1 - y0 <= 1.1 and 0.75 < (x1 - x0) / (y1 - y0) < 1.33):
        return -1.0
    own = _blurred(cut(_template(), CropBox(x0, y0, x1, y1), seen.shape[-1]))
    parts = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(seen, own, strict=True)]
    width, height, right, down = place
    unlikely = ((width * height) ** 0.5 / (MEGC_BOX.x1 - MEGC_BOX.x0) - 1) ** 2
    unlikely += (right / PRIOR_SHIFT[0]) ** 2 + (down / PRIOR_SHIFT[1]) ** 2
    return float(np.mean(parts)) - ASPECT_PENALTY * np.log(width / height) ** 2 - PRIOR_PENALTY * unlikely


def _box(place: Sequence[float] | NDArray[np.float64]) -> tuple[float, float, float, float]:
    """(width, height, shift right, shift down) from the middle of the default box -> x0, y0, x1, y1."""
    width, height, right, down = place
    x, y = (MEGC_BOX.x0 + MEGC_BOX.x1) / 2 + right, (MEGC_BOX.y0 + MEGC_BOX.y1) / 2 + down
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _simplex(start: tuple[float, float, float, float]) -> NDArray[np.float64]:
    steps = np.vstack([np.zeros(4), np.diag([0.05, 0.05, 0.02, 0.03])])
    return np.asarray(start) + steps


def _blurred(energy: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.stack([cv2.GaussianBlur(channel, (0, 0), BLUR_PX) for channel in energy])
