"""Parameters of the node catalogue become ROS parameters; invalid overrides keep the default."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rclpy.node import Node

from mer_ros.graph.catalogue import NODES
from mer_ros.graph.parameter import Parameter
from mer_ros.nodes.base.declare import declare, descriptor_of


@pytest.fixture
def node_with() -> Iterator[Callable[..., Node]]:
    """``node_with(*ros_args)``: a node named camera with these arguments, without parameters."""
    nodes: list[Node] = []

    def make(*ros_args: str) -> Node:
        arguments = ["--ros-args", *ros_args]
        nodes.append(Node("camera", namespace="/mer", cli_args=arguments, use_global_arguments=False))
        return nodes[-1]

    yield make
    for node in nodes:
        node.destroy_node()


def test_every_parameter_of_the_entry_is_declared_with_its_default(node_with: Callable[..., Node]) -> None:
    node = node_with()
    assert declare(node, NODES["camera"]) == {}
    for p in NODES["camera"].parameters:
        assert node.get_parameter(p.name).value == p.default


def test_a_valid_override_replaces_the_default(node_with: Callable[..., Node]) -> None:
    node = node_with("-p", "fps:=30.0", "-p", "source:=device:0")
    assert declare(node, NODES["camera"]) == {}
    assert node.get_parameter("fps").value == 30.0 and node.get_parameter("source").value == "device:0"


@pytest.mark.parametrize(
    ("override", "name", "words"),
    [
        ("fps:=200", "fps", "fps must be a floating-point number"),
        ("fps:=-1.0", "fps", "fps must be from 0 to 1000"),
        ("reliability:=sometimes", "reliability", "best_effort, reliable"),
    ],
    ids=["fault_62_type", "fault_62_range", "fault_62_choice"],
)
def test_an_invalid_override_is_returned_by_name_and_keeps_the_default(
    override: str, name: str, words: str, node_with: Callable[..., Node]
) -> None:
    node = node_with("-p", override, "-p", "width:=320")
    refused = declare(node, NODES["camera"])
    assert list(refused) == [name] and words in refused[name]
    assert node.get_parameter(name).value == NODES["camera"].parameter(name).default
    assert node.get_parameter("width").value == 320, "the valid override counts"


def test_fault_62_an_unknown_parameter_in_a_file_is_refused_by_name(
    node_with: Callable[..., Node], tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("/**/camera:\n  ros__parameters: {frames_per_second: 30.0}\n")
    refused = declare(node_with("--params-file", str(path)), NODES["camera"])
    assert list(refused) == ["frames_per_second"]
    assert "camera has no parameter frames_per_second" in refused["frames_per_second"]


def test_parameters_of_ros_itself_are_not_checked(node_with: Callable[..., Node]) -> None:
    node = node_with("-p", "use_sim_time:=true", "-p", "qos_overrides./mer/image.publisher.depth:=1")
    assert declare(node, NODES["camera"]) == {}


def test_ros_tools_see_ranges_choices_and_descriptions(camera: Any) -> None:
    fps, width, reliability = camera.describe_parameters(["fps", "width", "reliability"])
    assert (fps.floating_point_range[0].from_value, fps.floating_point_range[0].to_value) == (0.0, 1000.0)
    assert (width.integer_range[0].from_value, width.integer_range[0].to_value) == (64, 4096)
    assert reliability.additional_constraints == "best_effort, reliable"
    assert all(d.description for d in (fps, width, reliability))


def test_a_parameter_without_a_range_has_a_description_only() -> None:
    descriptor = descriptor_of(Parameter("source", "synthetic:1", "What to play."))
    assert descriptor.description == "What to play." and descriptor.additional_constraints == ""
    assert not descriptor.floating_point_range and not descriptor.integer_range
