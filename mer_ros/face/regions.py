"""Facial regions on the FaceMesh landmarks: polygons for pictures, landmark groups for motion.

Left and right are the person's own. Indices are those of the 468-point FaceMesh.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

FACE_OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""Landmarks of the outline of the face, in order."""

_OUTLINES: dict[str, tuple[int, ...]] = {
    "forehead": (10, 338, 297, 332, 284, 300, 293, 334, 296, 336, 9, 107, 66, 105, 63, 70, 54, 103, 67, 109),
    "right brow": (70, 63, 105, 66, 107, 55, 65, 52, 53, 46),
    "left brow": (300, 293, 334, 296, 336, 285, 295, 282, 283, 276),
    "right eye": (226, 247, 30, 29, 27, 28, 56, 190, 243, 112, 26, 22, 23, 24, 110, 25),
    "left eye": (446, 467, 260, 259, 257, 258, 286, 414, 463, 341, 256, 252, 253, 254, 339, 255),
    "nose": (168, 193, 122, 196, 236, 198, 129, 98, 97, 2, 326, 327, 358, 420, 456, 419, 351, 417),
    "right cheek": (116, 117, 118, 119, 100, 142, 203, 206, 216, 214, 138, 215, 177, 137),
    "left cheek": (345, 346, 347, 348, 329, 371, 423, 426, 436, 434, 367, 435, 401, 366),
    "mouth": (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146),
    "chin": (43, 106, 182, 83, 18, 313, 406, 335, 273, 430, 394, 378, 400, 377, 152, 148, 176, 149, 169, 210),
}

REGIONS: tuple[str, ...] = tuple(_OUTLINES)
"""Names of the regions, in the order of every array over regions."""

MOTION_GROUPS: dict[str, tuple[int, ...]] = {
    "right inner brow": (107, 66, 55, 65, 108, 69),
    "right outer brow": (70, 63, 105, 46, 53, 52),
    "left inner brow": (336, 296, 285, 295, 337, 299),
    "left outer brow": (300, 293, 334, 276, 283, 282),
    "right nose wing": (129, 98, 64, 48, 102, 203),
    "left nose wing": (358, 327, 294, 278, 331, 423),
    "right cheek": (50, 101, 118, 36, 205, 117),
    "left cheek": (280, 330, 347, 266, 425, 346),
    "right lip corner": (61, 57, 185, 146, 76, 186),
    "left lip corner": (291, 287, 409, 375, 306, 410),
    "right dimple": (214, 192, 207, 216, 212),
    "left dimple": (434, 416, 427, 436, 432),
    "below right lip corner": (202, 204, 211, 43, 106),
    "below left lip corner": (422, 424, 431, 273, 335),
    "upper lip": (0, 37, 267, 39, 269, 164),
    "lower lip": (17, 84, 314, 181, 405, 18),
    "chin": (152, 199, 175, 200, 428, 208),
    "right upper lid": (159, 158, 160),
    "left upper lid": (386, 385, 387),
    "right lower lid": (145, 144, 153),
    "left lower lid": (374, 373, 380),
}
"""Landmarks whose mean movement the spotter measures."""

RIGID: tuple[int, ...] = (
    168, 6, 197, 195, 5, 4, 1, 122, 351, 196, 419, 193, 417,  # nose bridge and tip
    133, 362, 243, 463,  # inner eye corners
    10, 151, 9, 109, 338, 67, 297, 103, 332, 54, 284,  # forehead
    127, 356, 234, 454, 93, 323, 162, 389, 21, 251, 227, 447, 116, 345, 137, 366, 123, 352,  # temples, cheeks
)  # fmt: skip
"""Landmarks that facial muscles move least; the rigid movement of the head is fitted to them."""


def region_masks(landmarks: NDArray[np.float32], size: int) -> NDArray[np.bool_]:
    """(len(REGIONS), size, size) masks of the regions; landmarks: (468, >=2), pixels of that square.

    Masks do not overlap: a pixel inside two outlines belongs to the smaller region.
    """
    owner = np.full((size, size), -1, np.int32)
    hulls = [
        cv2.convexHull(landmarks[list(points), :2].round().astype(np.int32)) for points in _OUTLINES.values()
    ]
    for index in sorted(range(len(hulls)), key=lambda i: -cv2.contourArea(hulls[i])):
        cv2.fillConvexPoly(owner, hulls[index], index)
    return owner[None] == np.arange(len(hulls), dtype=np.int32)[:, None, None]


def face_mask(landmarks: NDArray[np.float32], size: int) -> NDArray[np.bool_]:
    """(size, size) mask of the face oval; landmarks: (468, >=2), pixels of that square."""
    mask = np.zeros((size, size), np.uint8)
    cv2.fillPoly(mask, [landmarks[list(FACE_OVAL), :2].round().astype(np.int32)], 1)
    return mask.astype(bool)
