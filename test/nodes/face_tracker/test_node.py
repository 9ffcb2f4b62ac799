"""The face tracker: faces of each image, its switch, and its life cycle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from std_srvs.srv import SetBool

from mer_ros.graph import kept_parameters

NODE = "/mer/face_tracker"


def test_one_face_is_found_at_its_place(feed: Any) -> None:
    feed.send()
    found = feed.send()
    assert len(found.faces) == 1 and found.source == "/mer/image"
    roi = found.faces[0].roi
    assert roi.x_offset + roi.width <= 640 and roi.y_offset + roi.height <= 480
    assert 60 < found.faces[0].interocular_px < 200 and len(found.faces[0].landmarks) == 0


@pytest.mark.parametrize("grey", [0, 255], ids=["fault_13_black", "fault_13_white"])
def test_fault_34_without_a_face_an_empty_list_is_published(grey: int, feed: Any) -> None:
    feed.photo = np.full((240, 320, 3), grey, np.uint8)
    feed.send()
    assert list(feed.send().faces) == []


def test_fault_15_a_new_image_size_is_logged_once_and_the_face_is_found_again(
    feed: Any, tracker: Any, photo: np.ndarray
) -> None:
    feed.send()
    before = len(tracker.lines)
    feed.photo = cv2.resize(photo, (800, 600))
    feed.send()
    assert len(feed.send().faces) == 1
    tracker.wait_line("image size changed from 640x480 to 800x600")
    assert len([line for line in tracker.lines[before:] if "image size changed" in line]) == 1


def test_the_switch_stops_all_processing_immediately_and_resumes_it(
    feed: Any, module_probe: Any, wait_for: Callable[..., Any]
) -> None:
    feed.send()
    response = module_probe.call(SetBool, f"{NODE}/enable", SetBool.Request(data=False))
    assert response.success
    wait_for(lambda: feed.publisher.get_subscription_count() == 0, "the end of the subscription")
    before = len(feed.faces)
    feed.publisher.publish(feed.message())
    feed.wait_level(b"\x00", "switched off")
    assert len(feed.faces) == before
    assert module_probe.call(SetBool, f"{NODE}/enable", SetBool.Request(data=True)).success
    wait_for(lambda: feed.publisher.get_subscription_count() == 1, "the new subscription")
    assert feed.send().frame_rate_hz == 0.0


def test_a_tracker_that_is_activated_while_switched_off_starts_with_the_switch(
    feed: Any, module_probe: Any, wait_for: Callable[..., Any]
) -> None:
    def switch(on: bool) -> None:
        assert module_probe.call(SetBool, f"{NODE}/enable", SetBool.Request(data=on)).success

    switch(False)
    assert module_probe.transition(NODE, "deactivate")
    assert module_probe.transition(NODE, "activate")
    wait_for(lambda: feed.publisher.get_subscription_count() == 0, "the end of the subscription")
    switch(True)
    wait_for(lambda: feed.publisher.get_subscription_count() == 1, "the new subscription")
    feed.send()  # waits for its faces


def test_a_tracker_that_was_switched_off_is_off_after_a_restart_too(
    start: Callable[..., Any], probe: Any, tmp_path: Path
) -> None:
    (tmp_path / "user").mkdir(mode=0o700)
    environ = {kept_parameters.VARIABLE: str(tmp_path / "user" / "run")}
    status = probe.diagnostics()

    def enabled() -> str:
        status.clear()
        found = probe.wait_for(lambda: status.get("kept/face_tracker"), "diagnostics")
        return next(v.value for v in found.values if v.key == "enabled")

    for at_start, switch in (("true", False), ("false", True), ("true", True)):
        node = start("face_tracker", namespace="/kept", env=environ)
        node.wait_line("active")
        assert enabled() == at_start
        request = SetBool.Request(data=switch)
        assert probe.call(SetBool, "/kept/face_tracker/enable", request).success
        assert node.end() == 0


def test_a_switch_that_fails_responds_with_the_error_and_stays_off(
    node: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("no more handles")

    with monkeypatch.context() as patch:
        patch.setattr(type(node), "state", "active")
        patch.setattr(node, "activate", fail)
        response = node._on_enable(SetBool.Request(data=True), SetBool.Response())
        assert (response.success, response.message) == (False, "RuntimeError: no more handles")
        assert node.health()[1] == "face processing is switched off"


def test_parameters_change_from_the_next_image_on_and_faces_keep_their_ids(
    feed: Any, module_probe: Any, photo: np.ndarray
) -> None:
    def change(name: str, value: Any) -> None:
        result = module_probe.set_parameter(NODE, name, value)
        assert result.successful, result.reason

    def until(condition: Callable[[Any], bool]) -> Any:
        return feed.wait_for(lambda: condition(found := feed.send()) and found, "the effect of a change")

    feed.photo = np.hstack([photo, cv2.resize(photo, (480, 360))[:, :360].repeat(1, 0)[:1].repeat(480, 0)])
    feed.photo[:360, 640:] = cv2.resize(photo[:, :480], (360, 360))
    ids = {face.id for face in until(lambda found: len(found.faces) == 2).faces}
    change("publish_landmarks", True)
    assert {len(face.landmarks) for face in feed.send().faces} == {468}
    change("publish_landmarks", False)
    assert {len(face.landmarks) for face in feed.send().faces} == {0}
    change("max_faces", 1)
    [face] = until(lambda found: len(found.faces) == 1).faces
    assert face.id in ids
    change("max_faces", 4)
    assert {f.id for f in until(lambda found: len(found.faces) == 2).faces} == ids
    change("min_motion", 0.1)
    feed.wait_for(lambda: feed.send() and feed.values().get("weakest_motion") == "0.10000", "the new limit")
    change("min_motion", 0.002)
    change("min_interocular_px", 900.0)
    assert all("small" in face.quality for face in feed.send().faces)
    change("min_interocular_px", 40.0)
    refused = module_probe.set_parameter(NODE, "max_faces", 0)
    assert not refused.successful and "max_faces must be from 1 to 16" in refused.reason


def test_faults_60_and_61_after_200_cycles_it_is_subscribed_and_no_larger(
    feed: Any, tracker: Any, module_probe: Any, wait_for: Callable[..., Any]
) -> None:
    transition = module_probe.transitions(NODE)

    def cycle() -> None:
        feed.publisher.publish(feed.message())  # an image is in transit while the node stops
        assert transition("deactivate")
        assert transition("activate")

    for _ in range(120):  # the heaps of new threads grow by 25 MB, then no more
        cycle()
    before = _resident_mb(tracker.process.pid)
    for _ in range(80):
        cycle()
    wait_for(lambda: feed.publisher.get_subscription_count() == 1, "one subscription")
    feed.send()  # waits for its faces
    assert _resident_mb(tracker.process.pid) - before < 10


def _resident_mb(pid: int) -> float:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def test_rejected_movements_are_counted_until_the_node_is_configured_again(node: Any) -> None:
    def rejected() -> str:
        return str(node.health()[2]["rejected_speech"])

    node.trigger_configure()
    node._watcher.rejections.add("speech", 3)
    for _ in range(2):
        node.trigger_activate()
        assert rejected() == "3"
        node.trigger_deactivate()
    node.trigger_cleanup()
    node.trigger_configure()
    assert rejected() == "0", "the count of the earlier configuration"
