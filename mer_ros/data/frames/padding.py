"""Padding of pictures that show less than the aligned crop: it never moves.

Published crops of a data set often end at the brows or the cheeks. FaceMesh then finds no face, and the
aligned crop reaches beyond the picture. The picture is therefore padded with the edge pixels of the first
frame of the clip, the same ones in every frame. In the aligned crops, every pixel that lies outside the
picture in any frame has the value of the first crop, and the flow there is zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face import geometry
from mer_ros.face.geometry import CROP_SIZE, Affine

Image = NDArray[np.uint8]

_MARGIN_PX = 16  # beyond the crop: the head may move as far before the crop reaches the end of the padding


@dataclass(frozen=True, eq=False)
class Padding:
    """A still frame round pictures of one size.

    still: (H + 2 n, W + 2 n, 3) uint8 BGR, the padded first picture. width: n, pixels on each side.
    """

    still: Image
    width: int

    def __call__(self, image: Image) -> Image:
        """The picture, (H, W, 3), inside the padding of the first one."""
        if not self.width:
            return image
        padded = self.still.copy()
        n = self.width
        padded[n:-n, n:-n] = image
        return padded

    def outside(self, crop_from_padded: Affine) -> NDArray[np.bool_]:
        """(S, S): pixels of an aligned crop that show padding, also in part."""
        if not self.width:
            return np.zeros((CROP_SIZE, CROP_SIZE), bool)
        n = self.width
        shown = np.zeros(self.still.shape[:2], np.uint8)
        shown[n:-n, n:-n] = 255
        crop = cv2.warpAffine(shown, crop_from_padded, (CROP_SIZE, CROP_SIZE), flags=cv2.INTER_LINEAR)
        return np.asarray(crop < 255)


def padded_by(image: Image, width: int) -> Padding:
    """Padding of ``width`` pixels round (H, W, 3) pictures like this first one."""
    if width <= 0:
        return Padding(image, 0)
    still = cv2.copyMakeBorder(image, width, width, width, width, cv2.BORDER_REPLICATE)
    return Padding(np.asarray(still, np.uint8), width)


def needed_padding(image: Image, landmarks: NDArray[np.float32]) -> int:
    """Pixels by which the aligned crop of a face reaches beyond a picture, with a margin; 0 if it does not.

    landmarks: (468, >=2) float32, pixels of the picture; they may lie outside.
    """
    image_from_crop = geometry.invert(geometry.crop_from_image(landmarks))
    corners = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32) * (CROP_SIZE - 1)
    x, y = geometry.apply(image_from_crop, corners).T
    height, width = image.shape[:2]
    beyond = max(-x.min(), -y.min(), x.max() - (width - 1), y.max() - (height - 1))
    return int(np.ceil(beyond)) + _MARGIN_PX if beyond > 0 else 0
