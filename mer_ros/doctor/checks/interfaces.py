"""The messages of mer_ros."""

from __future__ import annotations

from collections.abc import Iterator

from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import SET_UP, Finding, fix, ok


def judge(facts: Facts) -> Iterator[Finding]:
    """Whether mer_interfaces can be imported; no finding if ROS does not work."""
    if facts.graph is None:
        return
    problem = facts.graph.interfaces
    if problem:
        yield fix("mer_interfaces", f"cannot be imported ({problem})", SET_UP)
    else:
        yield ok("mer_interfaces", "messages can be imported")


CHECK = Check(judge, reads_graph=True)
