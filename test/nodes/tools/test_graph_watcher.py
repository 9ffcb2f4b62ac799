"""The watcher of the live page, over DDS: subscriptions of a session, trackers, events, the switch."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.executors import SingleThreadedExecutor
from sensor_msgs.msg import Image
from std_srvs.srv import SetBool

from mer_interfaces.msg import Emotion, Explanation, Face, FaceArray
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import QOS
from mer_ros.nodes.tools.graph_watcher import GraphWatcher
from mer_ros.web.hub import Hub
from mer_ros.web.outbox import Outbox

NAMESPACE = "/watched"


class Page:
    """A browser in place of one behind a WebSocket: every message that its queue gives."""

    def __init__(self, hub: Hub) -> None:
        self.texts: list[dict[str, Any]] = []
        self.pictures: list[bytes] = []
        outbox = hub.join(lambda: None)
        assert outbox is not None
        self.outbox: Outbox = outbox

    def read(self) -> None:
        while (message := self.outbox.take()) is not None:
            if isinstance(message, str):
                self.texts.append(json.loads(message))
            else:
                self.pictures.append(message())
                self.outbox.acknowledge()

    def last(self, kind: str, **fields: object) -> dict[str, Any] | None:
        """The last message of this kind with these fields."""
        found = [m for m in self.texts if m["kind"] == kind and fields.items() <= m.items()]
        return found[-1] if found else None


class Watched:
    """A watcher that is spun while a condition is awaited."""

    def __init__(self, wait_for: Callable[..., Any]) -> None:
        self.hub = Hub()
        self.node = GraphWatcher(NAMESPACE, self.hub)
        self.pages: list[Page] = []
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self.node)
        self._wait_for = wait_for

    def open(self) -> Page:
        self.pages.append(Page(self.hub))
        return self.pages[-1]

    def wait(self, condition: Callable[[], Any], what: str) -> Any:
        def met() -> Any:
            self._executor.spin_once(timeout_sec=0.05)
            for page in self.pages:
                page.read()
            return condition()

        return self._wait_for(met, what)

    def close(self) -> None:
        self._executor.shutdown()
        self.node.close()


@pytest.fixture
def watched(wait_for: Callable[..., Any]) -> Iterator[Watched]:
    created = Watched(wait_for)
    yield created
    created.close()


@pytest.fixture
def tracker(probe: Any) -> Any:
    """``tracker(name)``: publishers of a tracker's faces and annotated images."""

    def create(place: str = "") -> tuple[Any, Any]:
        return tuple(
            probe.node.create_publisher(kind, f"{NAMESPACE}{place}/{topic}", QOS[topic])
            for kind, topic in ((FaceArray, "faces"), (Image, "annotated"))
        )

    return create


def header(ms: int = 100) -> Any:
    return convert.to_header(ms * 1_000_000, "cam")


def name_of(probe: Any) -> str:
    """Name of the probe's "tracker" for a watcher of NAMESPACE: it is in the root."""
    return f"/{probe.node.get_name()}"


def test_it_subscribes_only_while_a_page_is_open_and_again_for_the_next_session(
    watched: Watched, tracker: Any
) -> None:
    faces, annotated = tracker()
    assert list(watched.node.subscriptions) == []
    page = watched.open()
    watched.wait(
        lambda: faces.get_subscription_count() == annotated.get_subscription_count() == 1, "subscriptions"
    )
    watched.wait(lambda: page.last("graph", namespace=NAMESPACE), "the state of the graph")
    assert len(list(watched.node.subscriptions)) == 6
    watched.pages.clear()
    watched.hub.leave(page.outbox)
    watched.wait(
        lambda: faces.get_subscription_count() == annotated.get_subscription_count() == 0, "no subscriptions"
    )
    assert list(watched.node.subscriptions) == [] and list(watched.node.clients) == []
    again = watched.open()
    watched.wait(lambda: again.last("graph") and faces.get_subscription_count() == 1, "the next session")
    watched.hub.leave(again.outbox)
    third = watched.open()  # before the watcher has noticed: a page that is loaded again
    watched.pages.remove(again)
    watched.wait(lambda: third.last("graph"), "the state of the graph, sent to it as well")


def test_without_a_graph_the_page_is_told_so_and_a_tracker_that_appears_is_shown(
    watched: Watched, tracker: Any, probe: Any
) -> None:
    page = watched.open()
    graph = watched.wait(lambda: page.last("graph"), "the state of the graph")
    assert graph == {"kind": "graph", "namespace": NAMESPACE, "cameras": []}
    faces, annotated = tracker("/front")
    watched.wait(lambda: page.last("graph", cameras=[name_of(probe)]), "the tracker")
    watched.wait(lambda: faces.get_subscription_count() and annotated.get_subscription_count(), "its topics")
    message = FaceArray(header=header(), source="cam", faces=[Face(id="face_1", motion=0.25)])
    picture = convert.to_image(np.full((48, 64, 3), 7, np.uint8), header())
    broken = Image(header=header(), height=48, width=64, encoding="bgr8", step=1)
    annotated.publish(broken)
    faces.publish(message)
    annotated.publish(picture)
    watched.wait(lambda: page.pictures and page.last("movement"), "picture and movement")
    assert page.last("movement") == {
        "kind": "movement",
        "camera": name_of(probe),
        "source": "cam",
        "time_s": pytest.approx(0.1),
        "faces": {"face_1": [0.25, ""]},
    }
    assert len(page.pictures) == 1 and b'"kind": "picture"' in page.pictures[0]


