"""What is missing is told before any process starts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mer_ros.errors import ConfigError, MerError
from mer_ros.graph import preflight
from mer_ros.graph.description import node_specs
from mer_ros.graph.options import GraphOptions


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (GraphOptions(camera="file:/nowhere/a.avi"), "video file '/nowhere/a.avi' does not exist"),
        (
            GraphOptions(model="nobody"),
            "'nobody' is not in .* contains linear_prototype, me_plan, micro_attention, prototype",
        ),
        (GraphOptions(models_dir="/nowhere"), "/nowhere is not a folder"),
        (GraphOptions(camera="synthetic:1", photo="/nowhere.jpg"), "photo '/nowhere.jpg' does not exist"),
    ],
)
def test_fault_95_missing_files_are_refused_before_anything_starts(options: GraphOptions, words: str) -> None:
    with pytest.raises(MerError, match=words):
        preflight.check(options, node_specs(options, {}))


@pytest.mark.parametrize("options", [GraphOptions(), GraphOptions(camera="device:7", model="me_plan")])
def test_existing_files_are_accepted(options: GraphOptions) -> None:
    preflight.check(options, node_specs(options, {}))


@pytest.mark.parametrize(
    ("text", "given", "refused"),
    [
        ("classifier: {ros__parameters: {min_confidence: 0.5}}", {"model"}, True),
        ("classifier: {ros__parameters: {models_dir: /elsewhere}}", {"model"}, False),
        ("classifier: {ros__parameters: {models_dir: /elsewhere}}", {"model", "models_dir"}, True),
    ],
)
def test_fault_95_beside_a_params_file_the_model_of_an_argument_is_checked(
    text: str, given: set[str], refused: bool, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"/mer/{text}\n")
    options = GraphOptions(model="nobody", params_file=str(path))
    specs = node_specs(options, {}, given)
    if not refused:
        preflight.check(options, specs)
        return
    with pytest.raises(MerError, match="'nobody' is not in"):
        preflight.check(options, specs)


@pytest.fixture
def rviz() -> GraphOptions:
    return GraphOptions(rviz=True)


def test_fault_95_a_missing_rviz_is_told_before_anything_starts(
    rviz: GraphOptions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="rviz2 is not installed: install ros-jazzy-rviz2 or start without"):
        preflight.check(rviz, node_specs(rviz))


@pytest.mark.parametrize("place", ["lib/rviz2/rviz2", "bin/rviz2"])
def test_a_program_is_found_as_ros2_run_finds_it_and_on_path(
    rviz: GraphOptions, place: str, tmp_path: Path
) -> None:
    program = tmp_path / place
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    environ = {"AMENT_PREFIX_PATH": f"/nowhere{os.pathsep}{tmp_path}", "PATH": str(tmp_path / "bin")}
    assert preflight.program_of(node_specs(rviz, {})[-1], environ) == str(program)
