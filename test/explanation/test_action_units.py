"""Action units measured in a flow."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.explanation.action_units import action_unit_evidence
from mer_ros.face.facs import UNIT_DESCRIPTIONS


def evidence_of(flow) -> dict[str, float]:
    names, values = action_unit_evidence(flow)
    assert values.dtype == np.float32 and ((values >= 0) & (values <= 1)).all()
    return dict(zip(names, values.tolist(), strict=True))


@pytest.mark.parametrize("unit", ["AU1", "AU4", "AU9", "AU12", "AU15", "AU20", "AU26"])
@pytest.mark.parametrize("amplitude", [0.3, 3.0])
def test_a_units_own_field_is_evidence_of_it_alone(template, unit, amplitude):
    found = evidence_of(amplitude * template(unit))
    assert found.pop(unit) == pytest.approx(1, abs=0.05)
    assert max(found.values()) < 0.1


def test_two_units_are_both_found(template):
    found = evidence_of(template("AU6") + template("AU12"))
    assert sorted(found, key=found.get)[-2:] in (["AU6", "AU12"], ["AU12", "AU6"])


def test_a_shift_of_the_whole_flow_changes_nothing(template):
    flow = template("AU12")
    moved = flow + np.array([0.7, -0.4], np.float32)[:, None, None]
    np.testing.assert_allclose(list(evidence_of(flow).values()), list(evidence_of(moved).values()), atol=1e-4)


def test_the_opposite_movement_is_no_evidence(template):
    assert evidence_of(-template("AU12"))["AU12"] == 0


def test_no_movement_is_no_evidence():
    assert max(evidence_of(np.zeros((2, 128, 128), np.float32)).values()) == 0


def test_every_unit_has_a_description(template):
    assert set(evidence_of(template("AU1"))) == set(UNIT_DESCRIPTIONS)
