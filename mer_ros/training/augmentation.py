"""Flow augmentation: crop jitter, residual head motion, noise, and the quantisation of flow images.

Everything is applied to the raw flow, before the clip normalisation, so that training samples go through the
same steps as events. A rotation, stretch or shift of the crop rotates and stretches its vectors too. The
ranges are wide on purpose: real data does not come from this generator, and a small network trained on many
layouts generalises better than a large one trained on one. Mirroring is not part of it: it costs nothing and
belongs to every run (``labelled_set.batches``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from mer_ros.data.datasets.megc_flow import SIZE
from mer_ros.errors import require
from mer_ros.motion.normalisation import WINDOW_CENTRE
from mer_ros.recognition.clip_normalisation import normalised


@dataclass(frozen=True)
class Augmentation:
    """How training samples are varied. Lengths are shares of the crop's width.

    zoom: range of the size of the face, log-uniform. aspect: standard deviation of the logarithm of width
    over height. shift: standard deviation of the position. lift: how much higher a larger face lies, per unit
    of zoom. roll_rad: standard deviation of the in-plane rotation, rad. residue: standard deviation of a head
    motion left in the flow, at the edge of the crop, as a share of the movement. noise: largest share of
    smooth noise. pictures: share of the samples that are passed through an 8-bit flow image of 28 pixels.
    picture_zoom: range of the size of the face there: such images are cropped closer. registered: share of
    these images that are then placed where they belong in the crop (``data.crop_geometry``); the others fill
    ``FRAME`` of it. picture_ratio: standard deviation of the logarithm of the error of its channels' ratio.
    """

    zoom: tuple[float, float] = (0.85, 1.2)
    aspect: float = 0.1
    shift: float = 0.03
    lift: float = 0.12
    roll_rad: float = 0.04
    residue: float = 0.1
    noise: float = 0.12
    pictures: float = 0.6
    picture_zoom: tuple[float, float] = (0.95, 2.0)
    picture_ratio: float = 0.1
    registered: float = 0.7

    def __post_init__(self) -> None:
        """Refuse settings without meaning."""
        for name in ("zoom", "picture_zoom"):
            low, high = getattr(self, name)
            require(0.3 <= low <= high <= 3, f"{name!r} is {[low, high]}: give two of 0.3 to 3, in order.")
        for name in ("aspect", "shift", "lift", "roll_rad", "residue", "noise", "picture_ratio"):
            require(0 <= getattr(self, name) <= 1, f"{name!r} is {getattr(self, name)}: give 0 to 1.")
        for name in ("pictures", "registered"):
            value = getattr(self, name)
            require(0 <= value <= 1, f"{name!r} is {value}: give 0 to 1.")

    @property
    def changes_nothing(self) -> bool:
        """Whether samples stay unchanged."""
        spreads = (self.aspect, self.shift, self.roll_rad, self.residue, self.noise, self.pictures)
        return not any(spreads) and self.zoom == (1.0, 1.0)


NONE = Augmentation(
    zoom=(1.0, 1.0), aspect=0.0, shift=0.0, roll_rad=0.0, residue=0.0, noise=0.0, pictures=0.0
)
"""No augmentation."""

FRAME = 0.78
"""Share of the crop's width that an image fills whose place in the crop is not known."""

_NOISE_CELLS = (3, 5, 9)


def augmented(flow: Tensor, settings: Augmentation, size: int, generator: torch.Generator) -> Tensor:
    """(B, 2, S, S) raw flow, crop pixels -> (B, 3, size, size) normalised, each augmented independently."""
    draw = _Draws(len(flow), generator)
    as_picture = draw.bernoulli(settings.pictures)
    zoom = torch.where(as_picture, draw.between(*settings.picture_zoom), draw.between(*settings.zoom))
    moved = _moved(flow, zoom, draw, settings)
    values = moved.abs().flatten(1)
    strength = values.kthvalue(round(0.98 * values.shape[1]), 1).values  # (B,) of the movement, crop pixels
    if settings.residue:
        moved = moved + _residue(moved.shape[-1], draw.normal(settings.residue, 4) * strength[:, None])
    if settings.noise:
        moved = moved + _smooth_noise(moved, draw, settings.noise * strength)
    out = _resized(moved, size)
    if as_picture.any():
        out[as_picture] = _resized(_picture(moved[as_picture], zoom[as_picture], draw, settings), size)
    return normalised(out)


