"""The face unwrapped onto the canonical mesh: a pixel is the same spot of skin in every pose and expression.

FaceMesh finds the landmarks of every pose and expression. Interpolated between the landmarks of the canonical
mesh, they say where in the picture each spot of the face is, as in the texture map of a 3D model. A turned
head, an open mouth or a grin therefore change the texture little: what they uncover lies between the lips,
and those pixels are left out (``SKIN``). A thing in front of the face changes it, since it does not move with
the landmarks.

The texture is (HEIGHT, WIDTH): x to the right of the picture (the person's left), y down, centred on the
face, 31 pixels per interocular distance.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mer_ros.face import canonical_mesh
from mer_ros.face.geometry import interocular_px
from mer_ros.face.interpolation import dense_weights
from mer_ros.face.regions import FACE_OVAL

WIDTH, HEIGHT = 48, 56
"""Size of the texture, pixels."""

_LEFT, _TOP, _SPAN = -0.78, -0.54, 1.56  # of the texture in the canonical frame, interocular distances
_PX = WIDTH / _SPAN  # pixels per interocular distance
_FINER = 8  # the masks are drawn so many times finer
_MAX_SHRINK = 1.5  # a picture with more pixels per pixel of the texture is shrunk first, against aliasing

_INNER_LIPS = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
_OUTER_LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
_RIGHT_EYE = (70, 63, 105, 66, 107, 55, 193, 245, 128, 121, 120, 119, 118, 117, 111, 143, 156)
_LEFT_EYE = (300, 293, 334, 296, 336, 285, 417, 465, 357, 350, 349, 348, 347, 346, 340, 372, 383)
_MOUTH_AND_CHIN = (
    212, 216, 206, 203, 98, 97, 2, 326, 327, 423, 426, 436, 432, 434, 364, 394, 395, 369, 396, 175, 171, 140,
    170, 169, 135, 214,
)  # fmt: skip
_EYES = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
)
_CHEEKS = (
    (116, 117, 118, 119, 100, 142, 203, 206, 216, 214, 138, 215, 177, 137),
    (345, 346, 347, 348, 329, 371, 423, 426, 436, 434, 367, 435, 401, 366),
)

Texture = NDArray[np.uint8]
Mask = NDArray[np.bool_]


LOWEST = np.float32(10.0)
"""Grey levels added to the brightness before its logarithm."""

_DARK = np.float32(20.0)  # grey levels added to the sum of the channels: the colour of dark pixels is noise


def chromaticity(pixels: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(H, W) red minus green and blue minus green of (H, W, 3) BGR pixels, as shares of their sum."""
    total = pixels[..., 0] + pixels[..., 1] + pixels[..., 2] + _DARK
    red, blue = ((pixels[..., k] - pixels[..., 1]) / total for k in (2, 0))
    return red, blue


