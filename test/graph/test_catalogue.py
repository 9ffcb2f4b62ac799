"""The node catalogue: entries are consistent, and a node needs only its entry."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from mer_ros.graph import catalogue, description
from mer_ros.graph.catalogue import NODES, NodeEntry, Route
from mer_ros.graph.options import GraphOptions
from mer_ros.graph.parameter import Parameter
from mer_ros.graph.parameters import AUTOSTART

ROUTES = [pytest.param(e, r, id=f"{e.name}.{r.parameter}") for e in NODES.values() for r in e.routes]


@pytest.mark.parametrize(("entry", "route"), ROUTES)
def test_a_route_leads_from_an_option_to_a_declared_parameter_of_its_type(
    entry: NodeEntry, route: Route
) -> None:
    option = next(f for f in fields(GraphOptions) if f.name == route.option)
    assert type(entry.parameter(route.parameter).default) is type(option.default)


@pytest.mark.parametrize("entry", NODES.values(), ids=NODES)
def test_names_of_parameters_are_unique(entry: NodeEntry) -> None:
    names = [p.name for p in entry.parameters]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("node", "name", "value", "words"),
    [
        ("camera", "fps", 200, "floating-point number, such as 200.0"),
        ("camera", "fps", -1.0, "0 to 1000"),
        ("camera", "fps", float("nan"), "0 to 1000"),
        ("camera", "source", 3, "a string"),
        ("camera", "exit_at_end", 1, "a boolean"),
        ("face_tracker", "max_faces", True, "an integer"),
        ("face_tracker", "max_faces", 99, "1 to 16"),
        ("face_tracker", "reliability", "sometimes", "best_effort, reliable"),
        ("classifier", "modle", "prototype", "no parameter modle"),
    ],
)
def test_fault_62_a_bad_value_is_refused_by_name(node: str, name: str, value: object, words: str) -> None:
    refused = NODES[node].refusals({name: value})
    assert list(refused) == [name]
    assert name in refused[name] and words in refused[name]
    assert "\n" not in refused[name] and refused[name].endswith(".")


def test_good_values_pass() -> None:
    assert NODES["camera"].refusals({"fps": 30.0, "source": "synthetic:3", "exit_at_end": True}) == {}


def test_a_node_is_started_according_to_its_catalogue_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = (AUTOSTART, Parameter("period_s", 1.0, "How often it writes, seconds.", 0.1, 60.0))
    recorder = NodeEntry(
        "recorder",
        "mer_ros.nodes.recorder:RecorderNode",
        declared,
        (Route("rate", "period_s", when=lambda options: bool(options.camera)),),
        exchanges_images=True,
        starts=lambda options: options.rviz,
    )
    monkeypatch.setitem(catalogue.NODES, "recorder", recorder)
    options = GraphOptions(camera="synthetic:1", rviz=True, rate=2.0)
    specs = {spec.name: spec for spec in description.node_specs(options, {})}
    assert specs["recorder"].executable == "recorder" and specs["recorder"].package == "mer_ros"
    assert specs["recorder"].parameters == {"period_s": 2.0} and specs["recorder"].respawn
    assert ("image", options.image) in specs["recorder"].remappings
    assert set(specs["recorder"].env) == set(specs["camera"].env)
    without = description.node_specs(replace(options, rviz=False), {})
    assert "recorder" not in {spec.name for spec in without}
