"""True units as a coder writes them."""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic.coding import coded_units
from mer_ros.data.synthetic.flow_samples import flow_samples
from mer_ros.face.facs import UNITS
from mer_ros.face.unit_coding import PRESENT
from mer_ros.training.sample_generators import LEAST_FLOW_PX
from mer_ros.training.unit_samples import unit_samples


def test_a_weak_side_is_not_coded_and_the_midline_has_no_side():
    found = coded_units({"AU12R": 0.1, "AU12L": 0.8, "AU17R": 0.05, "AU17L": 0.4, "AU6R": 0.1, "AU6L": 0.15})
    assert [unit.text for unit in found] == ["L12", "17"]
    at_limit = coded_units({"AU12R": PRESENT, "AU12L": 1.0})
    assert [unit.text for unit in at_limit] == ["L12"]
    assert coded_units({}) == ()


def test_the_coding_is_that_on_which_the_reader_is_trained():
    from mer_ros.data.datasets.synthetic import synthetic_clips

    clips = synthetic_clips(40, 4, 5)
    assert len(clips.units) == 40 and all(clips.units)
    names = {unit.name for own in clips.units for unit in own}
    assert names <= set(UNITS) and len(names) > 5
    subjects = range(2000, 2004)
    flow = flow_samples(30, subjects, 1, LEAST_FLOW_PX, head="photograph")
    own = unit_samples(30, subjects, 1, "photograph", draw=None, clean_share=0)
    assert np.array_equal(own.flow, flow.data)
    for row, present in zip(flow.strengths.tolist(), own.present, strict=True):
        coded = {unit.name: unit.side for unit in coded_units(dict(zip(flow.unit_sides, row, strict=True)))}
        for unit, (right, left) in zip(UNITS, present.tolist(), strict=True):
            sides = {(True, True): "", (True, False): "right", (False, True): "left"}.get((right, left))
            assert coded.get(unit) == sides, unit
