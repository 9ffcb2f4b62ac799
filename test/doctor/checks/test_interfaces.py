from __future__ import annotations

from dataclasses import replace

from mer_ros.doctor.checks.interfaces import CHECK
from mer_ros.doctor.finding import Status


def test_messages_that_cannot_be_imported_must_be_built(facts):
    (built,) = CHECK.judge(facts)
    assert built.status is Status.OK
    without = replace(facts.graph, interfaces="No module named 'mer_interfaces'")
    (finding,) = CHECK.judge(replace(facts, graph=without))
    assert finding.status is Status.FIX
    assert "mer_interfaces" in finding.found
    assert list(CHECK.judge(replace(facts, graph=None))) == [], "the check of ROS says it"
