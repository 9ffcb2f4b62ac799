"""Nodes over DDS, each in its own process, and parts of nodes in the test process."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mer_ros.errors import ConfigError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its parser imports what Python 3.11 deprecates
    import rosidl_generator_py  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 120.0  # a condition that is not met in this time is a failure, on a loaded machine too


os.environ["RCUTILS_COLORIZED_OUTPUT"] = "0"


def _wait_for(condition: Callable[[], Any], what: str, limit_s: float = LIMIT_S) -> Any:
    """The condition's value once it is true; fails with ``what`` if it stays false."""
    deadline = time.monotonic() + limit_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"timeout: {what}"
        time.sleep(0.01)
    return value


@pytest.fixture(scope="session")
def wait_for() -> Callable[..., Any]:
    """``wait_for(condition, what)``: the condition's value once it is true."""
    return _wait_for


class NodeProcess:
    """A node as ``python -m mer_ros.nodes.executables NAME``. lines: its output, stdout and stderr."""

    def __init__(
        self, executable: str, *ros_args: str, namespace: str = "/mer", env: dict[str, str] | None = None
    ):
        path = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
        command = [sys.executable, "-m", "mer_ros.nodes.executables", executable]
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [*command, "--ros-args", "-r", f"__ns:={namespace}", *ros_args],
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
        self.process.stdout.close()

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def wait_line(self, pattern: str, limit_s: float = LIMIT_S) -> str:
        """The first line that matches the pattern."""

        def found() -> str | None:
            return next((line for line in list(self.lines) if re.search(pattern, line)), None)

        deadline = time.monotonic() + limit_s
        while not (line := found()):
            assert self.alive or self._reader.is_alive(), f"ended before {pattern!r}:\n{self.text}"
            assert time.monotonic() < deadline, f"no line with {pattern!r}:\n{self.text}"
            time.sleep(0.01)
        return line

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal; returns the exit code."""
        if self.alive:
            self.process.send_signal(number)
        return self.wait()

    def wait(self, limit_s: float = LIMIT_S) -> int:
        """The exit code, once the process has ended and its output is complete."""
        try:
            return self.process.wait(limit_s)
        finally:
            self.process.kill()
            self.process.wait()
            self._reader.join()


@pytest.fixture(scope="session", autouse=True)
def ros() -> Iterator[None]:
    """rclpy of the test process itself."""
    import rclpy
    from rclpy.signals import SignalHandlerOptions

    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    yield
    rclpy.try_shutdown()


class Probe:
    """A node in the test process, spun in a thread: publishes, subscribes and calls services."""

    wait_for = staticmethod(_wait_for)

    def __init__(self, name: str) -> None:
        import rclpy
        from rclpy.executors import SingleThreadedExecutor

        self.node = rclpy.create_node(name)
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self.node)
        self._running = True
        self._thread = threading.Thread(target=self._spin)
        self._thread.start()

    def _spin(self) -> None:
        while self._running:
            self._executor.spin_once(timeout_sec=0.1)

    def close(self) -> None:
        self._running = False
        self._thread.join()
        self._executor.shutdown()
        self.node.destroy_node()

    def subscribe(self, kind: Any, topic: str, qos: Any = 10) -> list[Any]:
        """A list to which the messages of a topic are appended."""
        received: list[Any] = []
        self.node.create_subscription(kind, topic, received.append, qos)
        return received

    def publisher(self, kind: Any, topic: str, qos: Any = 10, subscribers: int = 1) -> Any:
        """A publisher that has discovered its subscribers."""
        publisher = self.node.create_publisher(kind, topic, qos)
        _wait_for(lambda: publisher.get_subscription_count() >= subscribers, f"a subscriber of {topic}")
        return publisher

    def client(self, kind: Any, service: str) -> Any:
        """A client of a node's service that the node has discovered."""
        client = self.node.create_client(kind, service)
        _wait_for(client.service_is_ready, f"service {service}")
        self.wait_until_discovered(service.rpartition("/")[0])
        return client

    def response(self, client: Any, request: Any) -> Any:
        """The response to a request of a ``client``."""
        future = client.call_async(request)
        _wait_for(future.done, f"a response of {client.srv_name}")
        return future.result()

    def call(self, kind: Any, service: str, request: Any) -> Any:
        """The response of a service of a node, from a client of its own."""
        client = self.client(kind, service)
        try:
            return self.response(client, request)
        finally:
            self.node.destroy_client(client)

    def wait_until_discovered(self, node: str) -> None:
        """Return once the node has discovered all clients of this probe: responses to others are lost.

        The endpoints of a participant are announced reliably and in order, so a node that responds to the
        newest client has discovered the earlier ones. The request is repeated every second.
        """
        from rcl_interfaces.srv import GetParameters

        client = self.node.create_client(GetParameters, f"{node}/get_parameters")
        start, sent = time.monotonic(), []

        def responded() -> bool:
            if client.service_is_ready() and len(sent) <= int(time.monotonic() - start):
                sent.append(client.call_async(GetParameters.Request()))
            return any(future.done() for future in sent)

        try:
            _wait_for(responded, f"a response of {node}/get_parameters")
        finally:
            self.node.destroy_client(client)

    def state(self, node: str) -> str:
        """Lifecycle state of a node."""
        from lifecycle_msgs.srv import GetState

        return str(self.call(GetState, f"{node}/get_state", GetState.Request()).current_state.label)

    def transition(self, node: str, label: str) -> bool:
        """Request a lifecycle transition; whether it succeeded."""
        from lifecycle_msgs.srv import ChangeState

        return bool(self.call(ChangeState, f"{node}/change_state", _transition_request(label)).success)

    def transitions(self, node: str) -> Callable[[str], bool]:
        """``transition(node, label)`` as a function of the label, with one client for all calls."""
        from lifecycle_msgs.srv import ChangeState

        client = self.client(ChangeState, f"{node}/change_state")
        return lambda label: bool(self.response(client, _transition_request(label)).success)

    def set_parameter(self, node: str, name: str, value: Any) -> Any:
        """Result of setting a parameter of a node."""
        from rcl_interfaces.srv import SetParameters
        from rclpy.parameter import Parameter

        request = SetParameters.Request(parameters=[Parameter(name, value=value).to_parameter_msg()])
        return self.call(SetParameters, f"{node}/set_parameters", request).results[0]

    def diagnostics(self) -> dict[str, Any]:
        """Name to latest status; updated with each message."""
        from diagnostic_msgs.msg import DiagnosticArray

        latest: dict[str, Any] = {}
        self.node.create_subscription(
            DiagnosticArray, "/diagnostics", lambda m: latest.update({s.name: s for s in m.status}), 10
        )
        return latest


