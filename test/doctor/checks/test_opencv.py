from __future__ import annotations

from dataclasses import replace

import pytest

from mer_ros.doctor.checks.opencv import CHECK
from mer_ros.doctor.finding import Status
from mer_ros.doctor.trial import Trial

WORKS, BROKEN = Trial(True, ""), Trial(False, "ImportError: no such thing")


@pytest.mark.parametrize(
    ("change", "trial", "status", "says"),
    [
        ({}, WORKS, Status.OK, "opencv-contrib-python 4.11.0.86"),
        ({}, BROKEN, Status.FIX, "cv_bridge does not work"),
        ({"numpy": "2.1.0"}, WORKS, Status.FIX, "NumPy 2.1.0"),
        ({"opencv-contrib-python": None}, WORKS, Status.OK, "the system's OpenCV"),
        ({"opencv-python-headless": "4.11.0.86"}, WORKS, Status.FIX, "overwrite each other"),
    ],
)
def test_fault_66_one_opencv_numpy_1_and_cv_bridge_are_compatible(with_versions, change, trial, status, says):
    (finding,) = CHECK.judge(replace(with_versions(change), trials={"opencv": trial}))
    assert finding.status is status
    assert says in finding.found


def test_the_remedy_for_two_opencvs_keeps_the_one_with_contrib(with_versions):
    (finding,) = CHECK.judge(with_versions({"opencv-python": "4.10.0"}))
    assert finding.remedy.startswith("Run 'pip uninstall opencv-python', then")
    assert finding.remedy.endswith("opencv-contrib-python==4.11.0.86'")
