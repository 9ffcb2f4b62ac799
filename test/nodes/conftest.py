"""Real nodes over real DDS: each in a process of its own, on a ROS domain that nobody else uses."""

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
from pathlib import Path
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its parser imports what Python 3.11 deprecates
    import rosidl_generator_py  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 30.0  # a condition that does not come true in this time is a failure, on a loaded machine too


os.environ["RCUTILS_COLORIZED_OUTPUT"] = "0"


def _wait_for(condition: Callable[[], Any], what: str, limit_s: float = LIMIT_S) -> Any:
    """The condition's value once it is true; a failure that says what never came."""
    deadline = time.monotonic() + limit_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.01)
    return value


@pytest.fixture(scope="session")
def wait_for() -> Callable[..., Any]:
    """``wait_for(condition, what)``: its value once it is true."""
    return _wait_for


class NodeProcess:
    """A node as ``python -m mer_ros.nodes.executables NAME``, with its lines and its end."""

    def __init__(
        self, executable: str, *ros_args: str, namespace: str = "/mer", env: dict[str, str] | None = None
    ):
        path = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "mer_ros.nodes.executables",
                executable,
                "--ros-args",
                "-r",
                f"__ns:={namespace}",
                *ros_args,
            ],
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
        """The first line that holds the pattern."""

        def found() -> str | None:
            return next((line for line in list(self.lines) if re.search(pattern, line)), None)

        deadline = time.monotonic() + limit_s
        while not (line := found()):
            assert self.alive or self._reader.is_alive(), f"ended before {pattern!r}:\n{self.text}"
            assert time.monotonic() < deadline, f"no line with {pattern!r}:\n{self.text}"
            time.sleep(0.01)
        return line

    def end(self, number: int = signal.SIGINT) -> int:
        """Signal it; its exit code."""
        if self.alive:
            self.process.send_signal(number)
        return self.wait()

    def wait(self, limit_s: float = LIMIT_S) -> int:
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
    """A node in the test process, spun in a thread: publishes, listens and calls."""

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

    def listen(self, kind: Any, topic: str, qos: Any = 10) -> list[Any]:
        """A list that fills with the messages of a topic."""
        heard: list[Any] = []
        self.node.create_subscription(kind, topic, heard.append, qos)
        return heard

    def publisher(self, kind: Any, topic: str, qos: Any = 10, listeners: int = 1) -> Any:
        """A publisher that has found its listeners."""
        publisher = self.node.create_publisher(kind, topic, qos)
        _wait_for(lambda: publisher.get_subscription_count() >= listeners, f"a listener on {topic}")
        return publisher

    def call(self, kind: Any, service: str, request: Any) -> Any:
        """The response of a service of a node."""
        client = self.node.create_client(kind, service)
        try:
            _wait_for(client.service_is_ready, f"service {service}")
            self._meet(service.rpartition("/")[0])
            future = client.call_async(request)
            _wait_for(future.done, f"an answer of {service}")
            return future.result()
        finally:
            self.node.destroy_client(client)

    def _meet(self, node: str) -> None:
        """Return once the node has found all clients of this probe: an answer to another is lost.

        Endpoints of a participant are announced reliably and in order: whoever answers the newest client has
        heard of those before; this one asks once a second until it is answered.
        """
        from rcl_interfaces.srv import GetParameters

        client = self.node.create_client(GetParameters, f"{node}/get_parameters")
        began, asked = time.monotonic(), []

        def answered() -> bool:
            seconds = int(time.monotonic() - began)
            if client.service_is_ready() and len(asked) <= seconds:
                asked.append(client.call_async(GetParameters.Request()))
            return any(future.done() for future in asked)

        try:
            _wait_for(answered, f"an answer of {node}/get_parameters")
        finally:
            self.node.destroy_client(client)

    def state(self, node: str) -> str:
        """Lifecycle state of a node."""
        from lifecycle_msgs.srv import GetState

        return str(self.call(GetState, f"{node}/get_state", GetState.Request()).current_state.label)

    def transition(self, node: str, label: str) -> bool:
        """Ask for a lifecycle transition."""
        from lifecycle_msgs.msg import Transition
        from lifecycle_msgs.srv import ChangeState

        ids = {
            "configure": Transition.TRANSITION_CONFIGURE,
            "cleanup": Transition.TRANSITION_CLEANUP,
            "activate": Transition.TRANSITION_ACTIVATE,
            "deactivate": Transition.TRANSITION_DEACTIVATE,
        }
        request = ChangeState.Request(transition=Transition(id=ids[label]))
        return bool(self.call(ChangeState, f"{node}/change_state", request).success)

    def set_parameter(self, node: str, name: str, value: Any) -> Any:
        """Result of setting a parameter from outside."""
        from rcl_interfaces.srv import SetParameters
        from rclpy.parameter import Parameter

        request = SetParameters.Request(parameters=[Parameter(name, value=value).to_parameter_msg()])
        return self.call(SetParameters, f"{node}/set_parameters", request).results[0]

    def diagnostics(self) -> dict[str, Any]:
        """Name to the latest status, kept up to date."""
        from diagnostic_msgs.msg import DiagnosticArray

        latest: dict[str, Any] = {}
        self.node.create_subscription(
            DiagnosticArray, "/diagnostics", lambda m: latest.update({s.name: s for s in m.status}), 10
        )
        return latest


class _Late:
    """A Probe that is made when first used: who joins a running graph finds it in 0.1 s, who was there before
    hears of newcomers only with the next heartbeat, up to 3 s later."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._made: Probe | None = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = Probe(self._name)
        return getattr(self._made, name)

    def end(self) -> None:
        if self._made is not None:
            self._made.close()


@pytest.fixture
def probe(request: pytest.FixtureRequest) -> Iterator[Any]:
    late = _Late("probe_" + re.sub(r"\W", "_", request.node.name)[:60])
    yield late
    late.end()


@pytest.fixture(scope="module")
def module_probe() -> Iterator[Any]:
    late = _Late("module_probe")
    yield late
    late.end()


@pytest.fixture
def start() -> Iterator[Callable[..., NodeProcess]]:
    """Start nodes that end with the test."""
    started: list[NodeProcess] = []

    def make(executable: str, *ros_args: str, **options: Any) -> NodeProcess:
        started.append(NodeProcess(executable, *ros_args, **options))
        return started[-1]

    yield make
    for process in started:
        process.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def start_once() -> Iterator[Callable[..., NodeProcess]]:
    """Start nodes that the tests of a module share."""
    started: list[NodeProcess] = []

    def make(executable: str, *ros_args: str, **options: Any) -> NodeProcess:
        started.append(NodeProcess(executable, *ros_args, **options))
        return started[-1]

    yield make
    for process in started:
        process.end(signal.SIGKILL)