def test_an_event_gets_its_sentence_and_its_overlay(watched: Watched, probe: Any) -> None:
    page = watched.open()
    publishers = {
        topic: probe.node.create_publisher(kind, f"{NAMESPACE}/{topic}", QOS[topic])
        for kind, topic in (
            (Emotion, "emotion"),
            (Explanation, "explanation"),
            (Image, "explanation/overlay"),
        )
    }
    watched.wait(
        lambda: all(publisher.get_subscription_count() for publisher in publishers.values()), "subscriptions"
    )
    emotion = Emotion(header=header(), event_id="a", face_id="face_1", kind=1, label="fear", provisional=True)
    publishers["emotion"].publish(emotion)
    watched.wait(lambda: page.last("event", provisional=True), "the provisional event")
    emotion.provisional = False
    publishers["emotion"].publish(emotion)
    explained = {"header": header(), "event_id": "a", "text": "because", "map_warning": "unstable"}
    publishers["explanation/overlay"].publish(convert.to_image(np.zeros((36, 64, 3), np.uint8), header()))
    publishers["explanation"].publish(Explanation(**explained))
    event = watched.wait(lambda: page.last("event", text="because", provisional=False), "the explained event")
    assert (event["event_id"], event["label"], event["map_warning"]) == ("a", "fear", "unstable")
    watched.wait(lambda: page.pictures, "the overlay")
    assert b'"kind": "overlay", "event_id": "a"' in page.pictures[0]


def test_an_event_from_before_the_page_has_the_time_at_which_it_was_published(
    watched: Watched, probe: Any
) -> None:
    publisher = probe.node.create_publisher(Emotion, f"{NAMESPACE}/emotion", QOS["emotion"])
    begun_ms = time.time_ns() // 1_000_000
    publisher.publish(Emotion(header=header(), event_id="early", kind=1, label="fear"))
    published_ms = time.time_ns() // 1_000_000
    time.sleep(0.1)  # the page is opened later
    page = watched.open()
    early = watched.wait(lambda: page.last("event", event_id="early"), "the event of before")
    assert early["before_page"] and begun_ms <= early["published_ms"] <= published_ms
    publisher.publish(Emotion(header=header(), event_id="late", kind=1, label="fear"))
    late = watched.wait(lambda: page.last("event", event_id="late"), "the event of the open page")
    assert not late["before_page"] and late["published_ms"] >= published_ms + 100


def test_diagnostics_of_this_graph_are_shown_and_no_others(watched: Watched, probe: Any) -> None:
    page = watched.open()
    publisher = probe.node.create_publisher(DiagnosticArray, "/diagnostics", 10)
    watched.wait(publisher.get_subscription_count, "a subscriber of diagnostics")
    names = ("other/camera", f"{NAMESPACE[1:]}/classifier")
    publisher.publish(DiagnosticArray(status=[DiagnosticStatus(name=name, message="m") for name in names]))
    watched.wait(lambda: page.last("node"), "a node")
    assert [m["node"] for m in page.texts if m["kind"] == "node"] == ["classifier"]


def test_the_switch_calls_the_service_of_the_tracker_and_shows_its_refusal(
    watched: Watched, tracker: Any, probe: Any
) -> None:
    asked: list[bool] = []

    def switch(request: Any, response: Any) -> Any:
        asked.append(request.data)
        response.success, response.message = not request.data, "the camera is gone"
        return response

    tracker()
    page = watched.open()
    watched.wait(lambda: page.last("graph", cameras=[name_of(probe)]), "the tracker")
    watched.hub.on_enable(name_of(probe), False)
    watched.wait(lambda: page.last("notice"), "a notice that the service is missing")
    service = next(client.srv_name for client in watched.node.clients)
    probe.node.create_service(SetBool, service, switch)
    watched.wait(lambda: all(client.service_is_ready() for client in watched.node.clients), "the service")
    watched.hub.on_enable(name_of(probe), False)
    watched.wait(lambda: asked == [False], "the request")
    watched.hub.on_enable(name_of(probe), True)
    watched.wait(lambda: page.last("notice", text=f"{name_of(probe)}: the camera is gone"), "the refusal")
    assert asked == [False, True]


def test_a_camera_that_is_not_there_cannot_be_switched(watched: Watched) -> None:
    page = watched.open()
    watched.hub.on_enable("nobody", True)
    notice = watched.wait(lambda: page.last("notice"), "a notice")
    assert notice["text"] == "nobody is not running: start it first."
