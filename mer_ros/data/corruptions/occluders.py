"""Drawn things in front of a face: hands, a cup, a scarf, a mask, sunglasses, a telephone.

Each is a picture with an opacity in the frame of the face: the origin lies midway between the outer eye
corners, x to the right of the picture, y down, unit the interocular distance. A hand has the skin colour of
the face that it covers, fingers shaded as cylinders, creases and nails; it is the hardest of them, since
colour does not give it away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.geometry import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

PX = 110
"""Pixels per interocular distance of a drawn thing."""

SPAN = (-2.0, 2.0, -2.0, 3.0)
"""Left, right, top and bottom of the drawn area, interocular distances."""

Canvas = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Colour (H, W, 3) float32 BGR, 0..255, and opacity (H, W) float32, 0..1."""

_LIGHT = np.array([-0.35, -0.55, 0.76])  # direction to the lamp: from the upper left, in front
_CHEEKS = (50, 280, 101, 330)  # FaceMesh landmarks where the skin colour of a face is sampled


@dataclass(frozen=True)
class Occluder:
    """A thing in front of the face.

    name: what it is and what it covers. draw: from skin colour (3,) BGR and a random generator. worn: whether
    it follows the face, as a mask does.
    """

    name: str
    draw: Callable[[NDArray[np.float64], np.random.Generator], Canvas]
    worn: bool = False


