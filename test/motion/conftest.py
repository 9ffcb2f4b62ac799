"""One photographed face and its aligned crop."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.face import FaceMesh, canonical_mesh, geometry


@pytest.fixture(scope="session")
def aligned() -> tuple[np.ndarray, np.ndarray]:
    """The photograph's aligned crop, (128, 128, 3) uint8 BGR, and its (468, 3) landmarks in it."""
    enlarged = cv2.resize(
        canonical_mesh.photograph(), None, fx=1.63, fy=1.63, interpolation=cv2.INTER_CUBIC
    )  # about 150 px wide
    mesh = FaceMesh(tracking=False)
    (landmarks,) = mesh.detect(enlarged)
    mesh.close()
    affine = geometry.crop_from_image(landmarks)
    return cv2.warpAffine(enlarged, affine, (128, 128)), geometry.apply_with_depth(affine, landmarks)
