"""Declarations of parameters, and fault 62: what they refuse, by name."""

from __future__ import annotations

import pytest

from mer_ros.errors import ConfigError
from mer_ros.graph import parameters

ALL = [pytest.param(node, p, id=f"{node}.{p.name}") for node, ps in parameters.NODES.items() for p in ps]


@pytest.mark.parametrize(("node", "p"), ALL)
def test_a_declaration_is_whole_and_its_default_lies_in_its_range(node: str, p: parameters.Parameter) -> None:
    assert p.description.endswith((".", "s.")) and len(p.description) > 10
    assert (p.minimum is None) == (p.maximum is None)
    if type(p.default) in (int, float):
        assert p.minimum is not None, "a number needs a range"
    p.check(p.default)


@pytest.mark.parametrize("node", parameters.NODES)
def test_names_are_unique(node: str) -> None:
    names = [p.name for p in parameters.NODES[node]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("node", "name", "value", "words"),
    [
        ("camera", "fps", 200, "floating-point number, such as 200.0"),
        ("camera", "fps", 0.0, "1 to 1000"),
        ("camera", "fps", float("nan"), "1 to 1000"),
        ("camera", "source", 3, "a string"),
        ("camera", "exit_at_end", 1, "a boolean"),
        ("face_tracker", "max_faces", True, "an integer"),
        ("face_tracker", "max_faces", 99, "1 to 16"),
        ("face_tracker", "reliability", "sometimes", "best_effort, reliable"),
        ("classifier", "modle", "prototype", "no parameter modle"),
    ],
)
def test_fault_62_a_bad_value_is_refused_by_name(node: str, name: str, value: object, words: str) -> None:
    refused = parameters.refusals(node, {name: value})
    assert list(refused) == [name]
    assert name in refused[name] and words in refused[name]
    assert "\n" not in refused[name] and refused[name].endswith(".")


def test_good_values_pass() -> None:
    assert parameters.refusals("camera", {"fps": 30.0, "source": "synthetic:3", "exit_at_end": True}) == {}


def test_check_raises_the_projects_own_error() -> None:
    with pytest.raises(ConfigError):
        parameters.AUTOSTART.check("yes")
