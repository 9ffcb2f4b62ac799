"""The measuring chain: noise added to the flow of an expression, and the part that registration removes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic import flow_noise
from mer_ros.data.synthetic.flow_noise import Chain, misplacement
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.subject_fields import SubjectFields
from mer_ros.face.geometry import CROP_SIZE
from mer_ros.motion.registration import RigidHead, depth_map

SIZE = 56
AMPLITUDE_PX = 2.0


@pytest.fixture(scope="module")
def fields() -> SubjectFields:
    return SubjectFields(make_subject(3, head="photograph"), SIZE)


@pytest.fixture(scope="module")
def smile(fields: SubjectFields) -> np.ndarray:
    return fields.amounts({unit + side: 1.0 for unit in ("AU6", "AU12") for side in "RL"}, AMPLITUDE_PX)


def chain(fields: SubjectFields, seed: int, spread: float = 1.0, living: bool = True) -> Chain:
    return Chain(fields, AMPLITUDE_PX, np.random.default_rng(seed), spread, living)


def test_without_a_movement_only_the_noise_of_the_algorithm_remains(fields: SubjectFields) -> None:
    still = np.zeros(len(fields.names))
    seen = np.stack([chain(fields, seed).see(still, progress=0.0) for seed in range(20)])
    assert seen.shape == (20, SIZE, SIZE, 2) and seen.dtype == np.float32
    assert seen.std() == pytest.approx(flow_noise.FINE_PX, rel=0.5) and np.abs(seen).max() < 0.4


def test_registration_takes_its_share_of_an_expression_and_the_chain_models_it(
    fields: SubjectFields, smile: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A raised face (cheeks, lips, brows together) resembles in part a movement of the head."""
    taken = fields.taken_for_head(smile)
    dense = RigidHead(fields.landmarks).dense(taken, depth_map(fields.landmarks, CROP_SIZE))
    assert np.abs(cv2.resize(dense, (SIZE, SIZE)) - fields.head_motion(taken)).max() < 0.05
    assert 0.02 < np.linalg.norm(dense, axis=-1).mean() < 1.0
    monkeypatch.setattr(flow_noise, "DAMPING", (1.0, 1.0))
    quiet = chain(fields, 0, spread=1e-9)
    left = quiet.see(smile) + fields.head_motion(taken) - fields.dense(smile)
    assert np.abs(left).max() < 0.35  # blurred, nothing else


def test_skin_without_texture_damps_the_flow(
    fields: SubjectFields, smile: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []
    for damping in ((1.0, 1.0), (0.5, 0.5)):
        monkeypatch.setattr(flow_noise, "DAMPING", damping)
        sizes.append(np.linalg.norm(chain(fields, 0, spread=1e-9).see(smile)))
    assert sizes[1] == pytest.approx(0.5 * sizes[0], rel=1e-3)


def test_the_same_seed_gives_the_same_flow_and_another_does_not(
    fields: SubjectFields, smile: np.ndarray
) -> None:
    seen = [chain(fields, seed).see(smile) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(seen[0], seen[1])
    assert np.abs(seen[0] - seen[2]).mean() > 0.02


def noise_px(fields: SubjectFields, smile: np.ndarray, spread: float = 1.0, living: bool = True) -> float:
    """Mean deviation from the noiseless chain over some seeds, crop pixels."""
    clean = fields.dense(smile) - fields.head_motion(fields.taken_for_head(smile))
    seen = [chain(fields, seed, spread, living).see(smile) for seed in range(30)]
    return float(np.mean([np.abs(one - clean).mean() for one in seen]))


def test_a_wider_spread_and_a_living_face_add_noise(fields: SubjectFields, smile: np.ndarray) -> None:
    usual = noise_px(fields, smile)
    assert noise_px(fields, smile, spread=1.5) > 1.15 * usual
    assert noise_px(fields, smile, living=False) < 0.85 * usual


def test_smooth_noise_grows_with_the_amplitude(fields: SubjectFields) -> None:
    still = np.zeros(len(fields.names))
    weak, strong = (
        np.mean([np.abs(Chain(fields, px, np.random.default_rng(s)).see(still)).mean() for s in range(20)])
        for px in (0.5, 8.0)
    )
    assert strong > 3 * weak


def test_a_crop_without_error_stays_where_it_is() -> None:
    affine, turn = misplacement(SIZE, np.random.default_rng(0), spread=0.0)
    np.testing.assert_allclose(affine, [[1, 0, 0], [0, 1, 0]], atol=1e-9)
    np.testing.assert_allclose(turn, np.eye(2), atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_a_misplaced_crop_turns_the_flow_with_the_image_and_hardly_leaves_its_place(seed: int) -> None:
    affine, turn = misplacement(SIZE, np.random.default_rng(seed), spread=4.0)
    np.testing.assert_allclose(turn, affine[:, :2].T, atol=1e-6)  # flow is a row vector
    centre = np.full(2, (SIZE - 1) / 2)
    shift = affine @ np.append(centre, 1.0) - centre
    assert np.abs(shift).max() <= 3 * SIZE / CROP_SIZE + 1e-9


def test_the_flow_is_placed_as_the_crop_is(fields: SubjectFields) -> None:
    """Movements to the right and down stay perpendicular and are scaled alike."""
    u, v = np.zeros((2, SIZE, SIZE, 2), np.float32)
    u[..., 0], v[..., 1] = 1.0, 1.0
    placing = chain(fields, 5)
    right, down = placing.placed(u)[28, 28], placing.placed(v)[28, 28]
    assert right @ down == pytest.approx(0, abs=1e-5)
    assert np.linalg.norm(right) == pytest.approx(np.linalg.norm(down)) and right[0] > 0.8
