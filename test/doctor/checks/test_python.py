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
