"""The photograph that is warped into clips: the built-in one, or one from the user."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import BadFrame, DataError
from mer_ros.face import canonical_mesh
from mer_ros.face.mesh import FaceMesh
from mer_ros.media.still_images import declared_size

SEEN_WIDTH_PX = 150.0
"""FaceMesh processes a user's photograph with the face scaled to about this width."""

SMALLEST_FACE_PX = 60.0
"""Narrower faces are rejected: their skin has too little texture to be moved."""

MOST_PIXELS = 100_000_000
"""Pictures that declare more pixels are rejected before they are decoded."""


@dataclass(frozen=True, eq=False)
class Photograph:
    """A face to be moved.

    image: (H, W, 3) uint8 BGR. landmarks: (468, 3) float64, pixels of the photograph, z smaller towards the
    camera. rotation: (3, 3), from canonical to photograph directions. scale_px: photograph pixels per
    interocular distance.
    """

    image: NDArray[np.uint8]
    landmarks: NDArray[np.float64]
    rotation: NDArray[np.float64]
    scale_px: float

    def displaced(self, displacement: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., 3) canonical displacements -> (..., 2) photograph pixels."""
        return (displacement @ self.rotation.T)[..., :2] * self.scale_px

    @classmethod
    def read(cls, path: Path) -> Photograph:
        """A user's photograph of one frontal face with open eyes and closed mouth. It is never stored.

        Raises DataError if the file cannot be read or does not show one large enough face.
        """
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DataError(
                f"The photograph {path} cannot be read ({error.strerror}): check the path."
            ) from error
        try:
            width, height = declared_size(data)
        except BadFrame as error:
            raise DataError(f"{path} is not an image: give a JPEG or PNG file.") from error
        if width * height > MOST_PIXELS:
            raise DataError(f"{path} has {width}x{height} pixels: give an image of at most {MOST_PIXELS:,}.")
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)  # rotated according to EXIF
        if image is None:
            raise DataError(f"{path} is a damaged image: give a complete JPEG or PNG file.")
        return cls.of(np.asarray(image, np.uint8), str(path))

    @classmethod
    def of(cls, image: NDArray[np.uint8], name: str = "the photograph") -> Photograph:
        """The same from an (H, W, 3) uint8 BGR picture; name: name of the picture for messages."""
        landmarks = _find_face(image, name)
        return cls(image, landmarks, *canonical_mesh.frame_of(landmarks))


@functools.cache
def built_in() -> Photograph:
    """``skimage.data.astronaut()`` (NASA, public domain) with the stored mesh."""
    mesh = canonical_mesh.load()
    return Photograph(canonical_mesh.photograph(), mesh.photo, mesh.rotation, mesh.scale_px)


def _find_face(image: NDArray[np.uint8], name: str) -> NDArray[np.float64]:
    """(468, 3) landmarks of the only face, detected twice, the second time at the best size for FaceMesh."""
    mesh = FaceMesh(max_faces=2, tracking=False)
    try:
        scale = min(1.0, 1280 / max(image.shape[:2]))
        for _ in range(2):
            seen = image if scale == 1 else cv2.resize(image, None, fx=scale, fy=scale)
            faces = mesh.detect(np.ascontiguousarray(seen))
            if len(faces) != 1:
                found = "no face" if not faces else "more than one face"
                raise DataError(f"{name} shows {found}: give a frontal image of one face.")
            landmarks = faces[0].astype(np.float64) / scale
            width = float(np.ptp(landmarks[:, 0]))
            if width < SMALLEST_FACE_PX:
                raise DataError(
                    f"{name} shows a face {width:.0f} px wide: give one of {SMALLEST_FACE_PX:.0f} px or more."
                )
            scale = min(SEEN_WIDTH_PX / width, 4.0)
        return landmarks
    finally:
        mesh.close()
