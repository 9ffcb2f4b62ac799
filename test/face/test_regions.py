"""Regions and groups of landmarks lie where their names say, left mirrors right, masks do not overlap."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.face import canonical_mesh
from mer_ros.face.regions import (
    FACE_OVAL,
    MOTION_GROUPS,
    REGIONS,
    RIGID,
    face_mask,
    region_masks,
)

SIZE = 128
PARTNER = {"left": "right", "right": "left"}


def other_side(name: str) -> str:
    """The name of a region or group on the other side of the face; its own if it is in the middle."""
    return " ".join(PARTNER.get(word, word) for word in name.split())


@pytest.fixture(scope="module")
def masks(landmarks: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip(REGIONS, region_masks(landmarks, SIZE), strict=True))


def test_a_face_outside_the_crop_has_no_region() -> None:
    outside = np.full((468, 2), -500, np.float32)
    assert not region_masks(outside, SIZE).any() and not face_mask(outside, SIZE).any()


@pytest.mark.parametrize(
    ("region", "inside"),
    [
        ("forehead", (151,)),
        ("right brow", (105,)),
        ("left brow", (334,)),
        ("right eye", (159, 145)),
        ("left eye", (386, 374)),
        ("nose", (4,)),
        ("right cheek", (205,)),
        ("left cheek", (425,)),
        ("mouth", (13, 14)),
        ("chin", (199,)),
    ],
)
def test_a_region_is_where_its_name_states(
    masks: dict[str, np.ndarray], landmarks: np.ndarray, region: str, inside: tuple[int, ...]
) -> None:
    """inside: landmarks whose mean lies in the region."""
    x, y = np.rint(landmarks[list(inside), :2].mean(0)).astype(int)
    assert [name for name, mask in masks.items() if mask[y, x]] == [region]


def test_every_region_has_its_place_in_this_test() -> None:
    (mark,) = test_a_region_is_where_its_name_states.pytestmark
    assert tuple(region for region, _ in mark.args[1]) == REGIONS


def test_regions_do_not_overlap_and_lie_on_the_face(
    masks: dict[str, np.ndarray], landmarks: np.ndarray
) -> None:
    every = np.stack(list(masks.values()))
    assert every.shape == (len(REGIONS), SIZE, SIZE) and every.sum(0).max() == 1
    face = face_mask(landmarks, SIZE)
    assert (every.any(0) & face).sum() > 0.97 * every.sum()
    assert every.sum() > 0.5 * face.sum()


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_the_mirror_image_of_its_partner(masks: dict[str, np.ndarray], region: str) -> None:
    mask, partner = masks[region], masks[other_side(region)][:, ::-1]
    assert (mask & partner).sum() > 0.85 * (mask | partner).sum()


def test_of_two_regions_the_smaller_owns_a_pixel(landmarks: np.ndarray) -> None:
    """A nose that is drawn inside the mouth: both outlines contain it, and the nose is smaller."""
    moved = landmarks.copy()
    nose = [168, 193, 122, 196, 236, 198, 129, 98, 97, 2, 326, 327, 358, 420, 456, 419, 351, 417]
    mouth = landmarks[[61, 291, 0, 17], :2].mean(0)
    own = landmarks[nose, :2] - landmarks[nose, :2].mean(0)
    moved[nose, :2] = mouth + 4 * own / np.ptp(own[:, 1])  # 4 px high
    found = dict(zip(REGIONS, region_masks(moved, SIZE), strict=True))
    x, y = np.rint(mouth).astype(int)
    assert found["nose"][y, x] and not found["mouth"][y, x]
    assert 0 < found["nose"].sum() < 0.3 * found["mouth"].sum()


def test_the_face_is_its_oval(landmarks: np.ndarray) -> None:
    face = face_mask(landmarks, SIZE)
    middle = landmarks[list(FACE_OVAL), :2].mean(0)
    for landmark in FACE_OVAL:
        inner = np.rint(middle + 0.95 * (landmarks[landmark, :2] - middle)).astype(int)
        outer = np.rint(middle + 1.08 * (landmarks[landmark, :2] - middle)).astype(int)
        assert face[inner[1], inner[0]]
        assert not (outer < SIZE).all() or not face[outer[1], outer[0]]


def test_masks_follow_the_size(landmarks: np.ndarray) -> None:
    half = face_mask(landmarks / 2, SIZE // 2)
    assert half.shape == (64, 64)
    assert half.mean() == pytest.approx(face_mask(landmarks, SIZE).mean(), rel=0.05)


@pytest.mark.parametrize(("name", "members"), [*MOTION_GROUPS.items(), ("rigid", RIGID), ("oval", FACE_OVAL)])
def test_landmarks_of_a_group_mirror_those_of_its_partner(name: str, members: tuple[int, ...]) -> None:
    mirror = canonical_mesh.load().mirror
    partner = MOTION_GROUPS.get(other_side(name), members)
    assert len(set(members)) == len(members)
    assert {int(mirror[i]) for i in members} == set(partner)


@pytest.mark.parametrize("name", MOTION_GROUPS)
def test_a_group_lies_on_its_side(name: str) -> None:
    x = canonical_mesh.load().canonical[list(MOTION_GROUPS[name]), 0]
    side = name.split()[0] if name.split()[0] in PARTNER else next(iter(PARTNER.keys() & name.split()), "")
    if side:
        assert (x < 0).all() if side == "right" else (x > 0).all()  # x points to the person's left
    else:
        assert x.mean() == pytest.approx(0, abs=1e-9)


def test_what_muscles_and_eyes_move_is_not_rigid() -> None:
    moving = {i for members in MOTION_GROUPS.values() for i in members}
    assert not moving & set(RIGID)
