"""Parameters that can be set while a node runs, those that cannot, and what a restarted node has."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rcl_interfaces.srv import DescribeParameters, GetParameters
from rclpy.logging import LoggingSeverity, get_logger_effective_level
from rclpy.parameter import Parameter

from mer_interfaces.srv import SetModel
from mer_ros.graph import kept_parameters
from mer_ros.graph.description import NodeSpec
from mer_ros.graph.processes import Supervisor, command_of


def read_only(probe: Any, node: str, *names: str) -> list[bool]:
    """What ``ros2 param describe`` shows."""
    request = DescribeParameters.Request(names=names)
    answer = probe.call(DescribeParameters, f"{node}/describe_parameters", request)
    return [descriptor.read_only for descriptor in answer.descriptors]


def value_of(probe: Any, node: str, name: str) -> str:
    """What ``ros2 param get`` shows for a string."""
    answer = probe.call(GetParameters, f"{node}/get_parameters", GetParameters.Request(names=[name]))
    return str(answer.values[0].string_value)


def test_ros_tools_see_as_read_only_what_cannot_be_set_in_the_present_state(
    start: Callable[..., Any], ramp: Path, probe: Any
) -> None:
    node = start("camera", "-p", f"source:=file:{ramp}", "-p", "autostart:=false")
    node.wait_line("must activate this node")
    names = ("autostart", "fps", "log_level")
    assert read_only(probe, "/mer/camera", *names) == [True, False, False]
    assert probe.transition("/mer/camera", "configure")
    assert read_only(probe, "/mer/camera", *names) == [True, True, False]
    assert not probe.set_parameter("/mer/camera", "fps", 50.0).successful
    assert probe.transition("/mer/camera", "cleanup")
    assert probe.set_parameter("/mer/camera", "fps", 50.0).successful
    assert read_only(probe, "/mer/camera", *names) == [True, False, False]


def test_a_parameter_of_the_start_is_refused_in_every_state_with_what_to_do(camera: Any, ramp: Path) -> None:
    camera.set_parameters([Parameter("source", value=f"file:{ramp}")])
    for transition in (lambda: None, camera.trigger_configure):
        transition()
        result = camera.set_parameters_atomically([Parameter("autostart", value=False)])
        assert not result.successful and camera.value("autostart") is True
        assert result.reason == "parameter autostart is read when camera starts: start it with another value."


def test_a_change_in_the_process_of_the_node_is_refused_as_one_from_outside(camera: Any, ramp: Path) -> None:
    camera.set_parameters([Parameter("source", value=f"file:{ramp}")])
    camera.trigger_configure()
    [result] = camera.set_parameters([Parameter("fps", value=50.0)])
    assert not result.successful and "clean up camera first" in result.reason and camera.value("fps") == 0.0


def test_changes_that_come_together_are_made_together_or_not_at_all(make_node: Callable[..., Any]) -> None:
    node = make_node("face_tracker")
    node.trigger_configure()
    changes = [Parameter("min_motion", value=0.004), Parameter("min_snr", value=7.0)]
    refused = node.set_parameters_atomically([*changes, Parameter("depth", value=3)])
    assert not refused.successful and "depth can change only before configuration" in refused.reason
    assert (node.value("min_motion"), node.value("min_snr")) == (0.002, 5.0)
    assert node.set_parameters_atomically(changes).successful
    assert (node.value("min_motion"), node.value("min_snr")) == (0.004, 7.0)


def test_the_level_of_messages_is_that_of_this_node_alone(camera: Any) -> None:
    name, others = camera.get_logger().name, ("rclpy", "rcl", "camera_driver")
    before = [get_logger_effective_level(other) for other in others]
    for level in ("debug", "error"):
        camera.set_parameters([Parameter("log_level", value=level)])
        assert get_logger_effective_level(name) == LoggingSeverity[level.upper()]
        assert [get_logger_effective_level(other) for other in others] == before
    camera.set_parameters([Parameter("log_level", value="")])
    assert get_logger_effective_level(name) == before[0], "that of the process"


def test_the_level_of_a_launch_reaches_its_node_and_no_other_part_of_ros(start: Callable[..., Any]) -> None:
    loud = start("camera", "-p", "log_level:=debug", "-p", "autostart:=false")
    loud.wait_line("must activate this node")
    assert loud.end() == 0
    assert [line for line in loud.lines if "[DEBUG] [" in line and "[mer.camera]" not in line] == []
    quiet = start("camera", "-p", "log_level:=error", "-p", "source:=file:/no/such.mp4")
    quiet.wait_line("configure failed")
    assert quiet.end() == 0 and "[INFO]" not in quiet.text


@pytest.fixture
def supervised(models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A classifier under the supervisor of ``mer up``, and its lines."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    given = {"models_dir": str(models_dir), "model": "one", "device": "cpu"}
    environ = kept_parameters.variables()
    spec = NodeSpec("mer_ros", "classifier", "classifier", "kept", given, env=environ, respawn=True)
    lines: list[str] = []
    with Supervisor([command_of(spec)], lambda _, line: lines.append(line)) as supervisor:
        yield supervisor, lines


def test_a_killed_node_comes_back_with_the_model_that_was_set_last(
    supervised: Any, probe: Any, wait_for: Callable[..., Any], tmp_path: Path
) -> None:
    supervisor, lines = supervised

    def active() -> int:
        supervisor.poll()
        return sum("active" in line for line in lines)

    wait_for(active, "the classifier")
    response = probe.call(SetModel, "/kept/classifier/set_model", SetModel.Request(model="two"))
    assert response.ok and value_of(probe, "/kept/classifier", "model") == "two"
    assert probe.set_parameter("/kept/classifier", "min_confidence", 0.25).successful
    [pid] = supervisor.pids().values()
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: active() == 2, "the classifier again")
    [line] = [line for line in lines if "set last" in line]
    assert line.endswith("model = 'two', min_confidence = 0.25")
    assert any("model two@" in line for line in lines[lines.index(line) :])
    time.sleep(0.1)  # the killed one is no longer discovered
    assert value_of(probe, "/kept/classifier", "model") == "two"
    assert list((tmp_path / f"mer_ros-{os.getuid()}").iterdir()), "kept where only this user reads it"


def test_a_new_start_has_the_parameters_that_it_is_given(
    start: Callable[..., Any], ramp: Path, tmp_path: Path
) -> None:
    def run(folder: str, *arguments: str) -> str:
        environment = {kept_parameters.VARIABLE: str(tmp_path / "user" / folder)} if folder else {}
        given = ("-p", "source:=synthetic:1", "-p", "autostart:=false", *arguments)
        node = start("camera", *given, env=environment)
        node.wait_line("must activate this node")
        assert node.end() == 0
        return str(node.text)

    (tmp_path / "user").mkdir(mode=0o700)
    (tmp_path / "user" / "1-2").mkdir()
    kept = tmp_path / "user" / "1-2" / "mer.camera.json"
    kept.write_text(f'{{"source": "file:{ramp}", "fps": -3.0, "unknown": 1}}')
    assert f"set last: source = 'file:{ramp}'\n" in run("1-2") + "\n", "what is invalid is left out"
    assert "set last" not in run("3-4") and "set last" not in run("")
