"""Masks and sunglasses on a face that was never seen without."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.data.corruptions import occluders
from mer_ros.data.synthetic import synthetic_clip
from mer_ros.data.synthetic.conditions import STILL
from mer_ros.face import canonical_mesh, texture
from mer_ros.face.hidden_features import hidden_reason

SKIN = np.array([120.0, 150.0, 200.0])


@pytest.fixture(scope="module", params=["photograph", "parametric"])
def face(request):
    """(image, landmarks) of a resting face of each head."""
    if request.param == "photograph":
        return canonical_mesh.photograph(), canonical_mesh.load().photo.astype(np.float32)
    clip = synthetic_clip(3, 30.0, (300, 300), 1.0, 1, conditions=STILL, head="parametric")
    return clip.render(0), clip.true_landmarks(0).astype(np.float32)


def behind(face, occluder, seed, contrast=1.0):
    image, landmarks = face
    canvas = occluder.draw(occluders.skin_colour(image, landmarks), np.random.default_rng(seed))
    covered, _ = occluders.composite(image, canvas, occluders.frame_affine(landmarks))
    covered = contrast * covered + (1 - contrast) * covered.mean(axis=(0, 1))
    return hidden_reason(texture.unwrap(np.rint(covered).astype(np.uint8), landmarks))


@pytest.mark.parametrize("seed", range(4))
def test_masks_and_sunglasses_are_named(face, seed):
    assert behind(face, occluders.MASK, seed) == "covered: mouth and chin, as by a mask or sunglasses"
    assert behind(face, occluders.SUNGLASSES, seed) == "covered: eyes, as by a mask or sunglasses"


@pytest.mark.parametrize("seed", range(4))
def test_a_mask_is_named_in_a_picture_with_little_contrast(face, seed):
    assert behind(face, occluders.MASK, seed, 0.3) == "covered: mouth and chin, as by a mask or sunglasses"


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t,
        lambda t: t * 0.35,
        lambda t: np.repeat(t.mean(axis=2, keepdims=True), 3, axis=2),
        lambda t: t * np.linspace(0.5, 1.0, texture.HEIGHT)[::-1, None, None],
        lambda t: t * (0.7, 0.9, 1.1),
        lambda t: 0.3 * t + 0.7 * t.mean(axis=(0, 1)),
        lambda t: 0.1 * t + 150,
    ],
    ids=["usual", "dark", "grey", "light_from_above", "warm", "little_contrast", "haze"],
)
def test_a_clear_face_is_not_refused(face, change):
    usual = texture.unwrap(*face).astype(float)
    assert hidden_reason(np.clip(change(usual), 0, 255).astype(np.uint8)) == ""


@pytest.mark.parametrize("shade", [(35, 40, 45), (60, 90, 130), (150, 150, 155)], ids=["dark", "red", "grey"])
def test_a_beard_is_no_mask(face, shade):
    """Hair over chin and cheeks below the nose, round lips that stay."""
    usual = texture.unwrap(*face).astype(float)
    chin = texture.areas()["mouth and chin"] & ~cv2.dilate(
        texture.lips().astype(np.uint8), np.ones((3, 3))
    ).astype(bool)
    hair = np.array(shade) * (1 + 0.25 * np.random.default_rng(0).normal(size=(*chin.shape, 1)))
    cover = cv2.GaussianBlur(chin.astype(np.float32), (0, 0), 1.0)[..., None] * 0.85
    bearded = np.clip(usual * (1 - cover) + hair * cover, 0, 255).astype(np.uint8)
    assert hidden_reason(bearded) == ""


@pytest.mark.parametrize("noise", [0, 1, 2])
def test_a_blank_sheet_is_no_face(noise):
    sheet = 150 + np.random.default_rng(0).normal(0, noise, (texture.HEIGHT, texture.WIDTH, 3))
    assert (
        hidden_reason(np.rint(sheet).astype(np.uint8))
        == "covered: mouth and chin, as by a mask or sunglasses"
    )


def test_a_hand_of_the_same_skin_is_not_found_without_a_picture_of_the_face(face):
    """The documented limit of this measure; ``CoverDetector`` finds the hand."""
    assert behind(face, occluders.HAND_ON_MOUTH, 0) == ""
