"""The face unwrapped onto the canonical mesh."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.face import canonical_mesh, texture


@pytest.fixture(scope="module")
def photo() -> tuple[np.ndarray, np.ndarray]:
    """The photograph and its landmarks."""
    return canonical_mesh.photograph(), canonical_mesh.load().photo.astype(np.float32)


def warped(
    photo: tuple[np.ndarray, np.ndarray], degrees: float, scale: float
) -> tuple[np.ndarray, np.ndarray]:
    """The photograph and its landmarks, rotated and scaled about the face."""
    image, landmarks = photo
    turn = cv2.getRotationMatrix2D(tuple(map(float, landmarks[:, :2].mean(0))), degrees, scale)
    size = int(512 * max(scale, 1))
    turn[:, 2] += size / 2 - 256
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    moved = landmarks.copy()
    moved[:, :2] = landmarks[:, :2] @ turn[:, :2].T + turn[:, 2]
    return cv2.warpAffine(image, turn, (size, size), flags=flags), moved


@pytest.mark.parametrize(("degrees", "scale"), [(25.0, 1.0), (0.0, 4.0), (-10.0, 2.0)])
def test_the_texture_is_the_same_wherever_the_face_is(photo, degrees, scale):
    usual, moved = texture.unwrap(*photo), texture.unwrap(*warped(photo, degrees, scale))
    difference = np.abs(usual.astype(float) - moved)[texture.skin()]
    assert usual.shape == (texture.HEIGHT, texture.WIDTH, 3) and usual.dtype == np.uint8
    assert difference.mean() < 5 and usual[texture.skin()].std() > 25


def test_a_large_face_is_averaged_not_sampled(photo):
    """Sensor noise of a face four times as large must shrink by the averaging of its pixels."""
    image, landmarks = warped(photo, 0.0, 4.0)
    noise = np.random.default_rng(0).normal(0, 30, image.shape)
    grey = np.full(image.shape, 128.0)
    found = texture.unwrap(np.clip(grey + noise, 0, 255).astype(np.uint8), landmarks)
    assert found[texture.skin()].std() < 12


def test_a_face_beyond_the_edge_of_the_image_has_a_texture(photo):
    image, landmarks = warped(photo, 0.0, 4.0)
    for shift in ((-4000, 0, 0), (0, 1500, 0)):
        found = texture.unwrap(image, landmarks + np.float32(shift))
        assert found.shape == (texture.HEIGHT, texture.WIDTH, 3)


def test_an_opened_mouth_leaves_the_skin_where_it_is():
    """A drawn face of which all below the lips moves down by 12 px, with a black gap between."""
    landmarks = (canonical_mesh.load().canonical * 60 + (100, 90, 0)).astype(np.float32)
    y, x = np.mgrid[0:220, 0:200]
    image = (128 + 60 * np.sin(x / 5) * np.sin(y / 7)).astype(np.uint8)
    line = float(landmarks[[13, 14], 1].mean())  # between the inner lips
    opened = landmarks.copy()
    opened[landmarks[:, 1] > line, 1] += 12
    moved = np.where(y > line + 12, np.roll(image, 12, axis=0), np.where(y > line, 0, image)).astype(np.uint8)
    usual, after = (
        texture.unwrap(np.dstack([one] * 3), points).astype(float)
        for one, points in ((image, landmarks), (moved, opened))
    )
    differs = np.abs(usual - after).max(axis=2) > 40
    mouth_rows = texture.lips().any(axis=1)
    assert differs[texture.skin() & ~mouth_rows[:, None]].mean() < 0.05
    unmoved = texture.unwrap(np.dstack([moved] * 3), landmarks).astype(float)
    below = texture.skin() & (np.arange(texture.HEIGHT) > np.flatnonzero(mouth_rows)[-1])[:, None]
    assert (np.abs(usual - unmoved).max(axis=2) > 40)[below].mean() > 0.3, "without landmarks it differs"


def test_areas_lie_on_the_skin_and_mirror_each_other():
    areas, skin = texture.areas(), texture.skin()
    assert all((area <= skin).all() and area.sum() > 100 for area in areas.values())
    assert np.mean(areas["right eye"][:, ::-1] == areas["left eye"]) > 0.99
    assert not (areas["right half"] & areas["left half"]).any()
    assert (texture.lips() <= areas["mouth and chin"]).all() and not (texture.cheeks() & texture.lips()).any()


def test_means_of_areas():
    one = texture.areas()["forehead"].astype(np.float32)
    means = texture.area_means(one)
    assert means["forehead"] == 1 and means["mouth and chin"] == 0 and 0 < means["face"] < 0.5
