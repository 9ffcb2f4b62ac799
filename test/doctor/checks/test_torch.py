from __future__ import annotations

from dataclasses import replace

import pytest

from mer_ros.doctor.checks.torch import CHECK
from mer_ros.doctor.finding import Status
from mer_ros.doctor.trial import Trial

WORKS = Trial(True, "")


@pytest.mark.parametrize(
    ("change", "trial", "status", "says"),
    [
        ({}, Trial(True, "compiled"), Status.OK, "torch 2.13.0+cpu with torchvision 0.28.0"),
        ({}, Trial(True, "guard"), Status.NOTE, "from different builds; mer_ros works around this"),
        ({}, Trial(False, "ImportError: no such thing"), Status.FIX, "no such thing"),
        ({"torchvision": "0.27.1"}, Trial(True, "guard"), Status.FIX, "do not match"),
        ({"torchvision": None}, WORKS, Status.FIX, "torchvision not installed"),
        ({"torch": None, "torchvision": None}, WORKS, Status.FIX, "torch and torchvision not installed"),
    ],
)
def test_torch_and_torchvision_are_of_one_release(with_versions, change, trial, status, says):
    (finding,) = CHECK.judge(replace(with_versions(change), trials={"torch": trial}))
    assert finding.status is status
    assert says in finding.found
