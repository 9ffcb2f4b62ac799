"""Samples of action units: truth by unit and side, random combinations, and samples without noise."""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic import TRAIN_SUBJECTS, flow_samples
from mer_ros.data.synthetic.unit_combinations import draw_mixed
from mer_ros.face.facs import UNITS
from mer_ros.face.unit_coding import MIDLINE, PRESENT
from mer_ros.training.sample_generators import LEAST_FLOW_PX
from mer_ros.training.unit_samples import joined, unit_samples

SUBJECTS = TRAIN_SUBJECTS[:3]


def test_a_unit_is_present_on_a_side_above_a_share_of_the_strongest():
    own = unit_samples(40, SUBJECTS, 0, "photograph", draw=None, clean_share=0)
    flow = flow_samples(40, SUBJECTS, 0, LEAST_FLOW_PX, head="photograph")
    np.testing.assert_array_equal(own.flow, flow.data)
    for k, unit in enumerate(UNITS):
        sides = flow.strengths[:, [flow.unit_sides.index(unit + side) for side in "RL"]] > PRESENT
        shown = np.repeat(sides.any(1)[:, None], 2, axis=1) if unit in MIDLINE else sides
        np.testing.assert_array_equal(own.present[:, k], shown)
    shown = [{UNITS[k] for k in np.flatnonzero(row.any(1))} for row in own.present]
    assert shown == [set(units) for units in flow.action_units]  # a unit of a recipe is present on a side


def test_units_are_mixed_and_some_samples_have_no_noise():
    own = unit_samples(40, SUBJECTS, 0, "photograph", clean_share=0.25)
    mixed = flow_samples(30, SUBJECTS, 0, LEAST_FLOW_PX, head="photograph", draw=draw_mixed)
    np.testing.assert_array_equal(own.flow[:30], mixed.data)
    assert len(own.flow) == len(own.present) == len(own.subjects) == 40
    rough = [np.abs(np.diff(uv, n=3)).mean() / np.abs(uv).mean() for uv in own.flow]
    assert np.median(rough[30:]) < np.median(rough[:30])
    assert len(joined([own, own]).flow) == 80
