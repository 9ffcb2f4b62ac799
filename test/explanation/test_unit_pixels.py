"""The movement of each unit and side, found again in a flow that is made of known amounts."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.explanation.unit_pixels import unit_pixels
from mer_ros.face.au_templates import action_unit_templates, one_sided_templates
from mer_ros.face.facs import UNITS


def flow_of(*parts):
    fields = one_sided_templates(128)
    return sum(px * fields[UNITS.index(unit), side] for unit, side, px in parts).astype(np.float32)


def test_units_that_overlap_get_their_own_share():
    flow = flow_of(("AU6", 0, 0.5), ("AU12", 0, 1.0), ("AU12", 1, 0.4))
    found = unit_pixels(flow, ("AU12", "AU6"))
    np.testing.assert_allclose(found, [[1.0, 0.4], [0.5, 0.0]], atol=0.03)


def test_a_residual_shift_of_the_head_is_no_movement_of_a_unit():
    shift = np.float32([0.7, -0.4])[:, None, None]
    found = unit_pixels(flow_of(("AU12", 0, 0.6), ("AU12", 1, 0.6)) + shift, ("AU12",))
    np.testing.assert_allclose(found, [[0.6, 0.6]], atol=0.03)


def test_a_unit_of_the_midline_moves_both_sides_as_one():
    found = unit_pixels(flow_of(("AU26", 0, 1.0), ("AU26", 1, 0.6)), ("AU26",))
    assert found[0, 0] == found[0, 1] == pytest.approx(0.8, abs=0.05)


def test_no_unit_no_movement_and_none_is_negative():
    assert unit_pixels(np.zeros((2, 128, 128), np.float32), ()).shape == (0, 2)
    assert unit_pixels(-flow_of(("AU12", 0, 1.0)), ("AU12",)).max() < 0.1


def test_both_sides_add_up_to_the_template_of_the_unit():
    _, whole = action_unit_templates(56)
    np.testing.assert_allclose(one_sided_templates(56).sum(1), whole, atol=1e-5)
