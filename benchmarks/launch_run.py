"""One run of `mer up` as a process: its output with times, its process tree, signals, memory."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.command import MER

NODES = ("face_tracker", "classifier", "explainer")
_MARK = "MER_BENCH_LAUNCH"
_LIMIT_S = 120.0
_ACTIVE = re.compile(r"\.(\w+)\]: active$")


class Up:
    """`mer up` with arguments, in a ROS domain of its own.

    lines: (time, line) of its output, seconds of the steady clock. started_s: when it was started. It and all
    its processes end with the context.
    """

    def __init__(self, *arguments: str, domain: int) -> None:
        self._mark = f"{os.getpid()}-{time.monotonic_ns()}"
        self.lines: list[tuple[float, str]] = []
        self.started_s = time.monotonic()
        self.process = subprocess.Popen(
            [*MER, "up", "--local-only", *arguments],
            env={
                **os.environ,
                "ROS_DOMAIN_ID": str(domain),
                _MARK: self._mark,
                "RCUTILS_COLORIZED_OUTPUT": "0",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> Up:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.interrupt()
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append((time.monotonic(), line.rstrip("\n")))
        self.process.stdout.close()

    @property
    def text(self) -> str:
        """The output so far."""
        return "\n".join(line for _, line in self.lines)

    def pids(self) -> dict[int, str]:
        """Process id to command line of every process that this run has started and that still exists."""
        found = {}
        for path in Path("/proc").iterdir():
            if path.name.isdigit():
                with contextlib.suppress(OSError):
                    if f"{_MARK}={self._mark}".encode() in (path / "environ").read_bytes():
                        line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                        found[int(path.name)] = line
        return found

    def pid_of(self, executable: str) -> int:
        """Process id of a node's executable."""
        return next(pid for pid, line in self.pids().items() if f"executables {executable} " in line)

    def wait(self, condition: Callable[[], bool], what: str) -> float:
        """Steady time, seconds, at which the condition was found true."""
        deadline_s = time.monotonic() + _LIMIT_S
        while not condition():
            if time.monotonic() > deadline_s or self.process.poll() is not None:
                raise RuntimeError(f"no {what}:\n{self.text}")
            time.sleep(0.02)
        return time.monotonic()

    def active_s(self, nodes: Sequence[str], since_s: float = 0.0) -> float:
        """Steady time, s, at which the last of the nodes reported, later than ``since_s``, to be active."""
        found: dict[str, float] = {}

        def all_active() -> bool:
            for when_s, line in list(self.lines):
                match = _ACTIVE.search(line)
                if match and when_s > since_s:
                    found[match[1]] = when_s
            return set(nodes) <= set(found)

        self.wait(all_active, f"active {', '.join(nodes)}")
        return max(found[node] for node in nodes)

    def interrupt(self, number: int = signal.SIGINT) -> tuple[int, float]:
        """Send a signal; (exit code, seconds until the end)."""
        start_s = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(30)
        return code, time.monotonic() - start_s

    def memory_mb(self) -> dict[str, float]:
        """Proportional set size of each process, MB; by executable, and "mer" for `mer up` itself."""
        sizes: dict[str, float] = {}
        for pid, line in self.pids().items():
            match = re.search(r"executables (\w+) ", line)
            text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            kib = next(int(row.split()[1]) for row in text.splitlines() if row.startswith("Pss:"))
            sizes[match[1] if match else "mer"] = kib * 1024e-6
        return sizes


@contextlib.contextmanager
def busy_cores() -> Iterator[None]:
    """Keep all cores busy with other processes."""
    code = "while True: pass"
    others = [subprocess.Popen([sys.executable, "-S", "-c", code]) for _ in os.sched_getaffinity(0)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()
