"""One real-time run: camera, whole graph and listeners as processes, and what each of them used and got."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.realtime_ends import ENDED, RESULT, STARTED
from mer_ros import graph
from mer_ros.graph import PROFILE_VARIABLES, GraphOptions
from mer_ros.processes import Command, Supervisor, command_of

TOPIC = "/bench/image"
_START_LIMIT_S = 90.0
_LATE_S = 3.0  # what is still under way when the last frame was sent
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Setting:
    """What is run. frames: (N, H, W, 3) uint8 BGR in a .npy file. encoding: bgr8, mono8 or jpeg.

    camera_profile, tracker_profile: whether that end loads config/fastdds.xml. bare: a bare typed subscriber
    runs beside the graph. parameters: of the tracker.
    """

    frames: Path
    rate_hz: float = 200.0
    count: int = 12_000
    encoding: str = "bgr8"
    reliability: str = "best_effort"
    camera_profile: bool = True
    tracker_profile: bool = True
    bare: bool = True
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Usage:
    """What a process had used at one moment: CPU seconds, by thread too, and resident megabytes."""

    cpu_s: float
    resident_mb: float
    threads_s: Mapping[str, float]


@dataclass(frozen=True)
class Run:
    """What came of a setting.

    sent, rate_hz: by the camera, counted frames only. seen: of them, how many the tracker answered with a
    FaceArray. taken: how many the bare subscriber took, None without one. ages_ms: (seen,) from the moment
    the camera stamped and published a frame to the moment the tracker published its FaceArray, system clock.
    cpu_ms: name of a process to its CPU time per counted frame. threads_ms: the same of the tracker's
    threads. resident_mb: of the tracker, (T, 2) seconds since the count began and megabytes. faces: in
    every 50th FaceArray. status: the tracker's last diagnostics.
    """

    sent: int
    rate_hz: float
    seen: int
    taken: int | None
    ages_ms: NDArray[np.float64]
    cpu_ms: Mapping[str, float]
    threads_ms: Mapping[str, float]
    resident_mb: NDArray[np.float64]
    faces: tuple[int, ...]
    status: Mapping[str, Any]
    slipped_s: float


def usage(pid: int) -> Usage:
    """Of a process and its threads, from /proc."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    threads: dict[str, float] = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
            spent_s = int((task / "schedstat").read_text().split()[0]) * 1e-9
        except OSError:  # a thread that has just ended
            continue
        threads[name] = threads.get(name, 0.0) + spent_s
    return Usage(
        (int(stat[11]) + int(stat[12])) * _TICK_S, pages * os.sysconf("SC_PAGESIZE") / 2**20, threads
    )


def run(setting: Setting) -> Run:
    """Start everything, wait for the camera's end, and read what each process says."""
    results: dict[str, Any] = {}
    moments: dict[str, float] = {}
    lines: list[str] = []

    def on_line(name: str, line: str) -> None:
        if line.startswith(RESULT):
            results[name] = json.loads(line.removeprefix(RESULT))
        elif line in (STARTED, ENDED):
            moments[line] = time.monotonic()
        else:
            lines.append(f"{name}: {line}")

    listeners, camera_command = _commands(setting)
    used: dict[str, dict[str, Usage]] = {}
    resident: list[tuple[float, float]] = []
    with Supervisor(listeners, on_line) as graph_run:
        _until(lambda: sum("active" in line for line in lines) >= 3, graph_run, lines)
        with Supervisor([camera_command], on_line) as camera_run:
            _until(lambda: STARTED in moments, camera_run, lines)
            pids = {**graph_run.pids(), **camera_run.pids()}
            used["before"] = {name: usage(pid) for name, pid in pids.items()}
            while ENDED not in moments:
                if not camera_run.poll():
                    break
                graph_run.poll()
                since_s = time.monotonic() - moments[STARTED]
                if not resident or since_s - resident[-1][0] >= 1.0:
                    resident.append((since_s, usage(pids["face_tracker"]).resident_mb))
                time.sleep(0.02)
            used["after"] = {name: usage(pid) for name, pid in pids.items()}
            while camera_run.poll():
                time.sleep(0.05)
        time.sleep(_LATE_S)
    return _told(setting, results, used, np.array(resident))


def _until(condition: Any, supervisor: Supervisor, lines: list[str]) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while not condition():
        if not supervisor.poll() or time.monotonic() > deadline:
            raise RuntimeError("the measurement did not start:\n" + "\n".join(lines[-40:]))
        time.sleep(0.02)


