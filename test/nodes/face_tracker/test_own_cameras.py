"""A recording of the camera node that has ended, or waits for other nodes, is no silent camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.node import Node
from sensor_msgs.msg import Image

from mer_ros.graph import topic_names
from mer_ros.nodes.base.qos import QOS, image_qos
from mer_ros.nodes.face_tracker import image_health
from mer_ros.nodes.face_tracker.image_health import ImageHealth
from mer_ros.nodes.face_tracker.own_cameras import OwnCameras
from mer_ros.stream.gate import FrameGate

OK, WARN, STALE = b"\x00", b"\x01", b"\x03"
SILENT = "/film/image has been silent since"
SILENT_FROM_START = "no image has arrived on /film/image"


def ended(name: str, value: bool) -> DiagnosticArray:
    return reported(name, "ended", value)


def reported(name: str, key: str, value: bool) -> DiagnosticArray:
    values = [KeyValue(key=key, value=str(value).lower())]
    return DiagnosticArray(status=[DiagnosticStatus(name=name, values=values)])


@pytest.fixture
def publishing(node: Any, request: pytest.FixtureRequest) -> Iterator[tuple[Node, Any]]:
    """A node that publishes /film/image, and its publisher of diagnostics; the parameter is its name."""
    camera = rclpy.create_node(request.param, namespace="/film")
    camera.create_publisher(Image, "/film/image", image_qos())
    diagnostics = camera.create_publisher(
        DiagnosticArray, topic_names.DIAGNOSTICS, QOS[topic_names.DIAGNOSTICS]
    )
    yield camera, diagnostics
    camera.destroy_node()


@pytest.fixture
def health(publishing: tuple[Node, Any], node: Any, wait_for: Callable[..., Any]) -> ImageHealth:
    """Of a tracker that has discovered the camera."""
    wait_for(lambda: node.get_publishers_info_by_topic("/film/image"), "the camera")
    health = ImageHealth(node)
    health.start("/film/image", "/film/image", image_qos())
    return health


@pytest.mark.parametrize("publishing", ["camera", "driver"], indirect=True)
def test_the_end_of_the_camera_node_is_no_silence_and_is_not_logged(
    publishing: tuple[Node, Any],
    health: ImageHealth,
    node: Any,
    wait_for: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    camera, diagnostics = publishing
    own, gate = camera.get_name() == "camera", FrameGate()
    monkeypatch.setattr(image_health, "_SILENT_S", -1.0)
    health.count_received()
    level, words, _ = health.report(gate, True)
    assert level == STALE and SILENT in words
    assert (SILENT in capfd.readouterr().err) != own, "the camera node may yet report its end"
    assert health._cameras.watching == own
    if own:
        wait_for(diagnostics.get_subscription_count, "the subscription of the tracker")
        diagnostics.publish(ended("film/camera", True))

        def known() -> bool:
            rclpy.spin_once(node, timeout_sec=0.05)
            return health._cameras.ended

        wait_for(known, "the end of the camera")
        assert health.report(gate, True)[:2] == (OK, "/film/image has ended")
        assert SILENT not in capfd.readouterr().err
        health._cameras._on_diagnostics(ended("film/camera", False))
        monkeypatch.setattr(image_health, "_END_KNOWN_S", -1.0)
        assert health.report(gate, True)[0] == STALE
        assert SILENT in capfd.readouterr().err, "a camera node that hangs is a fault"
    health.report(gate, True, active=False)
    assert not health._cameras.watching


def test_all_watched_cameras_must_have_ended_and_others_do_not_count(node: Any) -> None:
    end = OwnCameras(node)
    end.watch([])
    assert not end.watching and not end.ended and end._subscription is None
    end.watch(["/mer/camera", "/mer/front/camera"])
    end._on_diagnostics(ended("mer/camera", True))
    end._on_diagnostics(ended("camera", True))
    assert not end.ended
    end._on_diagnostics(ended("mer/front/camera", True))
    assert end.ended
    end.watch(["/mer/camera"])
    assert end.ended, "what is known is kept"
    end.close()
    assert not end.ended and end._subscription is None


@pytest.mark.parametrize("publishing", ["camera", "driver"], indirect=True)
def test_a_camera_node_that_waits_for_other_nodes_is_no_warning_until_it_starts(
    publishing: tuple[Node, Any],
    health: ImageHealth,
    node: Any,
    wait_for: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    camera, diagnostics = publishing
    own, name = camera.get_name() == "camera", f"film/{camera.get_name()}"
    assert health.report(None, True)[:2] == (OK, "waiting for images on /film/image")
    monkeypatch.setattr(image_health, "_FIRST_IMAGE_S", -1.0)
    assert health._cameras.watching == own
    if own:
        wait_for(diagnostics.get_subscription_count, "the subscription of the tracker")
        diagnostics.publish(reported(name, "waiting", True))

        def known() -> bool:
            rclpy.spin_once(node, timeout_sec=0.05)
            return health._cameras.waiting

        wait_for(known, "the wait of the camera")
        assert health.report(None, True)[:2] == (OK, "waiting for images on /film/image")
        assert SILENT_FROM_START not in capfd.readouterr().err
        health._cameras._on_diagnostics(reported(name, "waiting", False))
    level, words, _ = health.report(None, True)
    assert level == WARN and words.startswith(SILENT_FROM_START)
    assert SILENT_FROM_START in capfd.readouterr().err
    health.report(None, True, active=False)


def test_a_camera_that_died_while_it_waited_does_not_wait(node: Any) -> None:
    clock = iter([10.0, 14.0, 16.0, 17.0, 17.0])
    cameras = OwnCameras(node, lambda: next(clock))
    cameras.watch(["/mer/camera"])
    cameras._on_diagnostics(reported("mer/camera", "waiting", True))
    assert cameras.waiting and not cameras.waiting, "4 and 6 s after its last message"
    cameras._on_diagnostics(reported("mer/camera", "waiting", True))
    assert cameras.waiting
    cameras.close()
