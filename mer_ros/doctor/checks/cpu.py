"""The cores that this process may use."""

from __future__ import annotations

from collections.abc import Iterator

from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import Finding, note, ok


def judge(facts: Facts) -> Iterator[Finding]:
    """Whether there is one core each for tracker and classifier."""
    if facts.cores >= 2:
        yield ok("CPU", f"{facts.cores} cores")
    else:
        yield note("CPU", "1 core", "Tracker and classifier share it: expect dropped frames at 200 fps")


CHECK = Check(judge)
