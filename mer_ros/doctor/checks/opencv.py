"""NumPy, OpenCV and cv_bridge, whose versions must be compatible."""

from __future__ import annotations

from collections.abc import Iterator

from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import SET_UP, Finding, fix, ok

WHEELS = (
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
    "opencv-python",
    "opencv-python-headless",
)
"""Packages that install the module cv2. If several are installed, the remedy keeps the first of them."""

_CONVERT = """
import numpy, cv_bridge
cv_bridge.CvBridge().cv2_to_imgmsg(numpy.zeros((2, 2, 3), numpy.uint8), "bgr8")
"""


def judge(facts: Facts) -> Iterator[Finding]:
    """Whether there is at most one OpenCV wheel, NumPy 1, and a cv_bridge that converts an image."""
    numpy = facts.versions.get("numpy", "none")
    wheels = [f"{name} {facts.versions[name]}" for name in WHEELS if name in facts.versions]
    opencv = " and ".join(wheels) or "the system's OpenCV"
    found = f"NumPy {numpy} with {opencv}"
    trial = facts.trials["opencv"]
    if len(wheels) > 1:
        yield fix("OpenCV", f"{found}, which overwrite each other's cv2", _keep_one(facts))
    elif not numpy.startswith("1."):
        yield fix(
            "OpenCV",
            f"{found}; mediapipe and cv_bridge are built for NumPy 1",
            "Run 'pip install numpy==1.26.4'",
        )
    elif not trial.worked:
        yield fix("OpenCV", f"{found}; cv_bridge does not work ({trial.answer})", SET_UP)
    else:
        yield ok("OpenCV", f"{found}, cv_bridge works")


def _keep_one(facts: Facts) -> str:
    keep, *others = (name for name in WHEELS if name in facts.versions)
    reinstall = f"pip install --force-reinstall --no-deps {keep}=={facts.versions[keep]}"
    return f"Run 'pip uninstall {' '.join(others)}', then '{reinstall}'"


CHECK = Check(judge, packages=("numpy", *WHEELS), trial=_CONVERT)
