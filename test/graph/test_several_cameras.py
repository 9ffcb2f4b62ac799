"""Several cameras with one recogniser."""

from __future__ import annotations

from pathlib import Path

import pytest

from mer_ros.errors import ConfigError
from mer_ros.graph.description import node_specs
from mer_ros.graph.options import GraphOptions
from mer_ros.graph.processes import command_of
from mer_ros.graph.several_cameras import Camera, cameras_of


@pytest.mark.parametrize("text", ["[front, left]", "front,left", "front left", " [front,left] "])
def test_names_may_be_written_as_a_list(text: str) -> None:
    assert cameras_of(GraphOptions(cameras=text)) == (
        Camera("front", "/front/image_raw"),
        Camera("left", "/left/image_raw"),
    )


def test_each_camera_has_a_tracker_and_all_one_recogniser() -> None:
    options = GraphOptions(cameras="[front, left]", image="/robot/{camera}/image", namespace="mer")
    front, left, recogniser = node_specs(options, {})
    assert [(s.executable, s.namespace) for s in (front, left, recogniser)] == [
        ("face_tracker", "mer/front"),
        ("face_tracker", "mer/left"),
        ("recogniser", "mer"),
    ]
    assert dict(left.remappings) == {
        "image": "/robot/left/image",
        "image/compressed": "/robot/left/image/compressed",
        "events": "/mer/events",
        "emotion": "/mer/emotion",
    }
    assert recogniser.remappings == () and left.parameters["source"] == "left"
    assert [command_of(s).name for s in (front, left, recogniser)] == [
        *("front/face_tracker", "left/face_tracker", "recogniser")
    ]


def test_the_namespace_may_be_empty_and_rviz_shows_the_first_camera() -> None:
    tracker, _, _, rviz = node_specs(GraphOptions(cameras="[a, b]", namespace="/", rviz=True), {})
    assert tracker.namespace == "/a" and ("events", "/events") in tracker.remappings
    assert dict(rviz.remappings)["/mer/annotated"] == "/a/annotated"
    assert dict(rviz.remappings)["/mer/explanation/overlay"] == "/explanation/overlay"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (GraphOptions(cameras="[front, front]"), "has a name twice"),
        (GraphOptions(cameras="[front/a]"), "letters, digits and _"),
        (GraphOptions(cameras="[]"), "such as"),
        (GraphOptions(cameras="[a, b]", camera="device:0"), "start a driver for each camera"),
        (GraphOptions(cameras="[a, b]", image="/image"), "must contain {camera}"),
        (GraphOptions(image="/{camera}/image"), "name the cameras"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: GraphOptions, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        node_specs(options, {})


def test_a_params_file_may_set_one_of_the_trackers(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("/mer/left/face_tracker: {ros__parameters: {max_faces: 2}}\n")
    assert node_specs(GraphOptions(cameras="[front, left]", params_file=str(path)), {})
    path.write_text("/mer/left/face_tracker: {ros__parameters: {faces: 2}}\n")
    with pytest.raises(ConfigError, match="no parameter faces"):
        node_specs(GraphOptions(cameras="[front, left]", params_file=str(path)), {})
