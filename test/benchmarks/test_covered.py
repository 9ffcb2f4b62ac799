"""Drawn things in front of faces, and how the benchmark counts them."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.covered import Count, clear_figures, covered_figures
from benchmarks.covered_clips import CLEAR, CLEAR_S, MOVES_S, STAYS_S, Shot, behind, clear_clip, hidden_shares
from mer_ros.data.corruptions import occluders
from mer_ros.face import canonical_mesh

NAMED = {
    occluders.HAND_ON_MOUTH: "mouth and chin",
    occluders.HAND_ON_HALF: "right half",
    occluders.HAND_ON_EYES: "eyes",
    occluders.CUP: "mouth and chin",
    occluders.SCARF: "mouth and chin",
    occluders.PHONE: "right eye",
    occluders.MASK: "mouth and chin",
    occluders.SUNGLASSES: "eyes",
}


@pytest.fixture(scope="module")
def photo() -> tuple[np.ndarray, np.ndarray]:
    return canonical_mesh.photograph(), canonical_mesh.load().photo.astype(np.float32)


@pytest.mark.parametrize(("thing", "area"), NAMED.items(), ids=lambda value: getattr(value, "name", ""))
def test_a_thing_hides_what_its_name_says_and_nothing_else_changes(photo, thing, area):
    image, landmarks = photo
    canvas = thing.draw(occluders.skin_colour(*photo), np.random.default_rng(0))
    seen, opacity = occluders.composite(image, canvas, occluders.frame_affine(landmarks))
    assert seen.dtype == np.uint8 and 0 <= opacity.min() and opacity.max() <= 1
    assert hidden_shares(opacity, landmarks)[area] > 0.5
    np.testing.assert_array_equal(seen[opacity == 0], image[opacity == 0])


def test_a_hand_has_the_colour_of_the_face(photo):
    skin = occluders.skin_colour(*photo)
    for seed in range(5):
        colour, opacity = occluders.HAND_ON_MOUTH.draw(skin, np.random.default_rng(seed))
        share = np.median(colour[opacity > 0.9], axis=0) / skin
        assert share.max() / share.min() < 1.15 and 0.7 < share.mean() < 1.3


def test_a_thing_comes_stays_and_leaves(photo):
    frames = [(k / 10, *photo) for k in range(95)]
    seen = list(behind(frames, occluders.CUP, 0))
    covered = [shot.time_s for shot in seen if shot.is_covered]
    assert all(shot.is_clear for shot in seen if shot.time_s <= CLEAR_S)
    assert CLEAR_S < covered[0] <= CLEAR_S + MOVES_S
    assert len(covered) == pytest.approx(STAYS_S * 10, abs=6)
    assert all(shot.is_clear for shot in seen if shot.time_s >= CLEAR_S + 2 * MOVES_S + STAYS_S + 0.1)
    assert next(behind(frames, occluders.MASK, 0, from_start=True)).is_covered


def test_a_clear_clip_moves_as_its_kind_says():
    clip = clear_clip(CLEAR[0], "parametric", 890)
    assert [event.units for event in clip.truth] == list(CLEAR[0].units)
    moved = np.linalg.norm(clip.true_expression(int(2.0 * clip.fps)), axis=1).max()
    assert moved == pytest.approx(CLEAR[0].amplitude_px, rel=0.05)
    assert clear_clip(CLEAR[4], "parametric", 890, 2.0).conditions.yaw_deg == 20


def test_frames_are_counted_by_what_is_true_of_them():
    image = np.zeros((2, 2, 3), np.uint8)
    clear, covered = Shot(0, image, {}), Shot(0, image, {"mouth and chin": 0.6, "face": 0.1})
    between, count = Shot(0, image, {"mouth and chin": 0.3, "face": 0.1}), Count()
    for shot in (clear, covered, between):
        for quality in ("", "covered: face", "blurred", None):
            count.add(shot, quality)
    assert count == Count(clear=4, judged=1, called=1, covered=4, reported=2)
    judged, called = clear_figures("a", count)
    assert (judged.value, judged.met, called.value, called.met) == (0.25, False, 0.25, False)
    share, before = covered_figures("b", count)
    assert (share.value, share.met, before.value) == (0.5, False, 0.25)
