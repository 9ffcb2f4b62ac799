"""Decoded prototypes as pictures."""

from __future__ import annotations

import functools
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError
from mer_ros.types import InputKind, Sample
from mer_ros.visualisation.flow import PICTURE_SIZE, flow_picture


def prototype_picture(prototype: Sample) -> NDArray[np.uint8]:
    """Image of a decoded prototype of kind flow or apex, (PICTURE_SIZE, PICTURE_SIZE, 3) uint8 BGR.

    prototype: data (3, S, S) float32, as in ``types.Explanation``. The picture is read-only and cached,
    because a model has only a few prototypes. Raises InputError for other kinds.
    """
    return _drawn(prototype.kind, prototype.data.shape, prototype.data.astype(np.float32).tobytes())


@functools.lru_cache(maxsize=64)
def _drawn(kind: InputKind, shape: tuple[int, ...], data: bytes) -> NDArray[np.uint8]:
    if kind not in _DRAW:
        raise InputError(f"Prototypes of kind {kind!r} cannot be drawn: use one of {', '.join(_DRAW)}.")
    picture = _DRAW[kind](np.frombuffer(data, np.float32).reshape(shape))
    picture.setflags(write=False)
    return picture


def _photo(rgb: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(3, S, S) float32 RGB, about 0..1 -> (PICTURE_SIZE, PICTURE_SIZE, 3) uint8 BGR."""
    bgr = (np.clip(rgb, 0, 1)[::-1].transpose(1, 2, 0) * 255).astype(np.uint8)
    return cv2.resize(bgr, (PICTURE_SIZE, PICTURE_SIZE), interpolation=cv2.INTER_CUBIC)


_DRAW: dict[InputKind, Callable[[NDArray[np.float32]], NDArray[np.uint8]]] = {
    "flow": flow_picture,
    "apex": _photo,
}