def skin_colour(image: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """(3,) BGR median of small patches on both cheeks of (468, >=2) landmarks, image pixels."""
    around = round(0.06 * float(np.linalg.norm(landmarks[LEFT_EYE_OUTER] - landmarks[RIGHT_EYE_OUTER]))) + 1
    patches = []
    for x, y in landmarks[list(_CHEEKS), :2].round().astype(int):
        patch = image[max(y - around, 0) : y + around, max(x - around, 0) : x + around]
        patches.append(patch.reshape(-1, 3))
    return np.asarray(np.median(np.concatenate(patches), axis=0), np.float64)


def frame_affine(landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """(2, 3) similarity from the frame of the face to the image; landmarks: (468, >=2), image pixels."""
    right, left = (landmarks[i, :2].astype(np.float64) for i in (RIGHT_EYE_OUTER, LEFT_EYE_OUTER))
    across = left - right
    centre = (left + right) / 2
    return np.array([[across[0], -across[1], centre[0]], [across[1], across[0], centre[1]]])


def softened(canvas: Canvas, affine: NDArray[np.float64]) -> Canvas:
    """The thing as smooth as pixels of the image are large, so that a small one is not aliased."""
    scale = float(np.hypot(affine[0, 0], affine[1, 0])) / PX  # image pixels per pixel of the canvas
    blur = max(0.45 / scale, 0.3)
    colour, opacity = (cv2.GaussianBlur(one, (0, 0), blur) for one in canvas)
    return np.asarray(colour, np.float32), np.asarray(opacity, np.float32)


def composite(
    image: NDArray[np.uint8], canvas: Canvas, affine: NDArray[np.float64], shift: tuple[float, float] = (0, 0)
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The image with the thing in front, and its opacity (H, W) float32.

    affine: of ``frame_affine``. shift: of the thing in the frame of the face, interocular distances.
    """
    from_canvas = np.array([[1 / PX, 0, SPAN[0] + shift[0]], [0, 1 / PX, SPAN[2] + shift[1]], [0, 0, 1]])
    to_image = np.vstack([affine, [0, 0, 1]]) @ from_canvas
    size = image.shape[1], image.shape[0]
    colour = cv2.warpAffine(canvas[0], to_image[:2], size, borderMode=cv2.BORDER_REPLICATE)
    opacity = cv2.warpAffine(canvas[1], to_image[:2], size)
    mixed = image * (1 - opacity[..., None]) + colour * opacity[..., None]
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8), opacity


def grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """X and y of every pixel of a canvas in the frame of the face, each (H, W)."""
    left, right, top, bottom = SPAN
    x = left + (np.arange(round((right - left) * PX)) + 0.5) / PX
    y = top + (np.arange(round((bottom - top) * PX)) + 0.5) / PX
    across, down = np.meshgrid(x, y)
    return across, down


def _noise(rng: np.random.Generator, shape: tuple[int, ...], sigma_px: float) -> NDArray[np.float64]:
    """Smooth noise of unit standard deviation."""
    noise = cv2.GaussianBlur(rng.normal(size=shape), (0, 0), sigma_px)
    return np.asarray(noise / noise.std())


def _lit(height: NDArray[np.float64]) -> NDArray[np.float64]:
    """(H, W) brightness of a height field, interocular distances: ambient and Lambert."""
    down, across = np.gradient(cv2.GaussianBlur(height, (0, 0), 1.0) * PX)
    normal = np.stack([-across, -down, np.ones_like(height)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    return np.asarray(0.42 + 0.78 * np.clip(normal @ _LIGHT, 0, 1))


def _soft(inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 1.0), np.float32)


def _capsule(
    x: NDArray[np.float64], y: NDArray[np.float64], path: NDArray[np.float64], radii: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Height and position along a tapered capsule from path[0] to path[1]; height is 0 outside."""
    start, along = path[0], path[1] - path[0]
    length = float(np.hypot(*along))
    at = np.clip(((x - start[0]) * along[0] + (y - start[1]) * along[1]) / length**2, 0, 1)
    off = np.hypot(x - start[0] - at * along[0], y - start[1] - at * along[1])
    radius = radii[0] + (radii[1] - radii[0]) * at
    return np.sqrt(np.clip(radius**2 - off**2, 0, None)), at


def hand(
    centre: tuple[float, float], angle_deg: float, spread_deg: float = 5.0, size: float = 1.0
) -> Callable[[NDArray[np.float64], np.random.Generator], Canvas]:
    """A hand whose knuckles lie at ``centre`` and whose fingers point along ``angle_deg`` (0 right, -90 up).

    size: width of the four knuckles, interocular distances.
    """

    def draw(skin: NDArray[np.float64], rng: np.random.Generator) -> Canvas:
        x, y = grid()
        turn = np.deg2rad(angle_deg + rng.uniform(-8, 8))
        ahead, aside = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
        middle = np.array(centre)
        width = size / 4
        heights, creases, nails = [], np.zeros_like(x), np.zeros_like(x)
        for k, length in enumerate((0.95, 1.1, 1.05, 0.8)):
            base = middle + aside * (k - 1.5) * width
            tilt = np.deg2rad((k - 1.5) * spread_deg + rng.uniform(-2, 2))
            way = ahead * np.cos(tilt) + aside * np.sin(tilt)
            tip = base + way * length * size * 0.9
            height, at = _capsule(
                x, y, np.array([base - 0.3 * size * ahead, tip]), (0.56 * width, 0.44 * width)
            )
            heights.append(height)
            on = height > 0
            for joint in (0.45, 0.72):
                creases += on * np.exp(-(((at - joint) / 0.012) ** 2))
            nails += on * (at > 0.93) * (height > 0.3 * width)
        palm = middle - 0.62 * size * ahead
        along = (x - palm[0]) * ahead[0] + (y - palm[1]) * ahead[1]
        across = (x - palm[0]) * aside[0] + (y - palm[1]) * aside[1]
        dome = 1 - (np.abs(along) / (0.8 * size)) ** 4 - (np.abs(across) / (0.56 * size)) ** 4
        heights.append(0.16 * size * np.sqrt(np.clip(dome, 0, None)))
        thumb = np.array([palm - aside * 0.4 * size, palm - aside * 0.75 * size + ahead * 0.5 * size])
        heights.append(_capsule(x, y, thumb, (0.7 * width, 0.5 * width))[0])
        arm = np.array([palm - 0.5 * size * ahead, palm - 3.0 * size * ahead])
        heights.append(0.8 * _capsule(x, y, arm, (0.42 * size, 0.46 * size))[0])
        height = np.max(heights, axis=0)
        light = _lit(height) * (1 + 0.05 * _noise(rng, x.shape, 8) + 0.02 * _noise(rng, x.shape, 1.5))
        tone = skin * rng.uniform(0.9, 1.1) * (0.97, 0.97, 1.02)
        colour = tone * light[..., None] * (1 - 0.25 * np.clip(creases, 0, 1)[..., None])
        colour = colour * (1 + 0.12 * np.clip(nails, 0, 1)[..., None])
        return colour.astype(np.float32), _soft(height > 0)

    return draw


def _cup(skin: NDArray[np.float64], rng: np.random.Generator) -> Canvas:
    x, y = grid()
    paint = rng.uniform(30, 235, 3)
    middle, width, top, low = rng.uniform(-0.1, 0.1), 0.5, 0.72, 2.0
    body = (np.abs(x - middle) < width) & (y > top) & (y < low)
    rim = ((x - middle) / width) ** 2 + ((y - top) / 0.1) ** 2 < 1
    handle = np.abs(np.hypot((x - middle - width) / 0.32, (y - 1.3) / 0.4) - 1) < 0.22
    bulge = np.sqrt(np.clip(width**2 - (x - middle) ** 2, 0, None))
    light = np.where(body, _lit(bulge), 0.75)
    light = np.where(rim, 0.55 + 0.5 * (y - top) / 0.1, light)
    band = (np.abs(y - 1.35) < 0.12)[..., None] * (255 - paint) * 0.6 + paint
    return (band * light[..., None]).astype(np.float32), _soft(body | rim | handle)


def _scarf(skin: NDArray[np.float64], rng: np.random.Generator) -> Canvas:
    x, y = grid()
    one, two = rng.uniform(20, 240, (2, 3))
    edge = 0.62 + 0.1 * x**2 + 0.03 * np.sin(5 * x + rng.uniform(0, 6))
    fold = np.sin(9 * (y + 0.25 * x**2) + 1.5 * _noise(rng, x.shape, 30))
    check = (np.sin(22 * (x + 0.1 * fold)) > 0.2) ^ (np.sin(22 * (y + 0.1 * fold)) > 0.2)
    colour = np.where(check[..., None], one, two) * (0.8 + 0.2 * fold)[..., None]
    colour *= (1 + 0.05 * _noise(rng, x.shape, 1.0))[..., None]
    return colour.astype(np.float32), _soft((y > edge) & (np.abs(x) < 1.6))


def _mask(skin: NDArray[np.float64], rng: np.random.Generator) -> Canvas:
    x, y = grid()
    cloth = np.array([(235, 225, 190), (245, 245, 245), (60, 55, 50)][int(rng.integers(3))], float)
    side = 0.82 - 0.25 * np.clip(y - 1.1, 0, None)
    body = (np.abs(x) < side) & (y > 0.38 + 0.16 * x**2) & (y < 1.72 - 0.25 * x**2)
    straps = (np.abs(y - 0.55) < 0.03) & (np.abs(x) >= side) & (np.abs(x) < 1.1)
    light = (0.9 - 0.18 * x**2) * (1 + 0.06 * np.sin(24 * y) * (np.abs(x) < 0.7))
    colour = cloth * light[..., None] * (1 + 0.015 * _noise(rng, x.shape, 1.0))[..., None]
    return colour.astype(np.float32), _soft(body | straps)


def _sunglasses(skin: NDArray[np.float64], rng: np.random.Generator) -> Canvas:
    x, y = grid()
    tone = rng.uniform(10, 50, 3)
    lens = (np.abs((np.abs(x) - 0.36) / 0.31) ** 3 + np.abs((y - 0.03) / 0.23) ** 3) < 1
    bridge = (np.abs(x) < 0.1) & (np.abs(y + 0.07) < 0.03)
    temples = (np.abs(x) > 0.6) & (np.abs(x) < 0.95) & (np.abs(y + 0.1) < 0.035)
    shine = 60 * np.exp(-(((x + 0.5 * y) % 0.72 - 0.3) ** 2) / 0.01) * (y < 0)
    colour = tone + shine[..., None]
    return colour.astype(np.float32), _soft(lens | bridge | temples)


def _phone(skin: NDArray[np.float64], rng: np.random.Generator) -> Canvas:
    x, y = grid()
    middle = rng.uniform(-0.75, -0.6)
    body = (np.abs(x - middle) < 0.55) & (np.abs(y - 0.6) < 1.1)
    lens = np.hypot(x - middle + 0.3, y + 0.2) < 0.09
    colour = np.where(lens[..., None], 20.0, rng.uniform(30, 90)) * np.ones(3)
    colour = colour * (1 + 0.12 * (x - middle))[..., None]
    return colour.astype(np.float32), _soft(body)


HAND_ON_MOUTH = Occluder("hand on the mouth", hand((0.4, 1.05), 180.0))
HAND_ON_HALF = Occluder("hand on half of the face", hand((-0.6, 0.75), -80.0, size=1.1))
HAND_ON_EYES = Occluder("hand on the eyes", hand((-0.45, 0.0), 5.0))
FINGERS_ON_MOUTH = Occluder("fingers on the mouth", hand((0.15, 1.75), -95.0, spread_deg=9.0))
CUP = Occluder("cup at the mouth", _cup)
SCARF = Occluder("scarf up to the nose", _scarf)
PHONE = Occluder("telephone on half of the face", _phone)
MASK = Occluder("mask", _mask, worn=True)
SUNGLASSES = Occluder("sunglasses", _sunglasses, worn=True)

OCCLUDERS = (
    HAND_ON_MOUTH, HAND_ON_HALF, HAND_ON_EYES, FINGERS_ON_MOUTH, CUP, SCARF, PHONE, MASK, SUNGLASSES,
)  # fmt: skip
