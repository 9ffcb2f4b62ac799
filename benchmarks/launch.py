"""`python -m benchmarks.launch [--quick]`: starts, signals, kills and memory of the graph of `mer up`.

Unless the row says "idle", as many other processes as there are cores use all their time. A row that says "of
N" counts runs. The benchmark publishes events of its own while the recogniser is killed.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.publisher import Publisher

from benchmarks.free_domain import free_domain
from benchmarks.launch_run import NODES, Up, busy_cores
from benchmarks.table import Figure, publish
from mer_interfaces.msg import Emotion, ExpressionEvent
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import OFFERED, QOS

SIGNAL_DELAYS_S = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 10.0)
ESCALATION_S = 5.0  # from a signal until the supervisor sends a stronger one
NAMESPACE = "bench"
_EVENT_PERIOD_S = 0.5
_ANSWER_LIMIT_S = 30.0


class Listener:
    """A node in this process that subscribes to events and labels, and publishes events again.

    events, labels: ids of the final events and labels that arrived, since ``clear``.
    """

    def __init__(self, domain: int) -> None:
        os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
        rclpy.init(args=[], domain_id=domain)
        self.events: set[str] = set()
        self.labels: list[str] = []
        self._sample: ExpressionEvent | None = None
        self._publisher: Publisher | None = None
        self._node = rclpy.create_node("listener", namespace=NAMESPACE)
        self._node.create_subscription(ExpressionEvent, "events", self._on_event, QOS["events"])
        self._node.create_subscription(Emotion, "emotion", self._on_emotion, QOS["emotion"])
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self._node)
        self._thread = threading.Thread(target=self._spin)
        self._thread.start()

    def _spin(self) -> None:
        with contextlib.suppress(ExternalShutdownException):
            self._executor.spin()

    def close(self) -> None:
        """End the node."""
        rclpy.try_shutdown()
        self._thread.join()

    def clear(self) -> None:
        """Forget all events and labels."""
        self.events.clear()
        self.labels.clear()

    @contextlib.contextmanager
    def publishing(self) -> Iterator[None]:
        """Publish the last event that arrived, under another id, every half second in a thread.

        The publisher exists until the end of the next call, so that its events can still be delivered.
        """
        assert self._sample is not None, "no event has arrived"
        if self._publisher is not None:
            self._node.destroy_publisher(self._publisher)
        publisher = self._publisher = self._node.create_publisher(
            ExpressionEvent, "events", OFFERED["events"]
        )
        message, stop = copy.deepcopy(self._sample), threading.Event()

        def run() -> None:
            while not stop.wait(_EVENT_PERIOD_S):
                message.event_id = f"again-{time.monotonic_ns()}"
                publisher.publish(message)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def unanswered(self) -> int:
        """Number of events without a label, once all are answered or 30 s are over."""
        deadline_s = time.monotonic() + _ANSWER_LIMIT_S
        while self.events - set(self.labels) and time.monotonic() < deadline_s:
            time.sleep(0.1)
        return len(self.events - set(self.labels))

    def _on_event(self, message: ExpressionEvent) -> None:
        if message.withdrawn:
            self.events.discard(message.event_id)
        elif not message.provisional:
            self._sample = message
            self.events.add(message.event_id)

    def _on_emotion(self, message: Emotion) -> None:
        if convert.is_final(message):
            self.labels.append(message.event_id)


def starts(n: int, listener: Listener, domain: int) -> list[Figure]:
    """Synthetic clips from the start of the command to its end."""
    events = missing = printed = 0
    failed = []
    for seed in range(1, n + 1):
        listener.clear()
        arguments = ("--camera", f"synthetic:{seed}", "--fps", "60", "--events", "4", "--json")
        with Up(*arguments, "--namespace", NAMESPACE, domain=domain) as run:
            if code := run.process.wait(300):
                failed.append(code)
        missing += listener.unanswered()
        events += len(listener.events)
        printed += sum(line.startswith("{") for _, line in run.lines)
    note = f"{events} events in {n} starts, {printed} printed" + (f"; exit codes {failed}" if failed else "")
    met = missing == 0 and not failed and printed == events
    return [Figure("events without an Emotion, mer up --camera synthetic:N", missing, "", "0", met, note)]


def signals(n: int, domain: int) -> list[Figure]:
    """SIGINT at several times after the start."""
    figures = []
    for delay_s in SIGNAL_DELAYS_S:
        codes, ends_s, left, text = [], [], 0, ""
        for _ in range(n):
            camera = ("--camera", "synthetic:1", "--fps", "60")
            with Up(*camera, "--namespace", NAMESPACE, domain=domain) as run:
                time.sleep(delay_s)
                code, end_s = run.interrupt()
                codes.append(code)
                ends_s.append(end_s)
                left += len(run.pids())
            text += run.text
        escalated = sum(end_s >= ESCALATION_S for end_s in ends_s)
        clean = not any(codes) and not left and not escalated and "Traceback" not in text
        note = f"exit codes {sorted(set(codes))}, {escalated} escalations, {left} processes left, {n} runs"
        figures.append(
            Figure(
                f"Ctrl-C after {delay_s:g} s: longest time to the end",
                max(ends_s),
                "s",
                "<= 2, all with exit code 0",
                clean and max(ends_s) <= 2.0,
                note,
            )
        )
    return figures


def idle_start(n: int, domain: int) -> list[Figure]:
    """From the start of the command to the last active node, and the memory of all processes."""
    spans, sizes = [], []
    for seed in range(1, n + 1):
        camera = ("--camera", f"synthetic:{seed}", "--fps", "60")
        with Up(*camera, "--namespace", NAMESPACE, domain=domain) as run:
            spans.append(run.active_s(NODES) - run.started_s)
            time.sleep(5.0)  # the tracker has processed faces
            sizes.append(run.memory_mb())
    total = float(np.median([sum(size.values()) for size in sizes]))
    parts = ", ".join(f"{name} {np.median([s[name] for s in sizes]):.0f}" for name in sizes[0])
    span_s = float(np.median(spans))
    return [
        Figure("idle: start to all nodes active, median", span_s, "s", "<= 5", span_s <= 5.0, f"{n} starts"),
        Figure("idle: memory (PSS) of all processes", total, "MB", "<= 800", total <= 800.0, parts),
    ]


def kills(n: int, listener: Listener, domain: int) -> list[Figure]:
    """SIGKILL of a process until its nodes are active again, two in each graph."""
    spans: dict[str, list[float]] = {"face_tracker": [], "recogniser": []}
    published = twice = missing = 0
    for _ in range(n):
        listener.clear()
        with Up("--namespace", NAMESPACE, domain=domain) as run:
            run.active_s(NODES)
            for executable, nodes in (("face_tracker", NODES[:1]), ("recogniser", NODES[1:])):
                killed_s = time.monotonic()
                os.kill(run.pid_of(executable), signal.SIGKILL)
                events = executable == "recogniser"
                with listener.publishing() if events else contextlib.nullcontext():
                    spans[executable].append(run.active_s(nodes, since_s=killed_s) - killed_s)
            missing += listener.unanswered()
        published += len(listener.events)
        twice += len(listener.labels) - len(set(listener.labels))
    figures = []
    for executable, goal_s in (("face_tracker", 4.0), ("recogniser", 8.0)):
        share = float(np.mean(np.array(spans[executable]) <= goal_s))
        worst = f"longest {max(spans[executable]):.1f} s, {n} kills"
        name = f"kill -9 of {executable}: median time until active"
        goal = f"95 % within {goal_s:g}"
        figures.append(Figure(name, float(np.median(spans[executable])), "s", goal, share >= 0.95, worst))
    note = f"{published} events, {twice} labelled twice"
    name = "events without an Emotion, published while the recogniser was killed"
    return [*figures, Figure(name, missing, "", "0", missing == 0, note)]


def main() -> int:
    """Print the table and write benchmarks/results/launch.json; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    quick = parser.parse_args().quick
    domain = free_domain()
    listener = Listener(domain)
    figures = idle_start(2 if quick else 5, domain)
    with busy_cores():
        figures += starts(3 if quick else 10, listener, domain)
        figures += signals(1 if quick else 5, domain)
        figures += kills(3 if quick else 20, listener, domain)
    listener.close()
    return 0 if publish("launch", figures) else 1


if __name__ == "__main__":
    sys.exit(main())
