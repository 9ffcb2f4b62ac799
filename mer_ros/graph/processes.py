"""Starts processes, forwards their output, restarts those that fail, and ends all of them.

``mer up`` and ``mer demo`` use it, because the ``launch`` package may not be installed. Each child leads its
own process group, so that a signal reaches its children too. The kernel sends a child SIGTERM when this
process dies, for whatever cause.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mer_ros.errors import GraphError
from mer_ros.graph import preflight, topic_names
from mer_ros.graph.description import NodeSpec

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""The signals that end a process with exit code 0."""

USAGE_ERROR = 2
"""Exit code for an invalid command line: a restart would not help."""

_MAX_STARTS, _RESTART_WINDOW_S = 5, 60.0
_BACKOFF_S, _BACKOFF_MAX_S = 0.2, 5.0
_ESCALATION = ((signal.SIGINT, 5.0), (signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0))

_WITH_PARENT_DEATH_SIGNAL = """
import os, signal, sys
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, int(signal.SIGTERM))  # PR_SET_PDEATHSIG, kept across exec
    if os.getppid() != int(sys.argv[1]):
        sys.exit(1)
os.execvp(sys.argv[2], sys.argv[2:])
"""
"""Program that a child runs first: it requests SIGTERM at the death of its parent, then runs the command."""


