"""One real-time run: camera, complete graph and subscribers as processes, with their CPU time and results."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.free_domain import free_domain
from benchmarks.realtime_ends import ENDED, RESULT, STARTED
from benchmarks.watch_page import page_commands
from mer_ros import files
from mer_ros.graph import huge_pages
from mer_ros.graph.description import node_specs
from mer_ros.graph.options import GraphOptions
from mer_ros.graph.processes import ProcessCommand, Supervisor, command_of
from mer_ros.graph.transport_profile import PROFILE_VARIABLES

TOPIC = "/bench/image"
WARM_UP_S = 3.0
_START_LIMIT_S = 90.0
_SLOWEST = 2.0  # a camera that takes so many times as long as planned does not end
_LATE_S = 3.0  # time for messages in flight after the last frame
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Setting:
    """Settings of a run. frames: (N, H, W, 3) uint8 BGR in a .npy file. encoding: bgr8, mono8 or jpeg.

    camera_profile, tracker_profile: whether that process loads a transport profile; the camera that of
    config/PROFILE, the tracker that of its graph. bare: whether a bare typed
    subscriber runs together with the graph. graph: whether the graph runs. film: a video that the tracker
    opens itself; then there is no camera, and frames, rate_hz, encoding and camera_profile are not used.
    page: whether ``mer watch`` runs with one page open.
    """

    frames: Path = Path()
    rate_hz: float = 200.0
    count: int = 12_000
    encoding: str = "bgr8"
    reliability: str = "best_effort"
    profile: str = "fastdds.xml"
    camera_profile: bool = True
    tracker_profile: bool = True
    bare: bool = False
    graph: bool = True
    film: Path | None = None
    page: bool = False


@dataclass(frozen=True)
class Usage:
    """Usage of a process up to one moment: CPU time, also by thread, and resident memory, MB."""

    cpu_s: float
    resident_mb: float
    threads_s: Mapping[str, float]


@dataclass(frozen=True)
class Run:
    """Result of a run.

    sent, rate_hz: number and rate of the counted frames of the camera. seen: number of those for which the
    tracker published a FaceArray. taken: number that the bare subscriber received, None without one. ages_ms:
    (seen,) time from the stamp of a frame, set at publication, to the publication of its FaceArray, system
    clock. taken_ages_ms: (taken,) the same to the callback of the bare subscriber. cpu_ms: CPU time of each
    process per counted frame. threads_ms: the same for the threads of the tracker. resident_mb: (T, 2) time
    since the count began in s and resident memory of the tracker in MB. faces: number of faces in every 50th
    FaceArray. status: last diagnostics of the tracker. warm_up: number of frames before the counted ones.
    picture_ms: (P,) time from the stamp of a frame to the page's confirmation that it shows the picture.
    """

    sent: int
    rate_hz: float
    seen: int
    taken: int | None
    ages_ms: NDArray[np.float64]
    taken_ages_ms: NDArray[np.float64]
    cpu_ms: Mapping[str, float]
    threads_ms: Mapping[str, float]
    resident_mb: NDArray[np.float64]
    faces: tuple[int, ...]
    status: Mapping[str, Any]
    warm_up: int
    picture_ms: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))


def usage(pid: int) -> Usage:
    """Usage of a process and its threads, from /proc."""
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
    """Start all processes, wait for the end of the camera, and collect the results of each process."""
    log = _Log()
    listeners, camera = _commands(setting)
    used: dict[str, dict[str, Usage]] = {}
    resident: list[tuple[float, float]] = []
    with Supervisor(listeners, log) as processes:
        _until(lambda: sum("active" in line for line in log.lines) >= 3 * setting.graph, processes, log)
        with Supervisor(camera, log) as camera_process:
            _until(
                lambda: STARTED in log.moments or (setting.film and "film" in log.moments),
                camera_process if camera else processes,
                log,
            )
            pids = {**processes.pids(), **camera_process.pids()}
            used["before"] = {name: usage(pid) for name, pid in pids.items()}
            while ENDED not in log.moments:
                processes.poll()
                if camera and not camera_process.poll():
                    raise RuntimeError("the camera ended early:\n" + "\n".join(log.lines[-20:]))
                since_s = time.monotonic() - log.moments.get(STARTED, log.moments.get("film", 0.0))
                if since_s > _SLOWEST * setting.count / setting.rate_hz + _START_LIMIT_S:
                    raise RuntimeError("the camera does not end:\n" + "\n".join(log.lines[-20:]))
                if setting.graph and (not resident or since_s - resident[-1][0] >= 1.0):
                    resident.append((since_s, usage(pids["face_tracker"]).resident_mb))
                time.sleep(0.02)
            used["after"] = {name: usage(pid) for name, pid in pids.items()}
            while camera and camera_process.poll():
                time.sleep(0.05)
        time.sleep(_LATE_S)
    if setting.graph and "watch" not in log.results:
        raise RuntimeError("the subscriber gave no result:\n" + "\n".join(log.lines[-40:]))
    return _result_of(log, used, np.array(resident))


class _Log:
    """Collects the lines of all processes. Start and end of a film are read from those of the tracker."""

    def __init__(self) -> None:
        self.results: dict[str, Any] = {}
        self.moments: dict[str, float] = {}
        self.lines: list[str] = []

    def __call__(self, name: str, line: str) -> None:
        if line.startswith(RESULT):
            self.results[name] = json.loads(line.removeprefix(RESULT))
        elif line in (STARTED, ENDED):
            self.moments[line] = time.monotonic()
        else:
            self.lines.append(f"{name}: {line}")
            film = film_end(line)
            if name == "face_tracker" and line.endswith("active"):
                self.moments.setdefault("film", time.monotonic())
            if name == "face_tracker" and film is not None:
                sent, rate_hz = film
                self.results[name] = {"sent": sent, "rate_hz": rate_hz}
                self.moments[ENDED] = time.monotonic()


def film_end(line: str) -> tuple[int, float] | None:
    """Frames sent and their rate, from the line with which ``Playback`` ends; None for another line."""
    found = re.search(r"the source has ended after (\d+) frames? at ([\d.]+) frames per second", line)
    return (int(found[1]), float(found[2])) if found else None


def _until(condition: Callable[[], object], supervisor: Supervisor, log: _Log) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while not condition():
        if not supervisor.poll() or time.monotonic() > deadline:
            raise RuntimeError("the measurement did not start:\n" + "\n".join(log.lines[-40:]))
        time.sleep(0.02)


def _result_of(log: _Log, used: Mapping[str, Mapping[str, Usage]], resident: NDArray[np.float64]) -> Run:
    sent = log.results.get("bench_camera") or log.results["face_tracker"]
    watched = log.results.get("watch", {"received_ns": [], "faces": [], "status": {}})  # without a graph
    first_ns, last_ns = sent.get("first_ns", 0), sent.get("last_ns", 1 << 62)
    received = np.array(watched["received_ns"], np.int64).reshape(-1, 2)
    counted = received[(received[:, 0] >= first_ns) & (received[:, 0] <= last_ns)]
    taken, taken_ages_ms = None, np.empty(0)
    if "bare" in log.results:
        stamps = np.array(log.results["bare"]["stamps_ns"], np.int64).reshape(-1, 2)
        stamps = stamps[(stamps[:, 0] >= first_ns) & (stamps[:, 0] <= last_ns)]
        taken, taken_ages_ms = len(np.unique(stamps[:, 0])), (stamps[:, 1] - stamps[:, 0]) * 1e-6
    before, after, n = used["before"], used["after"], sent["sent"]
    threads: dict[str, float] = {}
    if "face_tracker" in after:
        then = before["face_tracker"].threads_s
        threads = {
            name: 1000 * (s - then.get(name, 0.0)) / n for name, s in after["face_tracker"].threads_s.items()
        }
    return Run(
        sent=n,
        rate_hz=sent["rate_hz"],
        seen=len(np.unique(counted[:, 0])),
        taken=taken,
        ages_ms=(counted[:, 1] - counted[:, 0]) * 1e-6,
        taken_ages_ms=taken_ages_ms,
        cpu_ms={name: 1000 * (after[name].cpu_s - before[name].cpu_s) / n for name in after},
        threads_ms=dict(sorted(threads.items(), key=lambda item: -item[1])),
        resident_mb=resident,
        faces=tuple(watched["faces"]),
        status=watched["status"],
        warm_up=sent.get("warm_up", 0),
        picture_ms=np.array(log.results.get("page", {}).get("delays_ms", ())),
    )


def _commands(setting: Setting) -> tuple[list[ProcessCommand], list[ProcessCommand]]:
    """Commands of the graph with its subscribers, and of the camera, if there is one."""
    environ = {
        "ROS_DOMAIN_ID": str(free_domain()),
        "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST",
        "PYTHONUNBUFFERED": "1",
        **huge_pages.variables(os.environ),
    }
    none = dict.fromkeys(PROFILE_VARIABLES, "")
    of_camera = dict.fromkeys(PROFILE_VARIABLES, str(files.config_file(setting.profile)))
    of_tracker = dict.fromkeys(PROFILE_VARIABLES, str(files.config_file("fastdds.xml")))
    of_camera = of_camera if setting.camera_profile else none
    of_tracker = of_tracker if setting.tracker_profile else none
    topic = f"{TOPIC}/compressed" if setting.encoding == "jpeg" else TOPIC
    film = {"camera": f"file:{setting.film}"} if setting.film else {}
    given = {**film, "reliability": setting.reliability}
    options = GraphOptions(image=TOPIC, compressed=setting.encoding == "jpeg", local_only=True)
    listeners = []
    for spec in node_specs(options, {}) if setting.graph else []:
        tracker = spec.name == "face_tracker"
        if tracker:
            spec = replace(spec, parameters={**spec.parameters, **given})
        env = {**none, **spec.env, **(of_tracker if tracker else {}), **environ}
        listeners.append(replace(command_of(spec), env=env, respawn=False))
    warm_up = round(WARM_UP_S * setting.rate_hz)
    common = ("--topic", topic, "--reliability", setting.reliability)
    counted = ("--count", str(setting.count), "--warm-up", str(warm_up))
    if setting.graph:
        listeners.append(_end("watch", "watch", {**none, **environ}, "--topic", "/mer/faces"))
    if setting.page:
        listeners += page_commands({**none, **environ})
    if setting.bare:
        listeners.append(_end("bare", "take", {**environ, **of_tracker}, *common, *counted))
    if setting.film:
        return listeners, []
    sending = (
        *("--frames", str(setting.frames), "--encoding", setting.encoding, "--rate", str(setting.rate_hz)),
        *("--listeners", str(setting.graph + setting.bare)),
    )
    return listeners, [_end("bench_camera", "publish", {**environ, **of_camera}, *common, *counted, *sending)]


def _end(name: str, what: str, env: Mapping[str, str], *arguments: str) -> ProcessCommand:
    return ProcessCommand(name, (sys.executable, "-m", "benchmarks.realtime_ends", what, *arguments), env)
