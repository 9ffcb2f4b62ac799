"""The Python interpreter."""

from __future__ import annotations

from collections.abc import Iterator

from mer_ros.compat import foreign_packages
from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import SET_UP, UNSET, Finding, fix, ok

OLDEST, NEWEST = (3, 10), (3, 12)
"""Versions for which mediapipe has wheels."""


def judge(facts: Facts) -> Iterator[Finding]:
    """Whether mediapipe has wheels for this version of Python, and whether it finds its own packages."""
    found = f"{'.'.join(map(str, facts.python))} at {facts.executable}"
    if OLDEST <= facts.python[:2] <= NEWEST:
        yield ok("Python", found)
    else:
        yield fix("Python", found, f"mediapipe has wheels for 3.10 to 3.12. {SET_UP} with PYTHON=python3.12")
    foreign = foreign_packages(facts.env)
    if foreign:
        yield fix("PYTHONPATH", foreign, f"{UNSET}. Other faults below may follow from it")


CHECK = Check(judge)
