"""Images as files in memory: JPEG of one image, animated WebP of several."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

JPEG_QUALITY, WEBP_QUALITY = 88, 60


@dataclass(frozen=True)
class EncodedImage:
    """An image as the bytes of a file. media_type: such as "image/jpeg". size_wh: pixels."""

    data: bytes
    media_type: str
    size_wh: tuple[int, int]


def jpeg(image: NDArray[np.uint8], quality: int = JPEG_QUALITY) -> EncodedImage:
    """(H, W, 3) uint8 BGR as JPEG."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return EncodedImage(data.tobytes(), "image/jpeg", (image.shape[1], image.shape[0]))


def webp_loop(
    images: Sequence[NDArray[np.uint8]], frame_ms: Sequence[int], quality: int = WEBP_QUALITY
) -> EncodedImage:
    """(H, W, 3) uint8 BGR images as an animated WebP that repeats without end.

    frame_ms: how long each image is shown, as many as images. An animated PNG of a face has ten times as many
    bytes, a video cannot be shown in an ``img`` element.
    """
    first, *others = [Image.fromarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)) for image in images]
    file = io.BytesIO()
    first.save(
        file, "WEBP", save_all=True, append_images=others, duration=list(frame_ms), loop=0, quality=quality
    )
    return EncodedImage(file.getvalue(), "image/webp", first.size)
