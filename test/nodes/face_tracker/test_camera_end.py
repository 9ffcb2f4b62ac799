"""A recording of the camera node that has ended is no silent camera."""

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
from mer_ros.nodes.face_tracker.camera_end import CameraEnd
from mer_ros.nodes.face_tracker.image_health import ImageHealth
from mer_ros.stream.gate import FrameGate

OK, STALE = b"\x00", b"\x03"
SILENT = "/film/image has been silent since"


def ended(name: str, value: bool) -> DiagnosticArray:
    values = [KeyValue(key="ended", value=str(value).lower())]
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


@pytest.mark.parametrize("publishing", ["camera", "driver"], indirect=True)
def test_the_end_of_the_camera_node_is_no_silence_and_is_not_logged(
    publishing: tuple[Node, Any],
    node: Any,
    wait_for: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    camera, diagnostics = publishing
    own = camera.get_name() == "camera"
    wait_for(lambda: node.get_publishers_info_by_topic("/film/image"), "the camera")
    monkeypatch.setattr(image_health, "_SILENT_S", -1.0)
    health, gate = ImageHealth(node), FrameGate()
    health.start("/film/image", "/film/image", image_qos())
    health.count_received()
    level, words, _ = health.report(gate, True)
    assert level == STALE and SILENT in words
    assert (SILENT in capfd.readouterr().err) != own, "the camera node may yet report its end"
    assert health._end.watching == own
    if own:
        wait_for(diagnostics.get_subscription_count, "the subscription of the tracker")
        diagnostics.publish(ended("film/camera", True))

        def known() -> bool:
            rclpy.spin_once(node, timeout_sec=0.05)
            return health._end.ended

        wait_for(known, "the end of the camera")
        assert health.report(gate, True)[:2] == (OK, "/film/image has ended")
        assert SILENT not in capfd.readouterr().err
        health._end._on_diagnostics(ended("film/camera", False))
        monkeypatch.setattr(image_health, "_END_KNOWN_S", -1.0)
        assert health.report(gate, True)[0] == STALE
        assert SILENT in capfd.readouterr().err, "a camera node that hangs is a fault"
    health.report(gate, True, active=False)
    assert not health._end.watching


def test_all_watched_cameras_must_have_ended_and_others_do_not_count(node: Any) -> None:
    end = CameraEnd(node)
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