def _transition_request(label: str) -> Any:
    from lifecycle_msgs.msg import Transition
    from lifecycle_msgs.srv import ChangeState

    ids = {
        "configure": Transition.TRANSITION_CONFIGURE,
        "cleanup": Transition.TRANSITION_CLEANUP,
        "activate": Transition.TRANSITION_ACTIVATE,
        "deactivate": Transition.TRANSITION_DEACTIVATE,
    }
    return ChangeState.Request(transition=Transition(id=ids[label]))


class _LazyProbe:
    """A ``Probe`` that is created on first use.

    A participant that joins a running graph discovers it in 0.1 s; an earlier one discovers newcomers with
    the next heartbeat, up to 3 s later.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._probe: Probe | None = None

    def __getattr__(self, name: str) -> Any:
        if self._probe is None:
            self._probe = Probe(self._name)
        return getattr(self._probe, name)

    def end(self) -> None:
        if self._probe is not None:
            self._probe.close()


@pytest.fixture
def probe(request: pytest.FixtureRequest) -> Iterator[Any]:
    lazy = _LazyProbe("probe_" + re.sub(r"\W", "_", request.node.name)[:60])
    yield lazy
    lazy.end()


@contextmanager
def _publisher_apart(kind: Any, topic: str, qos: Any) -> Iterator[Any]:
    import rclpy
    from rclpy.signals import SignalHandlerOptions

    context = rclpy.Context()
    rclpy.init(context=context, signal_handler_options=SignalHandlerOptions.NO)
    node = rclpy.create_node("publisher_apart", context=context)
    publisher = node.create_publisher(kind, topic, qos)
    try:
        _wait_for(lambda: publisher.get_subscription_count() >= 1, f"a subscriber of {topic}")
        yield publisher
    finally:
        node.destroy_node()
        rclpy.shutdown(context=context)


@pytest.fixture
def publisher_apart() -> Callable[..., AbstractContextManager[Any]]:
    """``with publisher_apart(kind, topic, qos) as publisher``: one with a DDS participant of its own.

    Fast DDS 2.14 (Fast DDS issue 5053) sometimes sends nothing to a process that replaces a killed one:
    the participant writes to the shared memory of the old one, until it ends. 4 of 205 kills in a trial.
    """
    return _publisher_apart


@pytest.fixture(scope="module")
def module_probe() -> Iterator[Any]:
    lazy = _LazyProbe("module_probe")
    yield lazy
    lazy.end()


def _start_nodes() -> Iterator[Callable[..., NodeProcess]]:
    started: list[NodeProcess] = []

    def start(executable: str, *ros_args: str, **options: Any) -> NodeProcess:
        started.append(NodeProcess(executable, *ros_args, **options))
        return started[-1]

    yield start
    for process in started:
        process.end(signal.SIGKILL)


@pytest.fixture
def start() -> Iterator[Callable[..., NodeProcess]]:
    """``start(executable, *ros_args, namespace=, env=)``: a node process that ends with the test."""
    yield from _start_nodes()


@pytest.fixture(scope="module")
def start_once() -> Iterator[Callable[..., NodeProcess]]:
    """``start`` for processes that the tests of a module share."""
    yield from _start_nodes()


@pytest.fixture
def make_node() -> Iterator[Callable[..., Any]]:
    """``make_node(name, **parameters)``: a node of the base class in the test process, not configured.

    It has the parameters of the node of this name, and its transitions do nothing.
    """
    from rclpy.parameter import Parameter

    from mer_ros.nodes.base import MerLifecycleNode

    nodes: list[MerLifecycleNode] = []

    def make(name: str, **parameters: Any) -> Any:
        node = type("IdleNode", (MerLifecycleNode,), {"NAME": name})()
        nodes.append(node)
        for key, value in parameters.items():
            [result] = node.set_parameters([Parameter(key, value=value)])
            assert result.successful, result.reason
        return node

    yield make
    for node in nodes:
        node.end()
        node.destroy_node()


@pytest.fixture(scope="session")
def ramp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video file of 60 frames of 64x48 at 100 Hz; frame i has the grey value 4 i."""
    path = tmp_path_factory.mktemp("clips") / "ramp.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 100.0, (64, 48))
    for i in range(60):
        writer.write(np.full((48, 64, 3), 4 * i, np.uint8))
    writer.release()
    return path


class LiveCamera:
    """A live source of ``n_frames`` black images, after which it ends as an unplugged camera does.

    opened: number of attempts to open it; the attempts in ``missing`` (from 1) fail. period_s: between two
    images, seconds.
    """

    fps, live, warnings, format = 30.0, True, (), ""

    def __init__(
        self,
        n_frames: int = 5,
        size_wh: tuple[int, int] = (64, 48),
        period_s: float = 0.0,
        missing: tuple[int, ...] = (),
    ) -> None:
        self._n_frames, self._period_s, self._missing = n_frames, period_s, missing
        self._image = np.zeros((size_wh[1], size_wh[0], 3), np.uint8)
        self.opened = 0

    def open(self, spec: str, options: object) -> LiveCamera:
        """In place of ``open_source``."""
        self.opened += 1
        if self.opened in self._missing:
            raise ConfigError("there is no camera at '/dev/video0'.")
        return self

    def timed_frames(self) -> Iterator[tuple[int, np.ndarray]]:
        for i in range(self._n_frames):
            time.sleep(self._period_s)
            yield i, self._image

    def close(self) -> None:
        pass


@pytest.fixture(scope="session")
def live_camera() -> type[LiveCamera]:
    """The class ``LiveCamera``."""
    return LiveCamera
