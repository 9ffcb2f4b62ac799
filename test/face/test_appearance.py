"""How much one appearance of a face differs from another."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.face import canonical_mesh, texture
from mer_ros.face.appearance import Appearance, TextureMeasures

S = 1_000_000_000


@pytest.fixture(scope="module")
def usual() -> np.ndarray:
    """Texture of the photograph."""
    return texture.unwrap(canonical_mesh.photograph(), canonical_mesh.load().photo.astype(np.float32))


def clipped(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def share(rest: np.ndarray, now: np.ndarray, area: str = "face") -> float:
    foreign = Appearance(TextureMeasures(rest), 0).foreign(TextureMeasures(now))
    assert foreign.shape == (texture.HEIGHT, texture.WIDTH) and foreign.min() >= 0 and foreign.max() <= 1
    return texture.area_means(foreign)[area]


def test_the_same_face_is_not_foreign(usual):
    assert share(usual, usual) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t * 0.5,
        lambda t: t * np.linspace(0.6, 1.0, texture.WIDTH)[None, :, None],
        lambda t: t * (0.8, 1.0, 1.1),
        lambda t: t + np.random.default_rng(0).normal(0, 5, t.shape),
        lambda t: np.roll(t, (1, -1), axis=(0, 1)),
        lambda t: cv2.GaussianBlur(t.astype(np.float32), (0, 0), 0.8),
    ],
    ids=["darker", "light_from_the_side", "white_balance", "noise", "one_pixel_off", "softer"],
)
def test_light_noise_and_a_small_movement_are_not_foreign(usual, change):
    assert share(usual, clipped(change(usual.astype(float)))) < 0.03


@pytest.mark.parametrize("area", ["mouth and chin", "right eye", "left half"])
@pytest.mark.parametrize("level", [(60, 90, 200), (110, 140, 170), (0, 0, 0)], ids=["red", "skin", "black"])
def test_a_smooth_thing_is_foreign_where_it_is(usual, area, level):
    """Also of the colour of skin: the features of the face are missing."""
    hidden = usual.copy()
    hidden[texture.areas()[area]] = level
    assert share(usual, hidden, area) > 0.24
    if area != "left half":  # half a face has no median colour and no plane of light
        other = {"mouth and chin": "forehead", "right eye": "left eye"}[area]
        assert share(usual, hidden, other) < 0.05


def test_the_average_follows_slow_light_but_not_what_is_foreign(usual):
    hidden = usual.copy()
    hidden[30:] = (60, 90, 200)
    rest = Appearance(TextureMeasures(usual), 0)
    for k in range(1, 60):
        look = TextureMeasures(hidden)
        rest.see(k * S // 10)
        rest.add(look, rest.foreign(look))
    assert rest.seen_s == pytest.approx(5.9)
    assert texture.area_means(rest.foreign(TextureMeasures(hidden)))["mouth and chin"] > 0.9

    lit = np.linspace(0, 1, texture.HEIGHT)[:, None, None] ** 2  # by a screen below the face
    rest = Appearance(TextureMeasures(usual), 0)
    for k in range(1, 81):  # within 8 s
        last = clipped(usual * (1 + k / 80 * lit * (0.9, 0.2, -0.3)))
        look = TextureMeasures(last)
        rest.see(k * S // 10)
        rest.add(look, rest.foreign(look))
    assert texture.area_means(rest.foreign(look))["face"] < 0.05 < share(usual, last)


def test_a_gap_counts_as_one_second_at_most(usual):
    rest = Appearance(TextureMeasures(usual), 0)
    rest.see(100 * S)
    assert rest.seen_s == 1
