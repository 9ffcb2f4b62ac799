"""The supervisor with small Python children: output, restarts, and the end of all processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mer_ros.errors import ConfigError, GraphError
from mer_ros.graph.description import NodeSpec, node_specs
from mer_ros.graph.options import DEMO
from mer_ros.graph.processes import ProcessCommand, Supervisor, command_of

ROOT = Path(__file__).resolve().parents[2]
SLEEP = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = (
    "import signal, time\nfor s in (signal.SIGINT, signal.SIGTERM): signal.signal(s, signal.SIG_IGN)\n"
    "print('up', flush=True)\ntime.sleep(60)"
)


def python(name: str, code: str, respawn: bool = False, **env: str) -> ProcessCommand:
    return ProcessCommand(name, (sys.executable, "-c", code), env, respawn)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait(
    condition: Callable[[], object], poll: Callable[[], object] = lambda: None, limit_s: float = 60.0
) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "timeout"
        poll()
        time.sleep(0.01)


class Lines(list[tuple[str, str]]):
    def take(self, name: str, line: str) -> None:
        self.append((name, line))

    def has(self, name: str, part: str) -> bool:
        return any(n == name and part in line for n, line in self)


def test_lines_are_labelled_by_child_and_each_child_has_its_environment() -> None:
    lines = Lines()
    code = "import os, sys; print(os.environ['WHO']); print('on stderr', file=sys.stderr)"
    with Supervisor([python("a", code, WHO="me"), python("b", code, WHO="you")], lines.take) as supervisor:
        wait(lambda: not supervisor.poll())
    assert {("a", "me"), ("b", "you"), ("a", "on stderr"), ("b", "on stderr")} <= set(lines)
    assert supervisor.exit_codes() == {"a": 0, "b": 0}


def test_the_last_line_of_a_child_is_known_after_its_end() -> None:
    commands = [python("a", "print('first'); print('last'); print()"), python("silent", "pass")]
    with Supervisor(commands, lambda *_: None) as supervisor:
        wait(lambda: not supervisor.poll())
    assert supervisor.last_lines() == {"a": "last", "silent": ""}


def test_fault_64_a_killed_child_is_started_again() -> None:
    lines = Lines()
    with Supervisor([python("a", SLEEP, respawn=True)], lines.take) as supervisor:
        wait(lambda: lines.has("a", "up"))
        first = supervisor.pids()["a"]
        os.kill(first, signal.SIGKILL)
        wait(lambda: supervisor.pids().get("a", first) != first, supervisor.poll)
        assert lines.has("a", "restarting in")
        second = supervisor.pids()["a"]
    assert not alive(first) and not alive(second)


def test_fault_64_restarts_of_a_child_are_limited_and_the_others_keep_running() -> None:
    lines = Lines()
    commands = [python("broken", "raise SystemExit(3)", respawn=True), python("good", SLEEP, respawn=True)]
    with Supervisor(commands, lines.take) as supervisor:
        wait(lambda: lines.has("broken", "no more restarts"), supervisor.poll)
        assert supervisor.exit_codes() == {"broken": 3, "good": None}
        assert supervisor.poll()


@pytest.mark.parametrize("code", [0, 2], ids=["clean_end", "usage_error"])
def test_a_child_that_a_restart_cannot_help_is_not_restarted(code: int) -> None:
    lines = Lines()
    with Supervisor([python("a", f"raise SystemExit({code})", respawn=True)], lines.take) as supervisor:
        wait(lambda: not supervisor.poll())
    assert supervisor.exit_codes() == {"a": code} and not lines.has("a", "restarting in")
    assert lines.has("a", "has ended"), "a node that is gone is never gone in silence"


def test_stop_sends_sigint_first_and_the_child_ends_cleanly() -> None:
    code = (
        "import signal, sys, time\nsignal.signal(signal.SIGINT, lambda *_: sys.exit(0))\n"
        "print('up', flush=True)\ntime.sleep(60)"
    )
    lines = Lines()
    with Supervisor([python("a", code)], lines.take) as supervisor:
        wait(lambda: lines.has("a", "up"))
    assert supervisor.exit_codes() == {"a": 0}


def test_stop_kills_and_reaps_a_child_that_ignores_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = tuple((number, 0.3) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL))
    monkeypatch.setattr("mer_ros.graph.processes._ESCALATION", fast)
    lines = Lines()
    with Supervisor([python("a", STUBBORN)], lines.take) as supervisor:
        wait(lambda: lines.has("a", "up"))
        pid = supervisor.pids()["a"]
    assert supervisor.exit_codes() == {"a": -signal.SIGKILL}
    assert not Path(f"/proc/{pid}").exists(), "a zombie was left"


def test_grandchildren_are_ended_too() -> None:
    code = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('pid', p.pid, flush=True)\ntime.sleep(60)"
    )
    lines = Lines()
    with Supervisor([python("a", code)], lines.take):
        wait(lambda: lines.has("a", "pid"))
        grandchild = int(lines[-1][1].split()[1])
    wait(lambda: not alive(grandchild))


def test_children_end_when_the_parent_is_killed() -> None:
    code = (
        "import sys, time\nfrom mer_ros.graph.processes import ProcessCommand, Supervisor\n"
        f"c = ProcessCommand('a', (sys.executable, '-c', {SLEEP!r}))\n"
        "with Supervisor([c], lambda *_: None) as s:\n"
        "    print(s.pids()['a'], flush=True)\n    time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait(lambda: not alive(child))


def test_if_a_command_cannot_start_its_siblings_are_ended() -> None:
    supervisor = Supervisor([python("a", SLEEP), ProcessCommand("b", ("/no/such/program",))], lambda *_: None)
    with pytest.raises(GraphError, match="does not exist"), supervisor:
        pass
    assert supervisor.pids() == {}


def test_fault_65_values_are_quoted_as_yaml_and_pass_no_shell() -> None:
    spec = NodeSpec(
        "mer_ros",
        "camera",
        "camera",
        "mer",
        parameters={"source": "file:$(rm -rf x); true", "on": True, "n": "1"},
    )
    argv = command_of(spec).argv
    assert argv[:4] == (sys.executable, "-m", "mer_ros.nodes.executables", "camera")
    assert 'source:="file:$(rm -rf x); true"' in argv
    assert "on:=true" in argv and 'n:="1"' in argv


HANDLES = """
import signal, sys, time
time.sleep(1)  # as if the interpreter took long to start
signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
time.sleep(100)
"""


@pytest.mark.parametrize(
    ("unblocks", "codes"),
    [(True, {0}), (False, {-signal.SIGINT, -signal.SIGTERM, 1})],  # 1 while the interpreter starts
)
def test_fault_93_a_signal_before_a_program_handles_it_ends_it_as_a_later_one(
    unblocks: bool, codes: set[int]
) -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    command = ProcessCommand("a", (sys.executable, "-c", HANDLES), unblocks_signals=unblocks)
    with Supervisor([command], lambda name, line: None) as supervisor:
        start = time.monotonic()
    assert supervisor.exit_codes()["a"] in codes and time.monotonic() - start < 8.0
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before


def test_the_demo_graph_becomes_commands() -> None:
    commands = {spec.name: command_of(spec) for spec in node_specs(DEMO, {})}
    assert list(commands) == ["camera", "face_tracker", "recogniser"]
    assert "__node:=camera" in commands["camera"].argv
    assert not any("__node" in word for word in commands["recogniser"].argv), "it would rename both nodes"
    assert "image:=demo/image_raw" in commands["camera"].argv
    assert "__ns:=/mer" in commands["recogniser"].argv


@pytest.mark.parametrize(
    ("code", "plays_to_end", "words"),
    [
        (0, True, "has ended after its last frame; the other processes continue."),
        (0, False, "has ended; the other processes continue."),
        (3, True, "has ended with exit code 3; the other processes continue."),
    ],
)
def test_the_end_of_a_child_says_whether_its_recording_was_finished(
    code: int, plays_to_end: bool, words: str
) -> None:
    lines = Lines()
    child = replace(python("camera", f"raise SystemExit({code})"), plays_to_end=plays_to_end)
    with Supervisor([child], lines.take) as supervisor:
        wait(lambda: lines.has("camera", "has ended"), supervisor.poll)
    assert lines == [("camera", words)]


def test_the_camera_of_a_demo_plays_to_the_end() -> None:
    specs = node_specs(DEMO, {})
    assert not any(command_of(spec).plays_to_end for spec in specs)
    camera = replace(specs[0], parameters={**specs[0].parameters, "exit_at_end": True})
    assert camera.name == "camera" and command_of(camera).plays_to_end


def test_a_missing_program_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match="not installed"):
        command_of(NodeSpec("no_such_pkg", "no_such_program", "x"))
