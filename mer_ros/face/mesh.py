"""468 landmarks of every face in a picture, by MediaPipe FaceMesh.

Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs",
arXiv:1907.06724. The mediapipe wheel contains the models: nothing is downloaded.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterator
from importlib import resources

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.compat import need
from mer_ros.errors import PackageError

N_LANDMARKS = 468
"""Landmarks of each face; the iris landmarks of newer models are not used."""


class FaceMesh:
    """Detects the landmarks of all faces in a picture.

    Parameters
    ----------
    max_faces : maximum number of faces to return.
    tracking : True for a video (faces of the previous frame are tracked), False for unrelated pictures.
    min_confidence : detection and tracking confidence below which a face is not returned, 0..1.

    Raises PackageError if mediapipe is missing or contains no FaceMesh.
    """

    def __init__(self, max_faces: int = 1, tracking: bool = True, min_confidence: float = 0.5) -> None:
        # mediapipe calls GetPrototype for every picture, in any thread, so the filter has to stay in place
        warnings.filterwarnings("ignore", message=r".*GetPrototype\(\) is deprecated")
        with warnings.catch_warnings(), _quiet_native_log():
            warnings.simplefilter("ignore")  # protobuf's own deprecations, raised on import
            mediapipe = need("mediapipe")  # imported here: it takes 2 s
            if not hasattr(mediapipe, "solutions"):
                raise PackageError(
                    f"mediapipe {mediapipe.__version__} no longer contains FaceMesh: "
                    "pip install the release pinned in requirements/runtime.txt."
                )
            self._mesh = mediapipe.solutions.face_mesh.FaceMesh(
                static_image_mode=not tracking,
                max_num_faces=max_faces,
                refine_landmarks=False,
                min_detection_confidence=min_confidence,
                min_tracking_confidence=min_confidence,
            )
            self._warm_up()

    def detect(self, image: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Landmarks of each face.

        image: (H, W, 3) uint8, BGR. Returns one (468, 3) float32 array per face: x, y in pixels, z in the
        same unit, smaller towards the camera. Faces with a landmark that is not finite are omitted.
        """
        height, width = image.shape[:2]
        rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        found = self._mesh.process(rgb).multi_face_landmarks or []
        scale = np.array([width, height, width], np.float32)
        faces = [
            np.array([(p.x, p.y, p.z) for p in face.landmark[:N_LANDMARKS]], np.float32) * scale
            for face in found
        ]
        return [face for face in faces if np.isfinite(face).all()]

    def _warm_up(self) -> None:
        """Process a first face: MediaPipe's threads log on it, and its networks take longer for it."""
        face = cv2.imread(str(resources.files("skimage") / "data" / "astronaut.png"))
        if face is not None:  # some distributions package scikit-image without its pictures
            self._mesh.process(face)
        self._mesh.process(np.zeros((64, 64, 3), np.uint8))  # ends the tracking of that face

    def close(self) -> None:
        """Stop MediaPipe's threads and free its memory."""
        self._mesh.close()


@contextlib.contextmanager
def _quiet_native_log() -> Iterator[None]:
    """Discard what C++ code writes to descriptor 2: start-up messages and a warning at the first face."""
    sys.stderr.flush()
    saved = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)
