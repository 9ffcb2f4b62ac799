"""Selects the Python to build with: the first that runs, has a supported version, and is complete."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from setup_parts.failure import SetupError

MIN_VERSION, MAX_VERSION = (3, 10), (3, 12)  # oldest for the type hints; newest with wheels of mediapipe
CANDIDATES = ("python3", "python3.12", "python3.11", "python3.10")

# Runs in the candidate. The field ros is used only if an installed ROS is sourced.
_PROBE = """
import importlib.util as u, json, os, platform, sys, sysconfig
find = lambda name: u.find_spec(name) is not None
print(json.dumps({
    "executable": sys.executable, "version": list(sys.version_info[:3]), "machine": platform.machine(),
    "venv": find("venv") and find("ensurepip"), "ros": find("rclpy"),
    "headers": os.path.isfile(os.path.join(sysconfig.get_paths()["include"], "Python.h"))}))
"""


@dataclass(frozen=True)
class Python:
    """An interpreter that runs. command: the name by which it was started."""

    command: str
    executable: str
    version: tuple[int, int, int]
    machine: str
    venv: bool
    ros: bool
    headers: bool

    @property
    def in_range(self) -> bool:
        """Whether its version is supported."""
        return MIN_VERSION <= self.version[:2] <= MAX_VERSION

    @property
    def short(self) -> str:
        """Major and minor version, such as 3.11."""
        return f"{self.version[0]}.{self.version[1]}"


def probe(command: str) -> Python | None:
    """Run an interpreter; None if it is missing or fails, as a shim of a version manager may."""
    try:
        done = subprocess.run([command, "-c", _PROBE], capture_output=True, text=True, timeout=60, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
    return Python(command=command, **{**found, "version": tuple(found["version"])})


def choose(
    asked: str | None, ros_distro: str | None, probe_one: Callable[[str], Python | None] = probe
) -> Python:
    """The Python to build with; SetupError if there is none.

    asked: command or path that the user named, which is then the only candidate; None for ``CANDIDATES``.
    ros_distro: name of the sourced ROS, whose rclpy the Python must find; None to use the wheels.
    """
    tried = [python for python in map(probe_one, (asked,) if asked else CANDIDATES) if python]
    in_range = [python for python in tried if python.in_range]
    if not in_range:
        found = (
            ", ".join(f"{p.command} {p.short}" for p in tried) or f"{asked or 'no python3'} (does not run)"
        )
        raise SetupError(
            f"mer_ros needs Python 3.10, 3.11 or 3.12 but found {found}: install one of them (on Debian and "
            "Ubuntu with python3-venv and python3-dev), or set PYTHON=/path/to/python3.12."
        )
    if ros_distro:
        in_range = [python for python in in_range if python.ros]
        if not in_range:
            names = ", ".join(python.command for python in tried)
            raise SetupError(
                f"ROS 2 {ros_distro} is sourced but {names} cannot import its rclpy: set PYTHON to the "
                "Python of this ROS (PYTHON=/usr/bin/python3), or unset ROS_DISTRO to use the ROS wheels."
            )
    complete = [python for python in in_range if python.venv and python.headers]
    if complete:
        return complete[0]
    first = in_range[0]
    lacks = [name for name, there in (("venv", first.venv), ("dev", first.headers)) if not there]
    packages = " ".join(f"python{first.short}-{name}" for name in lacks)
    raise SetupError(
        f"Python {first.short} ({first.executable}) is incomplete, without {' and '.join(lacks)}: "
        f"install {packages}."
    )