def unwrap(image: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> Texture:
    """(HEIGHT, WIDTH, 3) uint8 texture of the face.

    image: (H, W, 3) uint8; landmarks: (468, >=2) float32, image pixels.
    """
    position = (_weights() @ landmarks[:, :2]).reshape(HEIGHT, WIDTH, 2)
    shrink = interocular_px(landmarks) / _PX
    if shrink > _MAX_SHRINK:
        image, position = _shrunk(image, position, 1 / shrink)
    return np.asarray(
        cv2.remap(
            image, position.astype(np.float32), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def _shrunk(
    image: NDArray[np.uint8], position: NDArray[np.float32], scale: float
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The part of the image that shows the face, smaller, and the positions in it.

    Of a part that becomes much smaller, only some rows and columns are read, at least four pixels for one:
    all of a face 900 px wide take 10 ms.
    """
    height, width = image.shape[:2]
    margin = 2 / scale
    low = np.clip(np.floor(position.min(axis=(0, 1)) - margin), 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(position.max(axis=(0, 1)) + margin), low + 1, (width, height)).astype(int)
    stride = max(int(0.5 / scale), 1)
    part = image[low[1] : high[1] : stride, low[0] : high[0] : stride]
    size = np.maximum(np.rint((high - low) * scale).astype(int), 1)
    ratio = size / (part.shape[1], part.shape[0])
    small = cv2.resize(part, (int(size[0]), int(size[1])), interpolation=cv2.INTER_AREA)
    placed = ((position - low) / stride + 0.5) * ratio - 0.5
    return np.asarray(small, np.uint8), placed.astype(np.float32)


@functools.cache
def _weights() -> sparse.csr_matrix:
    """(P, 468) float32: what each landmark contributes to the position of each pixel of the texture."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    grid = np.stack([_LEFT + (x + 0.5) / _PX, _TOP + (y + 0.5) / _PX], axis=-1).reshape(-1, 2)
    return dense_weights(canonical_mesh.load().canonical, grid).astype(np.float32)


def _drawn(*outlines: tuple[int, ...]) -> Mask:
    """Mask of the polygons through these landmarks of the canonical mesh."""
    fine = np.zeros((HEIGHT * _FINER, WIDTH * _FINER), np.uint8)
    canonical = canonical_mesh.load().canonical[:, :2]
    for outline in outlines:
        points = (canonical[list(outline)] - (_LEFT, _TOP)) * _PX * _FINER
        cv2.fillPoly(fine, [points.round().astype(np.int32)], 255)
    return np.asarray(cv2.resize(fine, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) > 127)


def _morphed(mask: Mask, shape: int) -> Mask:
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), shape, np.ones((3, 3), np.uint8)) > 0)


@functools.cache
def face() -> Mask:
    """Pixels of the face, without its edge."""
    return _morphed(_drawn(FACE_OVAL), cv2.MORPH_ERODE)


@functools.cache
def skin() -> Mask:
    """Pixels of the face that every expression shows: without the inside of the mouth."""
    return np.asarray(face() & ~_morphed(_drawn(_INNER_LIPS), cv2.MORPH_DILATE))


@functools.cache
def areas() -> dict[str, Mask]:
    """The areas whose covering is reported, by name. They overlap; all lie within ``skin``."""
    x = np.arange(WIDTH) + 0.5 < WIDTH / 2
    y = _TOP + (np.arange(HEIGHT) + 0.5) / _PX
    return {
        "mouth and chin": _drawn(_MOUTH_AND_CHIN) & skin(),
        "right eye": _drawn(_RIGHT_EYE) & skin(),
        "left eye": _drawn(_LEFT_EYE) & skin(),
        "forehead": (y < -0.15)[:, None] & skin(),
        "right half": x & skin(),
        "left half": ~x & skin(),
        "face": skin(),
    }


def area_means(values: NDArray[np.float32]) -> dict[str, float]:
    """Mean of (HEIGHT, WIDTH) values over each of the ``areas``."""
    masks, sizes = _stacked_areas()
    means = masks @ values.reshape(-1).astype(np.float32) / sizes
    return dict(zip(areas(), means.tolist(), strict=True))


@functools.cache
def _stacked_areas() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(A, H W) 1 where a pixel belongs to an area, and the (A,) numbers of pixels."""
    masks = np.stack([area.reshape(-1) for area in areas().values()]).astype(np.float32)
    return masks, masks.sum(1)


@functools.cache
def lips() -> Mask:
    """Pixels of the lips, without the inside of the mouth."""
    return np.asarray(_drawn(_OUTER_LIPS) & skin())


@functools.cache
def cheeks() -> Mask:
    """Pixels of both cheeks."""
    return np.asarray(_drawn(*_CHEEKS) & skin() & ~areas()["mouth and chin"])


@functools.cache
def eyes() -> tuple[Mask, Mask]:
    """Pixels of the right and of the left eye, between their lids."""
    return _drawn(_EYES[0]), _drawn(_EYES[1])
