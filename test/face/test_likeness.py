"""Whether two textures show the same person."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from benchmarks.portraits import Portrait, portrait
from mer_ros.data.corruptions import occluders
from mer_ros.face.appearance import Appearance, TextureMeasures
from mer_ros.face.likeness import CUT_LIMIT, OTHER_LIMIT, LikenessReference, is_one_sided
from mer_ros.face.texture import HEIGHT, WIDTH, areas, unwrap

SUBJECTS = (703, 706, 708)


@pytest.fixture(scope="module")
def people() -> list[Portrait]:
    return [portrait(80.0, "parametric", seed) for seed in SUBJECTS] + [portrait(80.0, "photograph", 720)]


def look(one: Portrait, image: np.ndarray | None = None) -> TextureMeasures:
    return TextureMeasures(unwrap(one.image if image is None else image, one.landmarks))


def test_fault_92_all_other_persons_are_unlike_and_nobody_is_unlike_himself(people):
    for k, one in enumerate(people):
        rest = LikenessReference(look(one).grey)
        unlike = [rest.unlikeness(look(other).grey) for other in people]
        assert unlike[k] == pytest.approx(0, abs=1e-3)
        assert min(unlike[:k] + unlike[k + 1 :]) > CUT_LIMIT
        assert max(unlike) > OTHER_LIMIT


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image * 0.3,
        lambda image: 255 * (image / 255) ** 0.5,
        lambda image: 255 * (image / 255) ** 2,
        lambda image: image * np.linspace(0.3, 1.0, image.shape[1])[None, :, None],
        lambda image: image + np.random.default_rng(0).normal(0, 8, image.shape),
        lambda image: cv2.GaussianBlur(image, (0, 0), 1.5),
    ],
    ids=["dark", "pale", "harsh", "from_the_side", "noise", "blur"],
)
def test_fault_92_light_noise_and_blur_make_nobody_unlike(people, change):
    for one in people:
        changed = np.clip(np.rint(change(one.image.astype(np.float64))), 0, 255).astype(np.uint8)
        assert LikenessReference(look(one).grey).unlikeness(look(one, changed).grey) < CUT_LIMIT


@pytest.mark.parametrize(
    "thing", [occluders.HAND_ON_MOUTH, occluders.CUP, occluders.SCARF], ids=lambda thing: thing.name
)
def test_what_covers_a_part_makes_nobody_unlike(people, thing):
    for one in people:
        canvas = thing.draw(occluders.skin_colour(one.image, one.landmarks), np.random.default_rng(0))
        image, _ = occluders.composite(one.image, canvas, occluders.frame_affine(one.landmarks))
        assert LikenessReference(look(one).grey).unlikeness(look(one, image).grey) < OTHER_LIMIT


def test_a_thing_is_on_one_side_and_another_person_on_both(people):
    one, other = people[:2]
    rest = Appearance(look(one), 0)
    assert not is_one_sided(rest.foreign(look(other)))
    for area in ("right half", "mouth and chin"):
        foreign = np.zeros((HEIGHT, WIDTH), np.float32)
        foreign[areas()[area]] = 0.5
        assert is_one_sided(foreign)
