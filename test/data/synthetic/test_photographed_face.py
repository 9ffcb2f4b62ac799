"""The face of a user's photograph: found at any size, alone or with bystanders, or rejected by name."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from mer_ros.data.synthetic import Photograph
from mer_ros.data.synthetic.photographed_face import LARGEST_FACE_PX, face_of
from mer_ros.errors import DataError
from mer_ros.face import canonical_mesh


def test_an_image_without_a_face_or_with_two_or_a_tiny_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be read \(No such file"):
        Photograph.read(tmp_path / "none.png")
    with pytest.raises(DataError, match="shows no face"):
        Photograph.of(np.full((300, 300, 3), 90, np.uint8))
    face = cv2.resize(canonical_mesh.photograph()[:300, 80:370], None, fx=1.6, fy=1.6)
    with pytest.raises(DataError, match="shows more than one face"):
        Photograph.of(np.hstack([face, face]))
    far = np.full((400, 400, 3), 120, np.uint8)
    far[100:300, 100:293] = cv2.resize(face, (193, 200), interpolation=cv2.INTER_AREA)
    with pytest.raises(DataError, match=r"shows a face \d\d px wide"):
        Photograph.of(cv2.resize(far, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA))


def test_a_bystander_is_left_in_the_background_with_a_remark() -> None:
    image = np.full((500, 900, 3), 110, np.uint8)
    face = canonical_mesh.photograph()[:300, 80:370]
    image[100:400, 40:330] = cv2.resize(face, (290, 300))
    image = cv2.resize(image, None, fx=2.5, fy=2.5)
    image[600:860, 1400:1651] = cv2.resize(face, (251, 260), interpolation=cv2.INTER_AREA)
    _, _, remark = face_of(image, "us.jpg")
    assert re.fullmatch(r"us\.jpg shows 2 faces: the largest, 2\d\d px wide, is used\.", remark)


def test_a_cat_is_no_face() -> None:
    cat = np.ascontiguousarray(skimage.data.chelsea()[:, :, ::-1])
    with pytest.raises(DataError, match="shows no face, or only a part of one: give a photograph"):
        face_of(cat, "the cat")


def test_a_large_picture_is_reduced_to_what_a_frame_can_show() -> None:
    large = np.asarray(cv2.resize(canonical_mesh.photograph(), None, fx=8.5, fy=8.5), np.uint8)
    image, landmarks, remark = face_of(large, "me.jpg")
    assert landmarks.shape == (468, 3) and not remark
    assert np.ptp(landmarks[:, 0]) == pytest.approx(LARGEST_FACE_PX, rel=0.03)
    assert max(image.shape) < max(large.shape)