def _told(
    setting: Setting,
    results: Mapping[str, Any],
    used: Mapping[str, Mapping[str, Usage]],
    resident: NDArray[np.float64],
) -> Run:
    sent, watched = results["bench_camera"], results["watch"]
    heard = np.array(watched["heard_ns"], np.int64).reshape(-1, 2)
    counted = heard[(heard[:, 0] >= sent["first_ns"]) & (heard[:, 0] <= sent["last_ns"])]
    taken = None
    if setting.bare:
        stamps = np.array(results["bare"]["stamps_ns"], np.int64)
        taken = len(np.unique(stamps[(stamps >= sent["first_ns"]) & (stamps <= sent["last_ns"])]))
    before, after = used["before"], used["after"]
    threads = {
        name: 1000 * (spent - before["face_tracker"].threads_s.get(name, 0.0)) / sent["sent"]
        for name, spent in after["face_tracker"].threads_s.items()
    }
    return Run(
        sent=sent["sent"],
        rate_hz=sent["rate_hz"],
        seen=len(np.unique(counted[:, 0])),
        taken=taken,
        ages_ms=(counted[:, 1] - counted[:, 0]) * 1e-6,
        cpu_ms={n: 1000 * (after[n].cpu_s - before[n].cpu_s) / sent["sent"] for n in after},
        threads_ms=dict(sorted(threads.items(), key=lambda item: -item[1])),
        resident_mb=resident,
        faces=tuple(watched["faces"]),
        status=watched["status"],
        slipped_s=sent["slipped_s"],
    )


def _commands(setting: Setting) -> tuple[list[Command], Command]:
    """The graph with its listeners, and the camera."""
    environ = {
        "ROS_DOMAIN_ID": str(_free_domain()),
        "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST",
        "PYTHONUNBUFFERED": "1",
    }
    profile = next(iter(graph.nodes(GraphOptions(), {})[0].env.values()))
    none = dict.fromkeys(PROFILE_VARIABLES, "")
    loads = dict.fromkeys(PROFILE_VARIABLES, profile)
    options = GraphOptions(image=TOPIC, compressed=setting.encoding == "jpeg", local_only=True)
    commands = []
    for spec in graph.nodes(options, {}):
        if spec.name == "face_tracker":
            given = {**spec.parameters, **setting.parameters, "reliability": setting.reliability}
            env = {**spec.env, **(loads if setting.tracker_profile else none)}
            spec = replace(spec, parameters=given, env=env)
        command = command_of(spec)
        commands.append(replace(command, env={**none, **command.env, **environ}))
    topic = f"{TOPIC}/compressed" if setting.encoding == "jpeg" else TOPIC
    profile_of_tracker = loads if setting.tracker_profile else none
    counted = ("--count", str(setting.count), "--warm-up", str(round(3 * setting.rate_hz)))
    if setting.bare:
        commands.append(_end("bare", "take", {**environ, **profile_of_tracker}, "--topic", topic, *counted,
                             "--reliability", setting.reliability))  # fmt: skip
    commands.append(_end("watch", "watch", {**none, **environ}, "--topic", "/mer/faces"))
    camera_command = _end(
        "bench_camera",
        "publish",
        {**environ, **(loads if setting.camera_profile else none)},
        *("--topic", topic, "--frames", str(setting.frames), "--encoding", setting.encoding),
        *("--reliability", setting.reliability, "--rate", str(setting.rate_hz)),
        *counted,
        *("--listeners", str(1 + setting.bare)),
    )
    return commands, camera_command


def _end(name: str, what: str, env: Mapping[str, str], *arguments: str) -> Command:
    return Command(name, (sys.executable, "-m", "benchmarks.realtime_ends", what, *arguments), env)


def _free_domain() -> int:
    """A ROS domain whose first discovery ports are unused (DDS: 7400 + 250 * domain + ...)."""
    for i in range(100):
        domain = 1 + (os.getpid() + 37 * i) % 100
        sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(9)]
        try:
            for port, s in zip([0, *range(10, 18)], sockets, strict=True):
                s.bind(("", 7400 + 250 * domain + port))
            return domain
        except OSError:
            continue
        finally:
            for s in sockets:
                s.close()
    raise RuntimeError("every ROS domain is in use")
