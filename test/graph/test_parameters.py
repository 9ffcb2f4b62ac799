"""Declarations of parameters are complete, with a default in range."""

from __future__ import annotations

import pytest

from mer_ros.graph.catalogue import NODES
from mer_ros.graph.parameter import Parameter

ALL = [pytest.param(p, id=f"{entry.name}.{p.name}") for entry in NODES.values() for p in entry.parameters]


@pytest.mark.parametrize("p", ALL)
def test_a_declaration_is_complete_and_its_default_is_in_range(p: Parameter) -> None:
    assert p.description.endswith((".", "s.")) and len(p.description) > 10
    assert (p.minimum is None) == (p.maximum is None)
    if type(p.default) in (int, float) and not p.choices:
        assert p.minimum is not None, "a number needs a range"
    p.check(p.default)
