"""The measures by which a photograph is refused, on the canonical mesh."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.photograph_checks import MAX_MOUTH_GAP, MAX_YAW_DEG, cut_side, mouth_gap, yaw_deg
from mer_ros.face import canonical_mesh

SIZE_WH = (400, 400)


@pytest.fixture
def face() -> np.ndarray:
    """(468, 3) float32 landmarks of a frontal face in the middle of an image of 400 x 400 pixels."""
    mesh = canonical_mesh.load().canonical.astype(np.float32)
    mesh = mesh - mesh.mean(axis=0)
    return mesh * (200 / np.ptp(mesh[:, 1])) + np.float32([200, 200, 0])


def test_a_frontal_face_at_rest_in_the_middle_passes(face: np.ndarray) -> None:
    assert cut_side(face, SIZE_WH) == ""
    assert mouth_gap(face) < MAX_MOUTH_GAP
    assert abs(yaw_deg(face)) < 3


@pytest.mark.parametrize(
    ("move", "side"),
    [((-140, 0), "left edge"), ((140, 0), "right edge"), ((0, -140), "upper edge"), ((0, 140), "lower edge")],
)
def test_the_edge_beyond_which_a_face_lies_is_named(
    face: np.ndarray, move: tuple[int, int], side: str
) -> None:
    said = cut_side(face + np.float32([*move, 0]), SIZE_WH)
    assert said.startswith(f"{side} of the image (") and "% of it is missing" in said


def test_lips_that_part_by_a_fifth_of_the_eye_distance_are_open(face: np.ndarray) -> None:
    opened = face.copy()
    opened[14, 1] += 0.2 * float(np.linalg.norm(face[33, :2] - face[263, :2]))
    assert mouth_gap(opened) > MAX_MOUTH_GAP


@pytest.mark.parametrize("side", [-1, 1])
def test_a_head_turned_by_10_degrees_passes_and_by_25_does_not(face: np.ndarray, side: int) -> None:
    def read(degrees: float) -> float:
        angle = np.radians(side * degrees)
        turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
        return abs(yaw_deg((face - face.mean(axis=0)) @ turn.T))

    assert read(10) < MAX_YAW_DEG < read(25)
