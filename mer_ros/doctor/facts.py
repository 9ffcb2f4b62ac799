"""The facts about this machine that checks judge, gathered in one place."""

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
from mer_ros.graph.options import GraphOptions
from mer_ros.graph.probe_report import GraphReport
from mer_ros.graph.transport_profile import shipped_profile

SHARED_MEMORY = Path("/dev/shm")
_PROBE_LIMIT_S = 30.0  # beside the time of listening


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
    cores : number that this process may use.
    processor : as ``platform.machine`` names it.
    env : environment variables.
    versions : package to installed version, of the packages that the checks name; missing ones are left out.
    models_dir : folder of the shipped models. model : name of the default one.
    profile : the shipped profile of Fast DDS.
    shared_memory : size of /dev/shm; None where there is none.
    trials : name of a check to the result of its trial.
    probe : how the probe of the ROS graph ended. graph : what it reported; None if it did not.
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
    trials: Mapping[str, Trial] = field(default_factory=dict)
    probe: Trial = Trial(False, "the graph was not probed")
    graph: GraphReport | None = None


def gather(packages: Iterable[str]) -> Facts:
    """Everything but trials and graph, which take seconds. packages: names to look up the versions of."""
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
    )


def installed(packages: Iterable[str]) -> dict[str, str]:
    """Version of each of the packages that is installed."""
    versions = {}
    for name in packages:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def probe_graph(listen_s: float) -> tuple[Trial, GraphReport | None]:
    """Count camera frames for ``listen_s`` seconds in another process; the report is None if that fails."""
    probe = run(
        ["-m", "mer_ros.nodes.tools.graph_probe", "--listen-s", str(listen_s)], _PROBE_LIMIT_S + listen_s
    )
    return probe, GraphReport.from_json(probe.answer) if probe.worked else None


def _space(folder: Path) -> DiskSpace | None:
    if not folder.is_dir():
        return None
    usage = shutil.disk_usage(folder)
    return DiskSpace(usage.total, usage.free)