@dataclass(frozen=True)
class ProcessCommand:
    """A process to run.

    name: for messages. env: variables to add. respawn: restart it if it fails. unblocks_signals: whether the
    program unblocks SIGINT and SIGTERM once it handles them. They are then blocked from the start, so that a
    signal during the start of the interpreter ends the program as a later one does. plays_to_end: whether it
    plays a recording and ends after the last frame.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    respawn: bool = False
    unblocks_signals: bool = False
    plays_to_end: bool = False


def command_of(spec: NodeSpec) -> ProcessCommand:
    """The command line of a node; ConfigError if its program is not installed.

    Values are quoted as YAML, and no shell is involved, so that text is passed on unchanged.
    """
    if spec.package == "mer_ros":
        argv = [sys.executable, "-m", "mer_ros.nodes.executables", spec.executable]
    else:
        argv = [preflight.program_of(spec)]
    argv += [*spec.arguments, "--ros-args"]
    if spec.package == "mer_ros" and not spec.nodes:
        argv += ["-r", f"__node:={spec.name}"]
    if namespace := topic_names.absolute(spec.namespace):
        argv += ["-r", f"__ns:={namespace}"]
    for source, target in spec.remappings:
        argv += ["-r", f"{source}:={target}"]
    for path in spec.params_files:
        argv += ["--params-file", path]
    for name, value in spec.parameters.items():
        argv += ["-p", f"{name}:={json.dumps(value)}"]
    own = spec.package == "mer_ros"
    return ProcessCommand(
        spec.title or spec.name,
        tuple(argv),
        dict(spec.env),
        spec.respawn,
        unblocks_signals=own,
        plays_to_end=spec.parameters.get("exit_at_end") is True,
    )


@contextlib.contextmanager
def _blocked(signals: Collection[signal.Signals]) -> Iterator[None]:
    """Block signals in this thread; a process started meanwhile inherits it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Child:
    """A command with its current process. last_line: the last non-empty line that the process wrote."""

    def __init__(self, command: ProcessCommand, on_line: Callable[[str, str], None]) -> None:
        self.command = command
        self._on_line = on_line
        self.process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self.starts: deque[float] = deque(maxlen=_MAX_STARTS)
        self.backoff_s = _BACKOFF_S
        self.due_s: float | None = None
        self.exit_code: int | None = None
        self.last_line = ""

    def start(self) -> None:
        self.due_s = self.exit_code = None
        self.starts.append(time.monotonic())
        if shutil.which(self.command.argv[0]) is None:
            raise GraphError(
                f"{self.command.name} cannot start: the program {self.command.argv[0]} does not exist."
            )
        with _blocked(ENDING_SIGNALS if self.command.unblocks_signals else ()):
            self.process = self._spawn()
        self._reader = threading.Thread(target=self._forward, args=(self.process,), daemon=True)
        self._reader.start()

    def _spawn(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            (
                sys.executable,
                "-I",
                "-S",
                "-c",
                _WITH_PARENT_DEATH_SIGNAL,
                str(os.getpid()),
                *self.command.argv,
            ),
            env={**os.environ, **self.command.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            bufsize=1,
            start_new_session=True,
        )

    def _forward(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            text = line.rstrip("\n")
            self.last_line = text or self.last_line
            self._on_line(self.command.name, text)
        process.stdout.close()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """Send a signal to the process group, even if its leader has ended."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except (ProcessLookupError, PermissionError):
                return

    def reap(self) -> None:
        """Wait for the process, kill the rest of its group, and forward its last lines."""
        if self.process is not None:
            self.process.wait()
            self.signal(signal.SIGKILL)
        if self._reader is not None:
            self._reader.join(timeout=2.0)


class Supervisor:
    """Runs commands until ``stop``. Use it in one thread: the kernel ties the death signal to that thread.

    on_line: called with (name, line) for each line that a child writes, in reader threads, and when a child
    ends. A child with ``respawn`` that fails is restarted after an increasing delay, at most five times a
    minute.
    """

    def __init__(self, commands: Sequence[ProcessCommand], on_line: Callable[[str, str], None]) -> None:
        self.on_line = on_line
        self._children = [_Child(command, on_line) for command in commands]

    def __enter__(self) -> Supervisor:
        try:
            for child in self._children:
                child.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def poll(self) -> bool:
        """Restart failed children whose delay is over; False if no child runs or will be restarted."""
        now = time.monotonic()
        alive = False
        for child in self._children:
            if child.running:
                alive = True
                if child.starts and now - child.starts[-1] > _RESTART_WINDOW_S:
                    child.backoff_s = _BACKOFF_S
            elif child.due_s is not None:
                alive = True
                if now >= child.due_s:
                    child.start()
            elif child.exit_code is None and child.process is not None:
                alive = self._ended(child, now) or alive
        return alive

    def exit_codes(self) -> dict[str, int | None]:
        """Name to exit code; None while the child runs or is to be restarted."""
        return {child.command.name: child.exit_code for child in self._children}

    def last_lines(self) -> dict[str, str]:
        """Name to the last non-empty line that the child wrote; empty if it wrote none."""
        return {child.command.name: child.last_line for child in self._children}

    def pids(self) -> dict[str, int]:
        """Name to process id of each running child."""
        return {c.command.name: c.process.pid for c in self._children if c.process is not None and c.running}

    def stop(self) -> None:
        """Send SIGINT, then SIGTERM, then SIGKILL, with pauses in between; return when all are reaped."""
        for child in self._children:
            child.due_s = None
        for number, timeout_s in _ESCALATION:
            for child in self._children:
                if child.running:
                    child.signal(number)
            deadline = time.monotonic() + timeout_s
            while time.monotonic() < deadline and any(child.running for child in self._children):
                time.sleep(0.02)
        for child in self._children:
            child.reap()
            if child.process is not None and child.exit_code is None:
                child.exit_code = child.process.returncode

    def _ended(self, child: _Child, now: float) -> bool:
        """Handle the end of a child; True if it will be restarted."""
        assert child.process is not None
        code = child.process.returncode
        child.reap()
        name = child.command.name
        if not child.command.respawn or code in (0, USAGE_ERROR):
            child.exit_code = code
            how = " after its last frame" if child.command.plays_to_end else ""
            how = f" with exit code {code}" if code else how
            self.on_line(name, f"has ended{how}; the other processes continue.")
            return False
        full = len(child.starts) == _MAX_STARTS
        if full and now - child.starts[0] < _RESTART_WINDOW_S:
            child.exit_code = code
            self.on_line(
                name,
                f"has failed {_MAX_STARTS} times in a minute, last with exit code {code}: no more restarts.",
            )
            return False
        self.on_line(name, f"has failed with exit code {code}: restarting in {child.backoff_s:.1f} s.")
        child.due_s = now + child.backoff_s
        child.backoff_s = min(2 * child.backoff_s, _BACKOFF_MAX_S)
        return True
