"""The base class of all nodes, shown with the camera: life cycle, parameters, diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

NODE = "/mer/camera"


def test_without_autostart_only_a_lifecycle_manager_changes_the_state(
    start: Callable[..., Any], ramp: Path, probe: Any
) -> None:
    node = start("camera", "-p", f"source:=file:{ramp}", "-p", "autostart:=false")
    node.wait_line("a lifecycle manager must activate")
    assert probe.state(NODE) == "unconfigured"
    for transition, state in (
        ("configure", "inactive"),
        ("activate", "active"),
        ("deactivate", "inactive"),
        ("cleanup", "unconfigured"),
    ):
        assert probe.transition(NODE, transition)
        assert probe.state(NODE) == state
    assert node.end() == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-p", "amplitude:=2.0"], "camera has no parameter amplitude"),
        (["-p", "fps:=200"], "fps must be a floating-point number, such as 200.0"),
        (["-p", "fps:=-1.0"], "fps must be from 0 to 1000"),
        (["-p", "reliability:=sometimes"], "best_effort, reliable"),
        (["-p", "source:=file:/no/such.mp4"], "/no/such.mp4.* does not exist"),
    ],
    ids=[
        "fault_62_unknown",
        "fault_62_integer_for_double",
        "fault_62_range",
        "fault_62_choice",
        "fault_58_no_file",
    ],
)
def test_an_invalid_setting_fails_the_transition_with_one_sentence(
    arguments: list[str], words: str, start: Callable[..., Any]
) -> None:
    node = start("camera", *arguments)
    line = node.wait_line(words)
    assert "configure failed" in line
    assert node.alive and "active" not in node.text
    assert "Traceback" not in node.text and len([row for row in node.lines if "ERROR" in row]) == 1
    assert node.end() == 0


def test_refused_settings_can_be_corrected_without_a_restart(
    start: Callable[..., Any], ramp: Path, probe: Any
) -> None:
    node = start("camera", "-p", "source:=file:/no/such.mp4", "-p", "fps:=-1.0")
    node.wait_line("configure failed")
    assert probe.set_parameter(NODE, "source", f"file:{ramp}").successful
    assert not probe.transition(NODE, "configure"), "the refused fps no longer counts"
    assert probe.set_parameter(NODE, "fps", 100.0).successful
    assert probe.transition(NODE, "configure")
    assert node.end() == 0


@pytest.fixture(scope="module")
def running(start_once: Callable[..., Any], ramp: Path) -> Iterator[Any]:
    """An active camera, which the tests do not change."""
    node = start_once("camera", "-p", f"source:=file:{ramp}")
    node.wait_line("active")
    yield node
    assert node.end() == 0


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("fps", 100.0, "clean up camera first"),
        ("fps", -1.0, "fps"),
        ("fps", 100, "fps"),
        ("reliability", "sometimes", "best_effort, reliable"),
        ("frames", 1, "frames"),
    ],
    ids=["fault_62_fixed", "fault_62_range", "fault_62_type", "fault_62_choice", "fault_62_unknown"],
)
def test_a_change_at_run_time_is_refused_by_name_and_the_old_value_stays(
    name: str, value: Any, words: str, running: Any, module_probe: Any
) -> None:
    from rcl_interfaces.srv import GetParameters

    result = module_probe.set_parameter(NODE, name, value)
    assert not result.successful and words in result.reason
    request = GetParameters.Request(names=["fps"])
    assert module_probe.call(GetParameters, f"{NODE}/get_parameters", request).values[0].double_value == 0.0


def test_fault_59_an_invalid_transition_is_refused_and_the_node_survives(
    running: Any, module_probe: Any
) -> None:
    assert not module_probe.transition(NODE, "configure")
    assert not module_probe.transition(NODE, "cleanup")
    assert module_probe.state(NODE) == "active"
    assert "Traceback" not in running.text


def test_a_failed_activation_is_undone(camera: Any, ramp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rclpy.lifecycle import TransitionCallbackReturn
    from rclpy.parameter import Parameter

    camera.set_parameters([Parameter("source", value=f"file:{ramp}")])
    assert camera.trigger_configure() == TransitionCallbackReturn.SUCCESS
    activate = camera.activate

    def fail_after_activation() -> None:
        activate()
        raise RuntimeError("no space left")

    monkeypatch.setattr(camera, "activate", fail_after_activation)
    assert camera.trigger_activate() == TransitionCallbackReturn.FAILURE
    assert camera.state == "inactive"
    assert camera._playback._threads == [] and not camera._output.is_activated
    assert "no space left" in camera._fault


def test_fault_58_any_exception_in_configure_fails_it_and_a_later_attempt_works(
    camera: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rclpy.lifecycle import TransitionCallbackReturn

    def fail() -> None:
        raise RuntimeError("no space left")

    monkeypatch.setattr(camera, "configure", fail)
    assert camera.trigger_configure() == TransitionCallbackReturn.FAILURE
    assert camera.state == "unconfigured"
    monkeypatch.setattr(camera, "configure", lambda: None)
    assert camera.trigger_configure() == TransitionCallbackReturn.SUCCESS


def test_fault_24_use_sim_time_without_a_clock_is_an_error_in_diagnostics(
    start: Callable[..., Any], ramp: Path, probe: Any
) -> None:
    node = start("camera", "-p", f"source:=file:{ramp}", "-p", "use_sim_time:=true")
    node.wait_line("active")
    status = probe.diagnostics()
    assert "/clock has no messages" in node.wait_line("use_sim_time is set")
    probe.wait_for(  # the node logs the line before the status arrives here
        lambda: "mer/camera" in status and "/clock" in status["mer/camera"].message, "the diagnosis"
    )
    assert status["mer/camera"].level == b"\x02"
    assert node.end() == 0
