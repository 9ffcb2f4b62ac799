"""An external lifecycle manager: brings the nodes up in order, watches their heartbeat, and brings them back.

As nav2_lifecycle_manager it uses the services get_state and change_state. Its heartbeat is the status that
every node publishes on /diagnostics once per second.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from diagnostic_msgs.msg import DiagnosticArray

from mer_interfaces.msg import Emotion, ExpressionEvent
from mer_ros.graph.description import node_specs
from mer_ros.graph.options import DEMO
from mer_ros.graph.processes import Supervisor, command_of
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import OFFERED, QOS

NAMESPACE = "managed"
ATTEMPTS = 3  # see the fixture publisher_apart
NODES = ("face_tracker", "classifier", "explainer")


class Manager:
    """Manages nodes through their services. actions: (node, transition or "lost") so far."""

    def __init__(self, probe: Any, names: tuple[str, ...]) -> None:
        self._probe, self._names = probe, names
        self.states: dict[str, str] = {}  # from the last heartbeat
        self.actions: list[tuple[str, str]] = []
        probe.node.create_subscription(DiagnosticArray, "/diagnostics", self._on_heartbeat, 10)

    def _on_heartbeat(self, message: DiagnosticArray) -> None:
        for status in message.status:
            namespace, _, name = status.name.rpartition("/")
            if namespace == NAMESPACE:
                self.states[name] = {pair.key: pair.value for pair in status.values}["state"]

    def bring_up(self, name: str) -> None:
        """Bring a node to the state active, from whatever state it is in."""
        node = f"/{NAMESPACE}/{name}"
        for state, transition in (("unconfigured", "configure"), ("inactive", "activate")):
            if self._probe.state(node) == state:
                assert self._probe.transition(node, transition), f"{name} refuses to {transition}"
                self.actions.append((name, transition))
        assert self._probe.state(node) == "active"

    def watch(self) -> None:
        """Bring up each node whose heartbeat reports another state than active, as after a restart."""
        for name in self._names:
            if self.states.get(name, "active") != "active":
                self.actions.append((name, "lost"))
                self.bring_up(name)
                self.states[name] = "active"


@pytest.fixture
def graph(models_dir: Path) -> Iterator[Supervisor]:
    """The graph with autostart off, whose processes are restarted when they die."""
    options = replace(
        DEMO,
        namespace=NAMESPACE,
        camera="",
        rate=1.0,
        autostart=False,
        model="one",
        models_dir=str(models_dir),
    )
    lines: list[str] = []
    commands = [command_of(spec) for spec in node_specs(options)]
    with Supervisor(commands, lambda name, line: lines.append(line)) as supervisor:
        yield supervisor
    assert set(supervisor.exit_codes().values()) == {0}, lines


def test_fault_64_a_manager_brings_killed_nodes_back_and_no_event_is_lost(
    graph: Supervisor,
    probe: Any,
    make_event: Callable[..., Any],
    publisher_apart: Callable[..., Any],
) -> None:
    manager = Manager(probe, NODES)
    for name in NODES:
        manager.bring_up(name)
    assert manager.actions == [(name, step) for name in NODES for step in ("configure", "activate")]
    labels = probe.subscribe(Emotion, f"/{NAMESPACE}/emotion", QOS["emotion"])
    probe.wait_for(lambda: set(manager.states.values()) == {"active"}, "a heartbeat of each node")
    for attempt in range(ATTEMPTS):
        manager.actions.clear()
        with publisher_apart(ExpressionEvent, f"/{NAMESPACE}/events", OFFERED["events"]) as events:
            os.kill(graph.pids()["recogniser"], signal.SIGKILL)
            events.publish(convert.to_event(make_event(f"meanwhile_{attempt}")))
            _reached(lambda: len(manager.actions) >= 6, graph, manager, 100.0)
            assert sorted(manager.actions) == sorted(
                (name, step) for name in NODES[1:] for step in ("lost", "configure", "activate")
            )
            if _reached(lambda: labels, graph, manager, 30.0):
                break
    assert [label.event_id for label in labels] == [f"meanwhile_{attempt}"]


def _reached(condition: Callable[[], Any], graph: Supervisor, manager: Manager, limit_s: float) -> bool:
    """Whether the condition becomes true in time, while graph and manager work."""
    deadline_s = time.monotonic() + limit_s
    while not condition() and time.monotonic() < deadline_s:
        graph.poll()
        manager.watch()
        time.sleep(0.05)
    return bool(condition())
