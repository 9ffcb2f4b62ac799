"""Shows numbered steps on the terminal, and writes the output of tools to a log file."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from setup_parts.failure import SetupError

TAIL_LINES = 20
_PIP_DOING = re.compile(r"^\s*(Downloading|Collecting|Building wheel for|Installing collected)\s+(\S+)")
_COLCON_DOING = re.compile(r"^(Starting|Finished) (?:>>>|<<<) (\S+)")


def doing(line: str) -> str | None:
    """The current action according to a line of pip or colcon, in two words; None for other lines."""
    match = _PIP_DOING.match(line)
    if match:
        verb, what = match.groups()
        if verb == "Installing collected":
            return "unpacking"
        return f"{verb.split()[0].lower()} {what.rsplit('/', 1)[-1]}"
    match = _COLCON_DOING.match(line)
    return f"{match.group(1).lower()} {match.group(2)}" if match else None


class Steps:
    """Counts and times the steps: a line that is updated on a terminal, else one line per step."""

    def __init__(
        self,
        total: int,
        log_path: Path,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total, self.log_path, self.clock = total, log_path, clock
        self.stream = stream or sys.stdout
        self.live = self.stream.isatty()
        self.number = 0
        self.title = ""
        self.started_s = 0.0

    def begin(self, title: str) -> None:
        """Start the next step."""
        self.number += 1
        self.title, self.started_s = title, self.clock()
        self._show(f"[{self.number}/{self.total}] {title} ...", end="" if self.live else " ")

    def update(self, what: str) -> None:
        """Show the current action on a terminal."""
        if self.live:
            text = (
                f"[{self.number}/{self.total}] {self.title} ... {self.clock() - self.started_s:.0f} s, {what}"
            )
            self._show(f"\r\x1b[K{text[:100]}", end="")

    def end(self, note: str = "done") -> None:
        """Finish the step and show its duration."""
        spent = f"{note} ({self.clock() - self.started_s:.1f} s)"
        start = f"\r\x1b[K[{self.number}/{self.total}] {self.title} ... " if self.live else ""
        self._show(f"{start}{spent}", end="\n")

    def run(self, command: list[str], env: dict[str, str], cwd: Path) -> None:
        """Run a tool with its output in the log file; SetupError with the last lines if it fails."""
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        tail: deque[str] = deque(maxlen=TAIL_LINES)
        with self.log_path.open("a", encoding="utf-8") as log:
            log.write(f"\n$ {' '.join(command)}\n")
            with subprocess.Popen(
                command, env=env, cwd=cwd, text=True, errors="replace", stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            ) as process:  # fmt: skip
                for line in process.stdout or ():
                    log.write(line)
                    tail.append(line.rstrip())
                    what = doing(line)
                    if what:
                        self.update(what)
        if process.returncode:
            self._show(f"failed ({self.clock() - self.started_s:.1f} s)", end="\n")
            last = "\n".join(f"    {line}" for line in tail)
            raise SetupError(
                f"{self.title} failed (exit code {process.returncode}); the complete output is in "
                f"{self.log_path}. The last lines:\n{last}"
            )

    def _show(self, text: str, end: str) -> None:
        self.stream.write(text + end)
        self.stream.flush()
