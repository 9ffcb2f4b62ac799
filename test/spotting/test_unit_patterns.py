"""The patterns of the action units that the spotter detects."""

import numpy as np
import pytest

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.unit_patterns import (
    ORIGINS,
    PULLED,
    SCULPTED,
    SYLLABLE_UNITS,
    head_patterns,
    unit_patterns,
)

NAMES = list(MOTION_GROUPS)


def strongest(name, origin):
    patterns = unit_patterns((origin,))
    moved = patterns.moved[patterns.names.index(name)].reshape(-1, 2)
    return NAMES[int(np.linalg.norm(moved, axis=1).argmax())]


def test_every_detectable_unit_has_a_pattern_of_length_one_for_both_sides_and_for_either():
    patterns = unit_patterns()
    np.testing.assert_allclose(np.linalg.norm(patterns.moved, axis=1), 1)
    assert {"AU12", "AU12R", "AU12L"} <= set(patterns.names)
    assert {"AU5", "AU7"} <= set(patterns.names)


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_unit_moves_what_its_muscle_moves(origin):
    for unit, parts in {
        "AU12R": ("right lip corner", "below right lip corner"),
        "AU12L": ("left lip corner", "below left lip corner"),
        "AU1R": ("right inner brow",),
        "AU2L": ("left outer brow",),
        "AU17": ("chin", "lower lip"),
        "AU9R": ("right nose wing", "right inner brow"),
    }.items():
        assert strongest(unit, origin) in parts, unit


def test_both_origins_are_searched_and_differ():
    both, pulled, sculpted = unit_patterns(), unit_patterns((PULLED,)), unit_patterns((SCULPTED,))
    assert both.names == pulled.names + sculpted.names and pulled.names == sculpted.names
    cosines = (pulled.moved * sculpted.moved).sum(1)
    assert (cosines > 0.4).all() and (cosines < 0.999).all()


def test_the_units_of_a_syllable_are_separated_from_the_others():
    patterns = unit_patterns()
    chosen = patterns.among(SYLLABLE_UNITS)
    found = {name for name, is_one in zip(patterns.names, chosen, strict=True) if is_one}
    assert {"AU20", "AU20R", "AU26"} <= found and not found & {"AU1", "AU2L", "AU4", "AU6", "AU12"}


def test_what_a_rigid_head_does_is_six_patterns_at_right_angles():
    head = head_patterns()
    np.testing.assert_allclose(head @ head.T, np.eye(6), atol=1e-12)
    shift = np.tile([1.0, 0.0], len(NAMES))
    np.testing.assert_allclose(np.linalg.norm(head @ shift), np.linalg.norm(shift), rtol=1e-6)
