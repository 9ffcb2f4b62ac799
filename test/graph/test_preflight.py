"""What is missing is told before any process starts."""

from __future__ import annotations

import importlib.util
import os
import re
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
    ("text", "given", "words"),
    [
        ("/mer/classifier: {ros__parameters: {min_confidence: 0.5}}", {"model"}, "'nobody' is not in"),
        ("/mer/classifier: {ros__parameters: {models_dir: /elsewhere}}", {"model"}, "/elsewhere is not a f"),
        ("/mer/classifier: {ros__parameters: {models_dir: /elsewhere}}", {"model", "models_dir"}, "'nobody'"),
        ("/**/explainer: {ros__parameters: {model: somebody}}", set(), "'somebody' is not in"),
        ("/**: {ros__parameters: {models_dir: ~/none}}", set(), "{home}/none is not a folder"),
        ("/**: {ros__parameters: {models_dir: ~}}", set(), "is not in {home}, which contains mine"),
        ("/**/camera: {ros__parameters: {photo: /no.jpg}}", {"camera"}, "photo '/no.jpg' does not exist"),
        ("/**/face_tracker: {ros__parameters: {camera: /no.mp4}}", set(), "'/no.mp4' does not exist"),
        ("/**: {ros__parameters: {model: mine, models_dir: ~}}", set(), ""),
    ],
)
def test_fault_95_what_the_params_file_names_is_checked_too(
    text: str, given: set[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.safetensors").touch()
    path = tmp_path / "mine.yaml"
    sections = [text.replace("/**:", f"/**/{node}:") for node in ("classifier", "explainer")]
    path.write_text("\n".join(dict.fromkeys(sections)))
    model = {"model": "nobody"} if "model" in given else {}
    camera = "synthetic:1" if "camera" in given else ""
    options = GraphOptions(**model, camera=camera, params_file=str(path))
    specs = node_specs(options, {}, given)
    if not words:
        preflight.check(options, specs)
        return
    with pytest.raises(MerError, match=re.escape(words.format(home=tmp_path))):
        preflight.check(options, specs)


@pytest.mark.parametrize("direct", [True, False])
def test_fault_95_a_video_that_cannot_be_read_is_refused_before_anything_starts(
    direct: bool, tmp_path: Path
) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("these are notes")
    options = GraphOptions(camera=str(path), direct=direct)
    with pytest.raises(ConfigError, match=f"'{path}' cannot be read as video"):
        preflight.check(options, node_specs(options, {}))


def test_without_the_messages_the_remedy_is_to_build_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="mer_interfaces is not installed: build it .* workspace"):
        preflight.check(GraphOptions(), node_specs(GraphOptions(), {}))


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


def test_entries_of_the_params_file_that_match_no_node_are_returned_as_remarks(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("/**/gripper: {ros__parameters: {x: 1}}\n/**/camera: {ros__parameters: {}}\n")
    options = GraphOptions(params_file=str(path))
    assert preflight.check(options, node_specs(options, {})) == [
        f"params_file '{path}': '/**/gripper' matches no node of the graph and sets nothing here."
    ]
    assert preflight.check(GraphOptions(), node_specs(GraphOptions(), {})) == []
