"""The benchmark of the user's own recordings: added expressions and fields."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.posed_expressions import COURSES, Course, group_movement, is_spotted
from benchmarks.real_faces import fields
from mer_ros.face import canonical_mesh, geometry
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.reports.synthetic_tables import unit_fields
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.unit_patterns import unit_patterns

STAYS = Course("stays", 1.0, 0.3, 3.0, returns=False)


@pytest.fixture
def still() -> list[tuple[int, FaceMeasurement]]:
    rng = np.random.default_rng(0)
    shape = (len(MOTION_GROUPS), 2)
    return [
        (i * 33_333_333, FaceMeasurement(rng.normal(0, 4e-4, shape).astype(np.float32))) for i in range(120)
    ]


def smile(size: float) -> np.ndarray:
    patterns = unit_patterns()
    return size * patterns.moved[patterns.names.index("AU12")].reshape(-1, 2)


def test_the_size_of_a_course_counts(still) -> None:
    assert is_spotted(still, smile(0.05), STAYS, 1.2)
    assert not is_spotted(still, smile(0.05), Course("nothing", 0.0, 0.3, 3.0, returns=False), 1.2)
    assert not is_spotted(still, smile(0.05), Course("too small", 0.01, 0.3, 3.0, returns=False), 1.2)
    assert 0.0 in {course.scale for course in COURSES}, "without a control nothing is shown"


def test_a_course_rises_holds_and_returns() -> None:
    course = Course("", 1.0, 0.2, 0.1, returns=True)
    assert [round(course.level(t), 2) for t in (-1, 0, 0.1, 0.2, 0.3, 0.43, 0.6)] == [0, 0, 0.5, 1, 1, 0.5, 0]
    assert STAYS.level(9.0) == 1.0


def test_lips_may_move_later_than_the_rest_of_the_face() -> None:
    names, course = list(MOTION_GROUPS), Course("", 1.0, 0.2, 0.1, returns=True, lips_late_s=0.1)
    levels = dict(zip(names, course.levels(0.2)[:, 0], strict=True))
    assert levels["left lip corner"] == levels["left inner brow"] == 1.0
    assert levels["lower lip"] == levels["chin"] == pytest.approx(0.5)


def test_groups_move_as_the_flow_at_their_landmarks() -> None:
    mesh = canonical_mesh.load().canonical.astype(np.float32)
    landmarks = geometry.apply(geometry.crop_from_image(mesh), mesh)
    flow = np.zeros((2, 128, 128), np.float32)
    flow[0], flow[1] = 2.0, -1.0
    moved = group_movement(flow, landmarks) * geometry.CROP_INTEROCULAR_PX
    np.testing.assert_allclose(moved, np.tile([2.0, -1.0], (len(MOTION_GROUPS), 1)), atol=1e-4)


def test_a_head_s_own_field_has_a_cosine_of_one() -> None:
    own = unit_fields("parametric", 16)
    rows = {row.name: row.value for row in fields({"units": np.array(["AU1"]), "flow": own[:1]})}
    assert rows["field of AU1, parametric"] == pytest.approx(1.0)
    assert 0.3 < rows["field of AU1, photograph"] < 0.999
