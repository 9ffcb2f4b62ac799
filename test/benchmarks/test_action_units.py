"""The bench of action units: its rows, and its control."""

from __future__ import annotations

import numpy as np

from benchmarks.action_units import control, figures_of
from mer_ros.face.au_templates import action_unit_templates
from mer_ros.face.facs import UNITS
from mer_ros.training.action_units import UnseenScores


def test_the_control_names_the_unit_whose_template_it_sees():
    """Four subjects on two heads, each with every unit once."""
    _, fields = action_unit_templates(56)
    n, flow = 4 * len(UNITS), np.tile(fields, (4, 1, 1, 1))
    subjects = np.repeat(np.arange(4), len(UNITS))
    present = np.repeat(np.tile(np.eye(len(UNITS), dtype=bool), (4, 1))[..., None], 2, axis=2)
    heads = np.where(subjects % 2 == 0, "even", "odd")
    unseen = UnseenScores(np.zeros((n, len(UNITS), 2), np.float32), present, subjects, heads, flow)
    measured, calibrated = control(unseen)
    assert measured["auc"] == 1 and measured["first_right"] == 1 and calibrated["auc"] > 0.9
    rows = {row.name: row for row in figures_of("control", measured)}
    assert rows["control: AU12"].value == 1 and "Brier" in rows["control: AU12"].note
    assert rows["control: single unit is the most probable, odd head"].value == 1
