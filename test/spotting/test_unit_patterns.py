"""The patterns of the action units that the spotter detects."""

import numpy as np

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.unit_patterns import LID_UNITS, MOUTH_UNITS, head_patterns, unit_patterns

NAMES = list(MOTION_GROUPS)


def strongest(name):
    patterns = unit_patterns()
    moved = patterns.moved[patterns.names.index(name)].reshape(-1, 2)
    return NAMES[int(np.linalg.norm(moved, axis=1).argmax())]


def test_every_detectable_unit_has_a_pattern_of_length_one_for_both_sides_and_for_either():
    patterns = unit_patterns()
    np.testing.assert_allclose(np.linalg.norm(patterns.moved, axis=1), 1)
    assert {"AU12", "AU12R", "AU12L"} <= set(patterns.names)
    assert not {name.rstrip("RL") for name in patterns.names} & set(LID_UNITS)


def test_a_unit_moves_what_its_muscle_moves():
    assert strongest("AU12R") == "right lip corner" and strongest("AU12L") == "left lip corner"
    assert strongest("AU1R") == "right inner brow" and strongest("AU2L") == "left outer brow"
    assert strongest("AU17") in ("chin", "lower lip") and strongest("AU9R") == "right nose wing"


def test_the_units_of_the_mouth_are_separated_from_the_others():
    patterns = unit_patterns()
    mouth = {
        name for name, is_mouth in zip(patterns.names, patterns.among(MOUTH_UNITS), strict=True) if is_mouth
    }
    assert {"AU12", "AU12R", "AU26"} <= mouth and not mouth & {"AU1", "AU2L", "AU4", "AU6", "AU9R"}


def test_what_a_rigid_head_does_is_six_patterns_at_right_angles():
    head = head_patterns()
    np.testing.assert_allclose(head @ head.T, np.eye(6), atol=1e-12)
    shift = np.tile([1.0, 0.0], len(NAMES))
    np.testing.assert_allclose(np.linalg.norm(head @ shift), np.linalg.norm(shift), rtol=1e-6)
