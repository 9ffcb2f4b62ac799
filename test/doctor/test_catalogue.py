"""The checks: each line of the catalogue names a check, which requests the facts that it reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mer_ros.doctor.catalogue import CHECKS
from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts


@pytest.mark.parametrize("name", CHECKS.names)
def test_a_line_names_a_check_of_this_package(name: str) -> None:
    assert CHECKS.places[name] == f"mer_ros.doctor.checks.{name}:CHECK"
    assert isinstance(CHECKS.get(name), Check)


@pytest.mark.parametrize("name", CHECKS.names)
def test_a_check_reads_only_what_it_requests(name: str, facts: Facts) -> None:
    """The findings are the same on a machine with only the requested versions, trial and graph."""
    check = CHECKS.get(name)
    requested = replace(
        facts,
        versions={name: v for name, v in facts.versions.items() if name in check.packages},
        trials={name: facts.trials[name]} if check.trial else {},
        graph=facts.graph if check.reads_graph else None,
    )
    assert list(check.judge(requested)) == list(check.judge(facts))
