"""The graph as ``mer up`` starts it: node processes under the supervisor."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mer_interfaces.msg import Emotion, ExpressionEvent, FaceArray
from mer_ros.graph.description import node_specs
from mer_ros.graph.options import DEMO
from mer_ros.graph.processes import Supervisor, command_of
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import OFFERED, QOS

ROOT = Path(__file__).resolve().parents[2]
ATTEMPTS = 3  # see the fixture publisher_apart


class Graph:
    """A running graph. lines: (node, line) of its output. ``wait`` polls the supervisor."""

    def __init__(self, supervisor: Supervisor, lines: list[tuple[str, str]]) -> None:
        self.supervisor, self.lines = supervisor, lines

    def wait(self, condition: Callable[[], Any], what: str, limit_s: float = 60.0) -> float:
        """Seconds until the condition is true."""
        start = time.monotonic()
        while not condition():
            assert time.monotonic() - start < limit_s, f"timeout: {what}\n" + "\n".join(map(str, self.lines))
            self.supervisor.poll()
            time.sleep(0.02)
        return time.monotonic() - start

    def reached(self, condition: Callable[[], Any], limit_s: float = 30.0) -> bool:
        """Whether the condition becomes true in time."""
        deadline = time.monotonic() + limit_s
        while not condition() and time.monotonic() < deadline:
            self.supervisor.poll()
            time.sleep(0.02)
        return bool(condition())

    def logged(self, name: str, words: str, after: int = 0) -> bool:
        return any(n == name and words in line for n, line in self.lines[after:])


@pytest.fixture
def up(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Graph]]:
    """``up(**options)``: start the graph; at the end it is stopped, and no process may be left."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    running: list[Supervisor] = []
    lines: list[tuple[str, str]] = []

    def start(**options: Any) -> Graph:
        chosen = replace(DEMO, camera="", models_dir=str(models_dir), model="one", device="cpu")
        commands = [command_of(spec) for spec in node_specs(replace(chosen, **options))]
        running.append(Supervisor(commands, lambda name, line: lines.append((name, line))))
        running[0].__enter__()
        return Graph(running[0], lines)

    yield start
    pids = list(running[0].pids().values())
    running[0].stop()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert set(running[0].exit_codes().values()) == {0}, lines
    assert not any("Traceback" in line for _, line in lines)


def test_fault_64_killed_nodes_are_restarted_and_become_active(
    up: Callable[..., Graph], probe: Any, make_event: Any
) -> None:
    graph = up()
    for name, words in (
        ("face_tracker", "face_tracker]: active"),
        ("recogniser", "classifier]: active"),
        ("recogniser", "explainer]: active"),
    ):
        graph.wait(lambda: graph.logged(name, words), words)  # noqa: B023
    before = len(graph.lines)
    killed = graph.supervisor.pids()
    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)
    graph.wait(lambda: graph.logged("face_tracker", "]: active", before), "the restarted tracker")
    graph.wait(lambda: graph.logged("recogniser", "classifier]: active", before), "the classifier")
    labels = probe.subscribe(Emotion, "/mer/emotion", QOS["emotion"])
    events = probe.publisher(ExpressionEvent, "/mer/events", OFFERED["events"])
    events.publish(convert.to_event(make_event("sent_after")))
    graph.wait(lambda: any(label.event_id == "sent_after" for label in labels), "the label")


def test_fault_64_a_restarted_recogniser_answers_the_events_of_its_absence(
    up: Callable[..., Graph], probe: Any, make_event: Any, publisher_apart: Callable[..., Any]
) -> None:
    graph = up()
    graph.wait(lambda: graph.logged("recogniser", "classifier]: active"), "the classifier")
    labels = probe.subscribe(Emotion, "/mer/emotion", QOS["emotion"])
    for attempt in range(ATTEMPTS):
        before = len(graph.lines)
        sent = [f"sent_{attempt}_{i}" for i in range(5)]
        with publisher_apart(ExpressionEvent, "/mer/events", OFFERED["events"]) as events:
            os.kill(graph.supervisor.pids()["recogniser"], signal.SIGKILL)
            for event_id in sent:  # while the classifier is not there
                events.publish(convert.to_event(make_event(event_id)))
                time.sleep(0.1)
            graph.wait(
                lambda: graph.logged("recogniser", "classifier]: active", before),  # noqa: B023
                "the classifier",
            )
            if not graph.reached(lambda: {label.event_id for label in labels} >= set(sent)):  # noqa: B023
                continue
            events.publish(convert.to_event(make_event("last")))
            graph.wait(lambda: labels[-1].event_id == "last", "the label of a later event")
            found = [label.event_id for label in labels if label.event_id in sent]
            assert sorted(found) == sent, "each event has one label"
            return
    pytest.fail(f"no restart was answered in {ATTEMPTS} attempts")


def test_without_a_model_the_other_nodes_work_and_the_classifier_can_be_configured_later(
    up: Callable[..., Graph], probe: Any
) -> None:
    graph = up(model="three", camera="synthetic:1", fps=30.0, rate=1.0, wait_for_subscribers=1)
    graph.wait(lambda: graph.logged("face_tracker", "]: active"), "the tracker")
    graph.wait(lambda: graph.logged("recogniser", "configure failed: "), "the refusal of the classifier")
    graph.wait(lambda: graph.logged("camera", "not waiting for classifier, which failed"), "the camera")
    faces = probe.subscribe(FaceArray, "/mer/faces", QOS["faces"])
    graph.wait(lambda: any(len(m.faces) for m in faces), "a face")
    assert probe.state("/mer/classifier") == "unconfigured"
    assert probe.set_parameter("/mer/classifier", "model", "two").successful
    assert probe.transition("/mer/classifier", "configure") and probe.transition(
        "/mer/classifier", "activate"
    )
    assert probe.state("/mer/classifier") == "active"
