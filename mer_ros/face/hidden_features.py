"""Whether a face that was never seen before shows its mouth and its eyes, or a mask and sunglasses.

Without a picture of the same face at rest, only strong signs count, so that beards, glasses and dark skin
pass: the mouth is hidden if the lower face has not the colour of the upper one, or is much darker, and the
lips are not redder than what surrounds them; or if the mouth has no structure, also compared with the rest of
the face, so that a picture with little contrast is no mask. With almost none, it cannot be told whether the
mouth is hidden, and it is called so. Eyes are hidden if both are much darker than the
cheeks. Not found this way are a hand of the same skin, anything on an over-exposed face, and sunglasses in a
picture with little contrast. Measures and limits are our own (``docs/perception.md``).
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.exposure import CLIPPED_LEVEL
from mer_ros.face.texture import LOWEST, Mask, Texture, areas, cheeks, chromaticity, eyes, lips, skin

_MAX_COLOUR = 0.08  # chromaticity of the chin minus that of the upper face
_MAX_DARKER = 0.6  # log brightness: the chin may be half as bright as the cheeks
_MIN_REDDER = 0.02  # chromaticity of the lips minus that of the chin
# Standard deviation of log brightness round the mouth, and its share of that of the rest of the face.
# With .4 to .1 of their contrast each of 115 pictures of faces has .302 or more, and of 115 drawn masks 3 to
# 13 exceed the limit.
_MIN_STRUCTURE, _MIN_STRUCTURE_SHARE = 0.045, 0.295
_MIN_REST_STRUCTURE = 0.012  # of the rest of the face, the least of these pictures: below, the share is noise
_MAX_EYES_DARKER = 0.75  # log brightness of both eyes below the cheeks
# Log brightness of the darker half of an eye below the cheeks and below the lids: 900 textures of real and
# synthetic faces have .20 and .08 or more, hands on the eyes mostly below 0, telephones and sunglasses .01.
_MIN_EYE_DARKER, _MIN_IN_LIDS_DARKER = 0.2, 0.06
_MAX_CLIPPED = 0.2  # share of the skin: an over-exposed face has lost colour and structure


def hidden_reason(texture: Texture) -> str:
    """Short reason why a texture shows no mouth or no eyes; empty if it does.

    texture: (HEIGHT, WIDTH, 3) uint8 BGR.
    """
    if float((texture.max(axis=2)[skin()] >= CLIPPED_LEVEL).mean()) > _MAX_CLIPPED:
        return ""
    pixels = texture.astype(np.float32)
    red, blue = chromaticity(pixels)
    light = np.log(pixels.sum(axis=2) / 3 + LOWEST)
    chin, upper = _chin(), _upper()
    bright = float(np.median(light[cheeks()]))
    colour = max(abs(_median(one, chin) - _median(one, upper)) for one in (red, blue))
    darker = bright - _median(light, chin)
    redder = float(red[lips()].mean()) - _median(red, chin)
    differs = (colour > _MAX_COLOUR or darker > _MAX_DARKER) and redder < _MIN_REDDER
    structure, rest = (float(light[one].std()) for one in (areas()["mouth and chin"], _rest()))
    lacks_structure = structure < _MIN_STRUCTURE and (
        structure < _MIN_STRUCTURE_SHARE * rest or rest < _MIN_REST_STRUCTURE
    )
    hidden = ["mouth and chin"] if differs or lacks_structure else []
    darkness = [bright - _median(light, areas()[name]) for name in ("right eye", "left eye")]
    if min(darkness) > _MAX_EYES_DARKER:
        hidden.append("eyes")
    return f"covered: {' and '.join(hidden)}, as by a mask or sunglasses" if hidden else ""


def shows_eyes(texture: Texture) -> bool:
    """Whether a texture shows two eyes, open or closed: darker than the cheeks and than the lids around them.

    A hand, a telephone and dark glasses do not. texture: (HEIGHT, WIDTH, 3) uint8 BGR.
    """
    light = np.log(texture.astype(np.float32).mean(axis=2) + LOWEST)
    bright = float(light[cheeks()].mean())
    for eye in eyes():
        around = cv2.dilate(eye.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool) & ~eye
        dark = float(np.sort(light[eye])[: max(int(eye.sum()) // 2, 1)].mean())
        if bright - dark < _MIN_EYE_DARKER or _median(light, around) - dark < _MIN_IN_LIDS_DARKER:
            return False
    return True


def _median(values: NDArray[np.float32], where: Mask) -> float:
    return float(np.median(values[where]))


@functools.cache
def _chin() -> Mask:
    """The skin round the lips."""
    return np.asarray(areas()["mouth and chin"] & ~lips())


@functools.cache
def _rest() -> Mask:
    """All skin but mouth and chin, with the eyes."""
    return np.asarray(skin() & ~areas()["mouth and chin"])


@functools.cache
def _upper() -> Mask:
    """The skin above the mouth, without the eyes."""
    rest = _rest() & ~areas()["right eye"] & ~areas()["left eye"]
    rows = np.flatnonzero(areas()["mouth and chin"].any(axis=1))
    rest[rows[0] :] = False
    return np.asarray(rest)
