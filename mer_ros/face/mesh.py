"""468 landmarks of every face in a picture, by MediaPipe FaceMesh.

Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs",
arXiv:1907.06724. The mediapipe wheel contains the models: nothing is downloaded.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.mediapipe_graphs import create
from mer_ros.face.sample_photograph import sample_photograph

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
        def build(mediapipe: ModuleType) -> Any:
            mesh = mediapipe.solutions.face_mesh.FaceMesh(
                static_image_mode=not tracking,
                max_num_faces=max_faces,
                refine_landmarks=False,
                min_detection_confidence=min_confidence,
                min_tracking_confidence=min_confidence,
            )
            _warm_up(mesh)
            return mesh

        self._mesh = create(build)

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

    def close(self) -> None:
        """Stop MediaPipe's threads and free its memory."""
        self._mesh.close()


def _warm_up(mesh: Any) -> None:
    """Process a first face: MediaPipe's threads log on it, and its networks take longer for it."""
    face = sample_photograph()
    if face is not None:
        mesh.process(face)
    mesh.process(np.zeros((64, 64, 3), np.uint8))  # ends the tracking of that face
