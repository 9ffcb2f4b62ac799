"""The landmarks that are measured in every frame, and their means over the motion groups."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.face import canonical_mesh
from mer_ros.face.regions import MOTION_GROUPS, RIGID
from mer_ros.motion.tracked_landmarks import TRACKED, group_weights, nearest_tracked, tracked_indices

NAMES = list(MOTION_GROUPS)


def test_no_landmark_has_no_index() -> None:
    assert tracked_indices(()).shape == (0,)


@pytest.mark.parametrize("landmarks", [RIGID, *MOTION_GROUPS.values()], ids=["rigid", *NAMES])
def test_every_landmark_that_is_needed_is_tracked_once(landmarks: tuple[int, ...]) -> None:
    assert tuple(np.array(TRACKED)[tracked_indices(landmarks)]) == landmarks
    assert list(TRACKED) == sorted(set(TRACKED))


def test_a_tracked_landmark_is_its_own_nearest_one() -> None:
    nearest = np.array(TRACKED)[nearest_tracked()]
    assert nearest.shape == (468,)
    np.testing.assert_array_equal(nearest[list(TRACKED)], TRACKED)


@pytest.mark.parametrize("landmark", sorted(set(range(468)) - set(TRACKED))[::40])
def test_no_tracked_landmark_is_nearer(landmark: int) -> None:
    mesh = canonical_mesh.load().canonical
    distance = np.linalg.norm(mesh - mesh[landmark], axis=1)
    nearest = TRACKED[nearest_tracked()[landmark]]
    assert nearest != landmark and distance[nearest] == distance[list(TRACKED)].min()


def test_a_group_is_the_mean_of_its_landmarks() -> None:
    weights = group_weights()
    assert weights.shape == (len(NAMES), 468)
    np.testing.assert_allclose(weights.sum(1), 1, rtol=1e-6)
    assert set(np.flatnonzero(weights[NAMES.index("chin")])) == set(MOTION_GROUPS["chin"])


@pytest.mark.parametrize("name", NAMES)
def test_the_product_with_a_motion_is_the_mean_motion_of_each_group(name: str) -> None:
    motion = np.random.default_rng(0).normal(size=(468, 2)).astype(np.float32)
    found = (group_weights() @ motion)[NAMES.index(name)]
    members = MOTION_GROUPS[name]
    np.testing.assert_allclose(found, sum(motion[i] for i in members) / len(members), atol=1e-6)
