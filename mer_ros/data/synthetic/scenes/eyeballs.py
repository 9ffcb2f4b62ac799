"""The eyeballs of a sculpted subject, which look into the camera at rest."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.scenes.looks import Looks
from mer_ros.data.synthetic.scenes.noise import smooth_noise
from mer_ros.data.synthetic.scenes.relief import Relief, part_vertices, to_texture
from mer_ros.data.synthetic.scenes.shade import encoded
from mer_ros.data.synthetic.stage import FINER

WHITE = np.array([0.52, 0.56, 0.60], np.float32)
"""Colour of the sclera, linear light, BGR."""

IRIS, PUPIL = 0.41, 0.17
"""Radius of iris and pupil, shares of that of the eyeball (11.7 and 4 mm across)."""

GLINT = 0.035
"""Radius of the reflection of the lamp, share of that of the eyeball."""


class Eyeballs:
    """boxes: for each eye, x0, y0, x1, y1 of its picture, texture pixels. pictures: uint8 BGR."""

    def __init__(self, relief: Relief, looks: Looks) -> None:
        rng = np.random.default_rng([0xE7E, looks.seed])
        self.boxes: list[tuple[int, int, int, int]] = []
        self.pictures: list[NDArray[np.uint8]] = []
        of_eyes = relief.vertices[part_vertices("eye")]
        middle = of_eyes[:, 0].mean()
        for ball in (of_eyes[of_eyes[:, 0] < middle], of_eyes[of_eyes[:, 0] >= middle]):
            low, high = ball[:, :2].min(0), ball[:, :2].max(0)
            centre, radius = to_texture((low + high) / 2), float((high - low).mean()) / 2 * FINER
            x0, y0 = np.floor(centre - 1.3 * radius).astype(int)
            x1, y1 = np.ceil(centre + 1.3 * radius).astype(int)
            y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32)
            at = np.stack([x - centre[0], y - centre[1]], axis=-1) / np.float32(radius)
            self.boxes.append((int(x0), int(y0), int(x1), int(y1)))
            self.pictures.append(_eyeball(at.astype(np.float32), looks, rng))


def _eyeball(at: NDArray[np.float32], looks: Looks, rng: np.random.Generator) -> NDArray[np.uint8]:
    """(h, w, 3) picture; at: (h, w, 2) places in radii from the middle of the pupil."""
    shape = at.shape[:2]
    apart = np.hypot(at[..., 0], at[..., 1])
    shaded = np.clip(1.04 - 0.45 * apart**2, 0.3, 1)[..., None]
    veins = np.clip(smooth_noise(rng, shape, 9.0), 0, 2)[..., None] * np.clip(apart - 0.45, 0, 0.5)[..., None]
    colour = WHITE * shaded * (1 - veins * np.array([0.14, 0.14, 0.03], np.float32))
    angle = np.arctan2(at[..., 1], at[..., 0])
    spokes = sum(np.sin(k * angle + rng.uniform(0, 6.3)) / 3 for k in (13, 19, 29))
    radial = apart / IRIS
    level = (
        (0.85 + 0.22 * spokes) * (0.65 + 0.6 * np.clip(radial, 0, 1)) * (1 - 0.75 * _edge(radial, 0.93, 0.06))
    )
    iris = looks.iris.astype(np.float32) * level[..., None]
    colour = _over(colour, iris, _edge(apart, IRIS, -0.025))
    colour = _over(colour, np.full(3, 0.006, np.float32), _edge(apart, PUPIL, -0.02))
    lamp = looks.light[:2] * 0.45
    glint = np.exp(-0.5 * (((at - lamp.astype(np.float32)) / GLINT) ** 2).sum(-1))
    colour = _over(colour, np.full(3, 0.9, np.float32), 0.85 * glint)
    return encoded(cv2.GaussianBlur(np.asarray(colour, np.float32), (0, 0), 1.0))


def _edge(value: NDArray[np.float32], at: float, width: float) -> NDArray[np.float32]:
    """0 below a limit, 1 above; the other way round for a negative width."""
    return np.asarray(np.clip((value - at) / width + 0.5, 0, 1), np.float32)


def _over(
    colour: NDArray[np.float32], top: NDArray[np.float32], share: NDArray[np.float32]
) -> NDArray[np.float32]:
    return np.asarray(colour * (1 - share[..., None]) + top * share[..., None], np.float32)
