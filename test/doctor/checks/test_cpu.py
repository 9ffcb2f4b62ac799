from __future__ import annotations

from dataclasses import replace

import pytest

from mer_ros.doctor.checks.cpu import CHECK
from mer_ros.doctor.finding import Status


@pytest.mark.parametrize(("cores", "status"), [(1, Status.NOTE), (2, Status.OK), (16, Status.OK)])
def test_one_core_is_noted(facts, cores, status):
    (finding,) = CHECK.judge(replace(facts, cores=cores))
    assert finding.status is status
