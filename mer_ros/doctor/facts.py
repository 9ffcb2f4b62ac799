"""The facts about this machine that the checks use."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mer_ros import files
from mer_ros.doctor.trial import Trial, run
from mer_ros.graph import log_folder
from mer_ros.graph.options import GraphOptions
from mer_ros.graph.probe_report import GraphReport
from mer_ros.graph.transport_profile import SHARED_MEMORY, shared_memory_problem, shipped_profile

_PROBE_LIMIT_S = 30.0  # in addition to the time of counting


@dataclass(frozen=True)
class DiskSpace:
    """Size of a file system, bytes."""

    total: int
    free: int


@dataclass(frozen=True)
class Facts:
    """The state of a machine.

    Parameters
    ----------
    python : version of the interpreter. executable : its path.
    cores : number of cores that this process may use.
    processor : name from ``platform.machine``.
    env : environment variables.
    versions : package to installed version, for the packages that the checks name, without missing ones.
    models_dir : folder of the shipped models. model : name of the default model.
    profile : path of the shipped Fast DDS profile.
    shared_memory : size of /dev/shm; None if it does not exist.
    shared_memory_problem : why ROS cannot use it, as a clause; empty if it can.
    log_problem : why ROS cannot write its logs, as a clause; empty if it can.
    trials : name of a check to the result of its trial.
    probe : result of the process that probed the ROS graph. graph : its report; None if it failed.
    """

    python: tuple[int, int, int]
    executable: str
    cores: int
    processor: str
    env: Mapping[str, str]
    versions: Mapping[str, str]
    models_dir: Path
    model: str
    profile: Path
    shared_memory: DiskSpace | None
    shared_memory_problem: str = ""
    log_problem: str = ""
    trials: Mapping[str, Trial] = field(default_factory=dict)
    probe: Trial = Trial(False, "the graph was not probed")
    graph: GraphReport | None = None


def gather(packages: Iterable[str]) -> Facts:
    """All facts except trials and graph, which take seconds. packages: names for ``Facts.versions``."""
    return Facts(
        python=sys.version_info[:3],
        executable=sys.executable,
        cores=len(os.sched_getaffinity(0)),
        processor=platform.machine(),
        env=dict(os.environ),
        versions=installed(packages),
        models_dir=files.models_dir(),
        model=GraphOptions().model,
        profile=shipped_profile(),
        shared_memory=_space(SHARED_MEMORY),
        shared_memory_problem=shared_memory_problem(),
        log_problem=log_folder.problem(os.environ),
    )


def installed(packages: Iterable[str]) -> dict[str, str]:
    """Package to version, for those of the packages that are installed."""
    versions = {}
    for name in packages:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def probe_graph(listen_s: float) -> tuple[Trial, GraphReport | None]:
    """Count camera frames for ``listen_s`` seconds in a separate process; the report is None on failure."""
    probe = run(
        ["-m", "mer_ros.nodes.tools.graph_probe", "--listen-s", str(listen_s)], _PROBE_LIMIT_S + listen_s
    )
    return probe, GraphReport.from_json(probe.answer) if probe.worked else None


def _space(folder: Path) -> DiskSpace | None:
    if not folder.is_dir():
        return None
    usage = shutil.disk_usage(folder)
    return DiskSpace(usage.total, usage.free)
