from __future__ import annotations

from dataclasses import replace

import pytest

from mer_ros.doctor.checks.python import CHECK
from mer_ros.doctor.finding import Status


@pytest.mark.parametrize(
    ("version", "status"),
    [((3, 9, 18), Status.FIX), ((3, 10, 0), Status.OK), ((3, 12, 9), Status.OK), ((3, 13, 0), Status.FIX)],
)
def test_python_must_be_a_release_with_wheels(facts, version, status):
    (finding,) = CHECK.judge(replace(facts, python=version))
    assert finding.status is status


def test_fault_89_packages_of_another_python_are_the_named_cause(facts, tmp_path):
    (tmp_path / "numpy").mkdir()
    _, finding = CHECK.judge(replace(facts, env={"PYTHONPATH": f"/none:{tmp_path}"}))
    assert (finding.status, finding.subject) == (Status.FIX, "PYTHONPATH")
    assert f"contains {tmp_path}, whose numpy" in finding.found and "unset PYTHONPATH" in finding.remedy