class _Draws:
    """Random numbers, one or more for each of ``n`` samples."""

    def __init__(self, n: int, generator: torch.Generator) -> None:
        self._n, self.generator = n, generator

    def bernoulli(self, share: float) -> Tensor:
        """(n,) bool."""
        return torch.rand(self._n, generator=self.generator) < share

    def between(self, low: float, high: float) -> Tensor:
        """(n,) log-uniform."""
        span = math.log(high) - math.log(low)
        return torch.exp(math.log(low) + span * torch.rand(self._n, generator=self.generator))

    def normal(self, sigma: float, columns: int = 1) -> Tensor:
        """(n, columns)."""
        return torch.randn(self._n, columns, generator=self.generator) * sigma


def _moved(flow: Tensor, zoom: Tensor, draw: _Draws, settings: Augmentation) -> Tensor:
    """The same movement in a crop that holds the face at another size, position and angle."""
    stretch = torch.exp(draw.normal(settings.aspect)[:, 0] / 2)
    roll, shift = draw.normal(settings.roll_rad)[:, 0], draw.normal(settings.shift, 2)
    cos, sin = roll.cos(), roll.sin()
    x, y = zoom * stretch, zoom / stretch
    turn = torch.stack([cos * x, -sin * y, sin * x, cos * y], 1).reshape(-1, 2, 2)
    centre = 2 * torch.tensor(WINDOW_CENTRE) - 1  # the face's, where the crop's edges are -1 and 1
    lifted = torch.stack([torch.zeros_like(zoom), -settings.lift * (zoom - 1)], 1)
    place = centre - turn @ centre + 2 * (shift + lifted)
    back = torch.linalg.inv(turn)
    affine = torch.cat([back, -(back @ place[:, :, None])], 2)
    grid = F.affine_grid(affine, list(flow.shape), align_corners=False)
    sampled = F.grid_sample(flow, grid, padding_mode="border", align_corners=False)
    return torch.einsum("bij,bjhw->bihw", turn, sampled)


def _residue(size: int, amounts: Tensor) -> Tensor:
    """(B, 2, size, size) of (B, 4) growth, roll, and linear change of u and of v down the face."""
    ticks = torch.linspace(-1, 1, size)
    y, x = torch.meshgrid(ticks, ticks, indexing="ij")
    growth, roll, of_u, of_v = amounts[:, :, None, None].unbind(1)
    return torch.stack([growth * x - roll * y + of_u * y, growth * y + roll * x + of_v * y], 1)


def _smooth_noise(flow: Tensor, draw: _Draws, largest: Tensor) -> Tensor:
    cells = _NOISE_CELLS[int(torch.randint(len(_NOISE_CELLS), (1,), generator=draw.generator))]
    coarse = torch.randn(len(flow), 2, cells + 1, cells + 1, generator=draw.generator)
    share = largest * torch.rand(len(flow), generator=draw.generator)
    smooth = F.interpolate(coarse, size=flow.shape[-2:], mode="bicubic", align_corners=False)
    return share[:, None, None, None] * smooth


def _picture(flow: Tensor, zoom: Tensor, draw: _Draws, settings: Augmentation) -> Tensor:
    """Flow after conversion to a flow image and back: 28 px, 256 levels, an estimated ratio, a new place.

    zoom: (B,), by which ``_moved`` enlarged the face, and which a registered image undoes.
    """
    small = F.interpolate(flow, size=(SIZE, SIZE), mode="area")
    least, greatest = small.amin((2, 3), keepdim=True), small.amax((2, 3), keepdim=True)
    step = (greatest - least).clamp_min(1e-9) / 255
    levels = torch.round((small - least) / step) * step
    error = torch.exp(torch.randn(len(flow), generator=draw.generator) * settings.picture_ratio)
    levels = torch.stack([levels[:, 0], levels[:, 1] * error[:, None, None]], 1)
    registered = torch.rand(len(flow), generator=draw.generator) < settings.registered
    scale = torch.where(registered, zoom, torch.full_like(zoom, 1 / FRAME))
    centre = 2 * torch.tensor(WINDOW_CENTRE) - 1
    lifted = torch.stack([torch.zeros_like(zoom), -settings.lift * (zoom - 1)], 1)
    offset = registered[:, None] * ((1 - zoom)[:, None] * centre + 2 * lifted)
    affine = torch.cat([torch.diag_embed(scale[:, None].expand(-1, 2)), offset[:, :, None]], 2)
    grid = F.affine_grid(affine, [len(flow), 2, *flow.shape[-2:]], align_corners=False)
    return F.grid_sample(levels, grid, padding_mode="border", align_corners=False)


def _resized(flow: Tensor, size: int) -> Tensor:
    if flow.shape[-1] == size:
        return flow.clone()
    if flow.shape[-1] > size:
        return F.interpolate(flow, size=(size, size), mode="area")
    return F.interpolate(flow, size=(size, size), mode="bilinear", align_corners=False)
