"""The photograph that is warped into clips: the built-in one, or one from the user."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.backdrop import extended
from mer_ros.data.synthetic.photograph_checks import refusal
from mer_ros.errors import DataError
from mer_ros.face import canonical_mesh
from mer_ros.media.photographs import read_photograph


@dataclass(frozen=True, eq=False)
class Photograph:
    """A face to be moved.

    image: (H, W, 3) uint8 BGR. landmarks: (468, 3) float64, pixels of the photograph, z smaller towards the
    camera. rotation: (3, 3), from canonical to photograph directions. scale_px: photograph pixels per
    interocular distance. remark: a sentence about what was chosen in the photograph; empty if there was no
    choice. reflected: continue the picture beyond its border by reflection, not by a calm backdrop.
    """

    image: NDArray[np.uint8]
    landmarks: NDArray[np.float64]
    rotation: NDArray[np.float64]
    scale_px: float
    remark: str = ""
    reflected: bool = False

    def displaced(self, displacement: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., 3) canonical displacements -> (..., 2) photograph pixels."""
        return (displacement @ self.rotation.T)[..., :2] * self.scale_px

    def covering(
        self, low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> tuple[NDArray[np.uint8], int, int]:
        """The picture, continued so that it covers (2,) ``low`` to (2,) ``high``, x and y in its pixels.

        Returns the (H, W, 3) uint8 picture and the numbers of columns and rows added on the left and at the
        top.
        """
        if self.reflected:
            return self.image, 0, 0
        height, width = self.image.shape[:2]
        left, top = (max(int(np.ceil(-value)) + 4, 0) for value in low)
        right, bottom = (max(int(np.ceil(v)) + 5 - n, 0) for v, n in zip(high, (width, height), strict=True))
        return extended(self.image, left, top, right, bottom), left, top

    @classmethod
    def read(cls, path: Path) -> Photograph:
        """A user's photograph of one frontal face with open eyes and closed mouth. It is never stored.

        Raises DataError, which states what was found, if the file is no picture of such a face.
        """
        return cls.of(read_photograph(path), str(path))

    @classmethod
    def of(cls, image: NDArray[np.uint8], name: str = "the photograph") -> Photograph:
        """The same from an (H, W, 3) uint8 BGR picture; name: name of the picture for messages."""
        # imported here: it takes 32 MB, and few clips need it
        from mer_ros.data.synthetic.photographed_face import face_of

        image, landmarks, remark = face_of(image, name)
        found = refusal(image, landmarks)
        if found:
            raise DataError(f"{name} {found}.")
        exact = landmarks.astype(np.float64)
        return cls(image, exact, *canonical_mesh.frame_of(exact), remark)


@functools.cache
def built_in() -> Photograph:
    """``skimage.data.astronaut()`` (NASA, public domain) with the stored mesh."""
    mesh = canonical_mesh.load()
    return Photograph(canonical_mesh.photograph(), mesh.photo, mesh.rotation, mesh.scale_px, reflected=True)
