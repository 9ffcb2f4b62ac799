"""What every node does: start itself or wait, refuse by name, live on, end clean. Shown with the camera."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

NODE = "/mer/camera"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 50.0, (64, 48))
    for i in range(50):
        writer.write(np.full((48, 64, 3), 5 * i, np.uint8))
    writer.release()
    return path


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM], ids=["fault_63_sigint", "fault_63_sigterm"]
)
def test_a_signal_ends_an_active_node_with_0_and_no_traceback(
    number: int, start: Callable[..., Any], clip: Path
) -> None:
    node = start("camera", "-p", f"source:=file:{clip}")
    node.wait_line("active")
    assert node.end(number) == 0
    assert "Traceback" not in node.text


def test_an_outside_manager_rules_alone_without_autostart(
    start: Callable[..., Any], clip: Path, probe: Any
) -> None:
    node = start("camera", "-p", f"source:=file:{clip}", "-p", "autostart:=false")
    node.wait_line("waits for a lifecycle manager")
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


def test_fault_59_an_invalid_transition_is_refused_and_the_node_lives(
    start: Callable[..., Any], clip: Path, probe: Any
) -> None:
    node = start("camera", "-p", f"source:=file:{clip}")
    node.wait_line("active")
    assert not probe.transition(NODE, "configure")
    assert not probe.transition(NODE, "cleanup")
    assert probe.state(NODE) == "active"
    assert "Traceback" not in node.text
    assert node.end() == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-p", "amplitude:=2.0"], "camera has no parameter amplitude"),
        (["-p", "fps:=200"], "fps must be a floating-point number, such as 200.0"),
        (["-p", "fps:=-1.0"], "fps must be from 1 to 1000"),
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
def test_a_bad_setting_fails_the_transition_with_one_sentence(
    arguments: list[str], words: str, start: Callable[..., Any]
) -> None:
    node = start("camera", *arguments)
    line = node.wait_line(words)
    assert "configure failed" in line
    assert node.alive and "active" not in node.text
    assert "Traceback" not in node.text and len([row for row in node.lines if "ERROR" in row]) == 1
    assert node.end() == 0


def test_fault_62_an_unknown_parameter_in_a_file_is_refused_by_name(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("/**/camera:\n  ros__parameters: {frames_per_second: 30.0}\n")
    start("camera", "--params-file", str(path)).wait_line("camera has no parameter frames_per_second")


def test_what_was_refused_can_be_mended_without_a_restart(
    start: Callable[..., Any], clip: Path, probe: Any
) -> None:
    node = start("camera", "-p", "source:=file:/no/such.mp4", "-p", "fps:=-1.0")
    node.wait_line("configure failed")
    assert probe.set_parameter(NODE, "source", f"file:{clip}").successful
    assert not probe.transition(NODE, "configure"), "the refused fps was forgotten"
    assert probe.set_parameter(NODE, "fps", 100.0).successful
    assert probe.transition(NODE, "configure")
    assert node.end() == 0


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("fps", 100.0, "clean up first"),
        ("fps", 0.0, "fps"),
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
    assert module_probe.call(GetParameters, f"{NODE}/get_parameters", request).values[0].double_value == 200.0


@pytest.fixture(scope="module")
def running(start_once: Callable[..., Any], clip: Path) -> Iterator[Any]:
    node = start_once("camera", "-p", f"source:=file:{clip}")
    node.wait_line("active")
    yield node
    node.end()


def test_ranges_and_descriptions_are_told_to_ros_tools(running: Any, module_probe: Any) -> None:
    from rcl_interfaces.srv import DescribeParameters

    request = DescribeParameters.Request(names=["fps", "width", "reliability"])
    fps, width, reliability = module_probe.call(
        DescribeParameters, f"{NODE}/describe_parameters", request
    ).descriptors
    assert (fps.floating_point_range[0].from_value, fps.floating_point_range[0].to_value) == (1.0, 1000.0)
    assert (width.integer_range[0].from_value, width.integer_range[0].to_value) == (64, 4096)
    assert reliability.additional_constraints == "best_effort, reliable"
    assert all(d.description for d in (fps, width, reliability))


def test_a_command_line_that_ros_cannot_read_is_one_sentence_and_exit_code_2(
    start: Callable[..., Any],
) -> None:
    node = start("camera", "-p", "no colon here")
    assert node.wait() == 2
    assert "The command line cannot be used" in node.text and "Traceback" not in node.text


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from mer_ros.nodes.camera import CameraNode

    node = CameraNode()
    yield node
    node.end()
    node.destroy_node()


def test_fault_57_a_failing_callback_is_counted_and_after_five_the_node_says_so(in_process: Any) -> None:
    def fails() -> None:
        raise ValueError("boom")

    def works() -> None:
        with in_process.work():
            fails()

    for i in range(5):
        works()
        assert in_process.guard(fails)() is None  # a timer that fails is counted, but is not the work
        in_process.guard(lambda: None)()  # and one that goes well says nothing about the work
        in_process._diagnose_timer.callback()
        assert in_process.streak.tripped == (i == 4)
    assert in_process.drops["error"] == 10
    with in_process.work():
        pass
    assert not in_process.streak.tripped


class Strange(Exception):
    reason = "CERTIFICATE_VERIFY_FAILED"


@pytest.mark.parametrize(
    "error", [Strange("no"), UnicodeDecodeError("utf-8", b"x", 0, 1, "invalid start byte")], ids=repr
)
def test_a_foreign_error_with_a_reason_of_its_own_is_counted_as_an_error(
    error: Exception, in_process: Any
) -> None:
    in_process.report_failure(error)
    assert in_process.drops["error"] == 1


def test_a_failed_activation_is_undone(in_process: Any, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rclpy.lifecycle import TransitionCallbackReturn
    from rclpy.parameter import Parameter

    in_process.set_parameters([Parameter("source", value=f"file:{clip}")])
    assert in_process.trigger_configure() == TransitionCallbackReturn.SUCCESS
    activate = in_process.activate

    def breaks_off() -> None:
        activate()
        raise RuntimeError("the disk sulks")

    monkeypatch.setattr(in_process, "activate", breaks_off)
    assert in_process.trigger_activate() == TransitionCallbackReturn.FAILURE
    assert in_process.state == "inactive"
    assert in_process._playback._threads == [] and not in_process._output.is_activated
    assert "the disk sulks" in in_process._fault


def test_fault_58_whatever_configure_raises_is_a_failure_and_the_next_try_is_free(
    in_process: Any, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rclpy.lifecycle import TransitionCallbackReturn

    def raises() -> None:
        raise RuntimeError("the disk sulks")

    monkeypatch.setattr(in_process, "configure", raises)
    assert in_process.trigger_configure() == TransitionCallbackReturn.FAILURE
    assert in_process.state == "unconfigured"
    monkeypatch.setattr(in_process, "configure", lambda: None)
    assert in_process.trigger_configure() == TransitionCallbackReturn.SUCCESS


def test_fault_24_a_silent_clock_is_an_error_in_diagnostics(
    start: Callable[..., Any], clip: Path, probe: Any
) -> None:
    node = start("camera", "-p", f"source:=file:{clip}", "-p", "use_sim_time:=true")
    node.wait_line("active")
    status = probe.diagnostics()
    assert "/clock is silent" in node.wait_line("use_sim_time is set")
    probe.wait_for(  # the line is logged a moment before its status arrives here
        lambda: "mer/camera" in status and "/clock" in status["mer/camera"].message, "the diagnosis"
    )
    assert status["mer/camera"].level == b"\x02"
    assert node.end() == 0
