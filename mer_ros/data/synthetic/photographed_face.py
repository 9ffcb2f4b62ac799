"""The face of a user's photograph: found, measured, and rejected if it is too small or not the only one."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.backdrop import extended
from mer_ros.data.synthetic.photograph_checks import WHOLE_FACE, cut_side
from mer_ros.errors import DataError
from mer_ros.face.finder import FaceFinder
from mer_ros.face.mesh import FaceMesh

SEEN_WIDTH_PX = 150.0
"""The landmarks of a user's photograph are measured with the face scaled to about this width."""

SMALLEST_FACE_PX = 60.0
"""Narrower faces are rejected: their skin has too little texture to be moved."""

LARGEST_FACE_PX = 600.0
"""A picture with a wider face is reduced: frames show faces 150 px wide, at three times their resolution."""

BYSTANDER_SHARE = 0.4
"""Faces narrower than this share of the largest are left in the background: in a frame they are too small for
the tracker.
"""

_MOST_FACES = 4  # of those found
_SEARCHED_PX = 1280  # longer side of the picture in which faces are searched
_SMALLEST_INTEROCULAR_PX = 20.0  # of the faces that are searched there
_SEARCH_MARGIN = (
    0.35  # backdrop added for the search, in sides: the detector misses a face that fills the picture
)
_TURNS = 5  # searches with other parts of the picture first; the last one tries faces upside down too
_GIVE = "give a photograph of one face that looks into the camera, with open eyes and closed lips"


def face_of(image: NDArray[np.uint8], name: str) -> tuple[NDArray[np.uint8], NDArray[np.float32], str]:
    """The picture, reduced if its face is very wide, the (468, 3) landmarks of its face, and a remark.

    Raises DataError unless the picture shows one face that is large enough and larger than all others.
    """
    finder = FaceFinder(_MOST_FACES, _SMALLEST_INTEROCULAR_PX)
    try:
        faces = sorted(_search(finder, image), key=_width, reverse=True)
        if not faces:
            raise DataError(f"{name} {_without_face(image)}.")
        remark = _checked(faces, name)
        face = faces[0]
        if _width(face) > LARGEST_FACE_PX:
            factor = LARGEST_FACE_PX / _width(face)
            image = np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
            face = face * np.float32(factor)
        return image, _measured(finder, image, face), remark
    finally:
        finder.close()


def _search(finder: FaceFinder, image: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    """(468, 3) landmarks of all faces, pixels of the picture."""
    padded, scale, margin = _with_margin(image)
    faces: list[NDArray[np.float32]] = []
    for turn in range(_TURNS):
        faces = finder.find(padded, faces, turn, n_tiles=1000)
    return [(face - _shift(margin)) / np.float32(scale) for face in faces]


def _with_margin(image: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float, int]:
    """The picture as it is searched: reduced, with a backdrop on each side; its scale, and the backdrop."""
    scale = min(1.0, _SEARCHED_PX / max(image.shape[:2]))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
    margin = round(_SEARCH_MARGIN * max(small.shape[:2]))
    return extended(np.asarray(small, np.uint8), margin, margin, margin, margin), scale, margin


def _without_face(image: NDArray[np.uint8]) -> str:
    """What a picture shows in which no face was found: a face that is cut, or none.

    FaceMesh guesses a face from a part of it, and from some animals, so it is used for this clause only.
    """
    padded, _, margin = _with_margin(image)
    mesh = FaceMesh(tracking=False)
    try:
        found = mesh.detect(padded)
    finally:
        mesh.close()
    inner_wh = padded.shape[1] - 2 * margin, padded.shape[0] - 2 * margin
    cut = cut_side(found[0] - _shift(margin), inner_wh) if found else ""
    return (
        f"shows a face cut by the {cut}: {WHOLE_FACE}"
        if cut
        else f"shows no face, or only a part of one: {_GIVE}"
    )


def _checked(faces: list[NDArray[np.float32]], name: str) -> str:
    """The remark about the faces of a picture, largest first; DataError if none can be used."""
    widths = [_width(face) for face in faces]
    if widths[0] < SMALLEST_FACE_PX:
        raise DataError(
            f"{name} shows a face {widths[0]:.0f} px wide: give one of {SMALLEST_FACE_PX:.0f} px or more."
        )
    if len(faces) == 1:
        return ""
    if widths[1] > BYSTANDER_SHARE * widths[0]:
        sizes = " and ".join(f"{width:.0f}" for width in widths[:2])
        raise DataError(f"{name} shows more than one face ({sizes} px wide): crop it to one of them.")
    return f"{name} shows {len(faces)} faces: the largest, {widths[0]:.0f} px wide, is used."


def _measured(finder: FaceFinder, image: NDArray[np.uint8], face: NDArray[np.float32]) -> NDArray[np.float32]:
    """The landmarks of a face again, at the best size for the network."""
    scale = np.float32(min(SEEN_WIDTH_PX / _width(face), 4.0))
    seen = cv2.resize(image, None, fx=float(scale), fy=float(scale), interpolation=cv2.INTER_AREA)
    margin = round(2 * SEEN_WIDTH_PX)
    padded = extended(np.asarray(seen, np.uint8), margin, margin, margin, margin)
    found = finder.find(padded, [face * scale + _shift(margin)], 0)
    return (found[0] - _shift(margin)) / scale if found else face


def _shift(margin: int) -> NDArray[np.float32]:
    """(3,) displacement of landmarks by a margin on each side."""
    return np.array([margin, margin, 0], np.float32)


def _width(landmarks: NDArray[np.float32]) -> float:
    """Width of the box of the landmarks, pixels."""
    return float(np.ptp(landmarks[:, 0]))
