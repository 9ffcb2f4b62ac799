"""Rows of ``benchmarks.explain``: time from a published Emotion to its Explanation and overlay.

Classifier and explainer run in one process, as in the graph, in a ROS domain of its own. Events of a clip are
sent again and again with new ids, one after the other.
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from sensor_msgs.msg import Image

from benchmarks.table import Figure
from mer_interfaces.msg import Emotion, Explanation, ExpressionEvent
from mer_ros import Pipeline, SourceOptions, open_source
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import QOS
from mer_ros.types import ExpressionEvent as Event

MODELS = ("linear_prototype", "prototype", "micro_attention", "me_plan")
MOST_MS, EVENTS, WARM = 150.0, 200, 10
CLIP_EVENTS, CLIP_FPS = 4, 100.0
DOMAIN, START_S, ANSWER_S = 87, 90.0, 20.0


def delay() -> Iterator[Figure]:
    """99th percentile and median of every shipped model."""
    events = _events()
    for name in MODELS:
        explained, drawn = _measured(name, events)
        worst, typical = (float(np.percentile(explained, q)) for q in (99, 50))
        note = f"median {typical:.0f} ms; overlay: median {np.median(drawn):.0f} ms; {len(explained)} events"
        yield Figure(
            f"{name}: Emotion to Explanation, 99th percentile",
            worst,
            "ms",
            f"<= {MOST_MS:g}",
            worst <= MOST_MS,
            note,
        )


def _events() -> list[Event]:
    """The events of a synthetic clip."""
    source = open_source("synthetic:1", SourceOptions(fps=CLIP_FPS, n_events=CLIP_EVENTS))
    try:
        with Pipeline() as pipeline:
            return [answer.event for step in pipeline.run(source) for answer in step.answers]
    finally:
        source.close()


def _measured(name: str, events: list[Event]) -> tuple[list[float], list[float]]:
    """Milliseconds to each explanation and to each overlay."""
    with _Ends(name) as ends:
        for i in range(-WARM, EVENTS):
            event = events[i % len(events)]
            ends.send(dataclasses.replace(event, event_id=str(i + WARM)), i >= 0)
        return ends.explained_ms, ends.drawn_ms


class _Ends:
    """Classifier and explainer of a model as a process, a publisher of events and a subscriber of answers."""

    def __init__(self, model: str) -> None:
        self.explained_ms: list[float] = []
        self.drawn_ms: list[float] = []
        command = [
            sys.executable,
            "-m",
            "mer_ros.nodes.executables",
            "recogniser",
            "--ros-args",
            "-r",
            "__ns:=/mer",
        ]
        self._process = subprocess.Popen(
            [*command, "-p", f"model:={model}", "-p", "device:=cpu"],
            env={**os.environ, "ROS_DOMAIN_ID": str(DOMAIN), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._context = Context()
        rclpy.init(context=self._context, domain_id=DOMAIN)
        self._node = Node("bench_explain", context=self._context)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self._node)
        self._arrived: dict[str, float] = {}
        answers = ((Emotion, "emotion"), (Explanation, "explanation"), (Image, "explanation/overlay"))
        for kind, topic in answers:
            self._node.create_subscription(kind, f"/mer/{topic}", self._note(topic), QOS[topic])
        self._events = self._node.create_publisher(ExpressionEvent, "/mer/events", QOS["events"])

    def __enter__(self) -> _Ends:
        both = 2  # nodes subscribe to events
        self._spin(lambda: self._events.get_subscription_count() == both, START_S, "its subscriptions")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._executor.shutdown()
        self._node.destroy_node()
        rclpy.shutdown(context=self._context)

    def send(self, event: Event, counted: bool) -> None:
        """Publish an event, and wait for its Emotion, explanation and overlay."""
        self._arrived.clear()
        self._events.publish(convert.to_event(event))
        self._spin(lambda: len(self._arrived) == 3, ANSWER_S, "an explanation")
        if counted:
            began = self._arrived["emotion"]
            self.explained_ms.append(1e3 * (self._arrived["explanation"] - began))
            self.drawn_ms.append(1e3 * (self._arrived["explanation/overlay"] - began))

    def _note(self, topic: str) -> Callable[[object], None]:
        def note(_message: object) -> None:
            self._arrived[topic] = time.perf_counter()

        return note

    def _spin(self, done: Callable[[], bool], limit_s: float, what: str) -> None:
        deadline = time.monotonic() + limit_s
        while not done():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise TimeoutError(f"The recogniser did not give {what} within {limit_s:g} s: see its log.")
            self._executor.spin_once(timeout_sec=0.02)
