"""The lines of docs/robot.md work."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mer_interfaces.msg import Emotion
from mer_ros.analysis.event_record import EMOTION, EVENT, EXPLANATION, FACES
from mer_ros.graph import topic_names
from mer_ros.graph.description import node_specs
from mer_ros.graph.options import GraphOptions
from mer_ros.nodes.base.qos import OFFERED

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "robot.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.M | re.S)
LINES = [line for language, block in BLOCKS if not language for line in block.splitlines()]
PYTHON = [block for language, block in BLOCKS if language == "python"]
SETTINGS = [line.split()[3:] for line in LINES if line.startswith("ros2 param set")]


def test_every_line_is_one_that_is_tested_here() -> None:
    assert len(LINES) == 10 and len(SETTINGS) == 4 and len(PYTHON) == 2
    tested = "ros2 launch mer_ros mer.launch.py ", "ros2 param set ", "ros2 bag record ", "mer analyze "
    assert all(line.startswith(tested) for line in LINES)


def test_the_recorded_topics_are_all_that_an_analysis_reads() -> None:
    (record,), (read,) = ([line for line in LINES if word in line] for word in (" bag record ", "analyze"))
    assert record.split()[3:5] == ["-o", "run_1"] and read == "mer analyze run_1/"
    namespace = topic_names.absolute(GraphOptions().namespace)
    types = {f"{namespace}/{name}": kind for name, kind in topic_names.TOPICS.items()}
    recorded = [types[topic].replace("/", "/msg/") for topic in record.split()[5:]]
    assert sorted(recorded) == sorted((EVENT, EMOTION, EXPLANATION, FACES))
    for page in ("watch.md", "analyze.md"):
        assert record in (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("ros2 launch")])
def test_a_launch_line_gives_a_graph(line: str) -> None:
    given = dict(word.split(":=", 1) for word in shlex.split(line)[4:])
    specs = node_specs(GraphOptions.from_text(given), given=given)
    assert {"face_tracker", "recogniser"} == {spec.executable for spec in specs}
    assert len(specs) == (3 if "cameras" in given else 2)


def test_the_include_has_valid_arguments() -> None:
    (call,) = (
        node
        for node in ast.walk(ast.parse(PYTHON[0]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "include"
    )
    given = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
    assert GraphOptions(**given).image == "/camera/image_raw"


@pytest.fixture(scope="module")
def nodes(start_once: Callable[..., Any]) -> Iterator[None]:
    started = [start_once("face_tracker"), start_once("recogniser")]
    for node in started:
        node.wait_line("active")
    yield
    assert [node.end() for node in started] == [0, 0]


@pytest.mark.parametrize(("node", "name", "text"), SETTINGS, ids=lambda word: word.rpartition("/")[2])
def test_a_parameter_is_set_on_the_running_node(
    node: str, name: str, text: str, nodes: None, probe: Any
) -> None:
    result = probe.set_parameter(node, name, yaml.safe_load(text))
    assert result.successful, result.reason


def test_the_listener_acts_once_on_what_is_final(
    probe: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from rclpy.executors import SingleThreadedExecutor

    (tmp_path / "listener.py").write_text(PYTHON[1], encoding="utf-8")
    spec = importlib.util.spec_from_file_location("listener", tmp_path / "listener.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    listener, executor = module.Listener(), SingleThreadedExecutor()
    executor.add_node(listener)
    try:
        publisher = probe.publisher(Emotion, "/mer/emotion", OFFERED["emotion"])
        first = Emotion(event_id="a", face_id="face_1", label="surprise", confidence=0.75)
        for message in (
            Emotion(event_id="a", provisional=True),
            first,
            first,
            Emotion(event_id="b", label="unknown", reason="withdrawn"),
            Emotion(event_id="c", face_id="face_2", label="disgust"),
        ):
            publisher.publish(message)
        while "c" not in listener.known:
            executor.spin_once(timeout_sec=10.0)
    finally:
        executor.shutdown()
        listener.destroy_node()
    assert list(listener.known) == ["a", "c"]
    said = capfd.readouterr()
    assert (said.out + said.err).count("face_1: surprise, 0.75") == 1
