"""The Python interpreter."""

from __future__ import annotations

from collections.abc import Iterator

from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import SET_UP, Finding, fix, ok

OLDEST, NEWEST = (3, 10), (3, 12)
"""Versions for which mediapipe has wheels."""


def judge(facts: Facts) -> Iterator[Finding]:
    """Whether mediapipe has wheels for this version of Python."""
    found = f"{'.'.join(map(str, facts.python))} at {facts.executable}"
    if OLDEST <= facts.python[:2] <= NEWEST:
        yield ok("Python", found)
    else:
        yield fix("Python", found, f"mediapipe has wheels for 3.10 to 3.12. {SET_UP} with PYTHON=python3.12")


CHECK = Check(judge)
