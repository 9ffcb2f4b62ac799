"""Action units measured in a flow by templates, the control."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.unit_templates import template_evidence
from mer_ros.face.au_templates import action_unit_templates


@pytest.fixture
def template():
    names, fields = action_unit_templates(128)
    return lambda name: np.array(fields[names.index(name)])


def evidence_of(flow) -> dict[str, float]:
    values = template_evidence(flow)
    assert values.dtype == np.float32 and ((values >= 0) & (values <= 1)).all()
    return dict(zip(action_unit_templates(32)[0], values.tolist(), strict=True))


@pytest.mark.parametrize("unit", ["AU1", "AU4", "AU12", "AU26"])
def test_a_units_own_field_is_most_of_all_evidence_of_it(template, unit):
    found = evidence_of(template(unit))
    assert found.pop(unit) > 0.8
    assert max(found.values()) < 0.25


def test_the_opposite_movement_and_no_movement_are_no_evidence(template):
    assert evidence_of(-template("AU12"))["AU12"] == 0
    assert max(evidence_of(np.zeros((2, 128, 128), np.float32)).values()) == 0
