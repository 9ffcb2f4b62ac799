#!/usr/bin/env python3
"""Set up mer_ros in this checkout: tools, Python, packages, build. A later run repeats outdated steps only.

    python3 scripts/bootstrap.py [--python PYTHON]

It uses the standard library only, because it runs before any package is installed, and writes only into
.venv, build, install and log of the checkout. It uses the ROS 2 that is sourced (ROS_DISTRO and
AMENT_PREFIX_PATH set); if none is, it installs the wheels of ROS 2 Jazzy.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

if sys.version_info < (3, 8):  # noqa: UP036  any python3 may start this file
    sys.exit("mer_ros needs Python 3.10, 3.11 or 3.12: set PYTHON=/path/to/python3.12.")
sys.dont_write_bytecode = True

from setup_parts import built_scripts, cmake_paths, pythons, stamps, tools  # noqa: E402  the version check comes first
from setup_parts.failure import SetupError  # noqa: E402
from setup_parts.progress import Steps  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOG_PATH = ROOT / "log" / "setup.log"
PACKAGES_STAMP = VENV / "mer_ros_packages.json"
BUILD_STAMP = ROOT / "build" / "mer_ros_build.json"


def sourced_ros(env: dict[str, str]) -> str | None:
    """Name of the installed ROS 2 that is sourced, or None.

    Two cases do not count: a container image that sets ROS_DISTRO without sourcing, and scripts/env.sh, which
    sets AMENT_PREFIX_PATH to folders of this checkout.
    """
    prefixes = [Path(part) for part in env.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if part]
    foreign = [prefix for prefix in prefixes if ROOT not in (prefix, *prefix.parents)]
    return env.get("ROS_DISTRO") if foreign else None


def requirement_files(ros: str | None) -> list[Path]:
    """Requirement files to install. ros: name of the sourced ROS, None to install the ROS wheels."""
    names = ["build", "runtime", "dev"] if ros else ["ros-jazzy", "build", "runtime", "dev"]
    return [ROOT / "requirements" / f"{name}.txt" for name in names]


def build_environment(env: dict[str, str], ros: str | None) -> dict[str, str]:
    """Environment of pip and colcon: .venv is first on PATH, and with ROS wheels the only ROS prefix."""
    clean = {
        key: value
        for key, value in env.items()
        if key not in ("PYTHONHOME", "_ROS_WHEELS_BOOTSTRAP_COMPLETE")
    }
    # colcon would otherwise ask make to start nothing while the load exceeds the number of cores
    clean.setdefault("MAKEFLAGS", f"-j{os.cpu_count() or 1}")
    clean["VIRTUAL_ENV"] = str(VENV)
    clean["PATH"] = os.pathsep.join([str(VENV / "bin"), env.get("PATH", os.defpath)])
    if not ros:
        for key in ("COLCON_PREFIX_PATH", "PYTHONPATH", "LD_LIBRARY_PATH"):
            clean.pop(key, None)
        clean["AMENT_PREFIX_PATH"] = clean["CMAKE_PREFIX_PATH"] = str(VENV)
    return clean


def build_inputs() -> tuple[list[Path], list[Path]]:
    """Inputs of the build: files of which contents matter, and linked files, of which only names matter."""
    contents = [ROOT / name for name in ("package.xml", "setup.py", "setup.cfg", "colcon_defaults.yaml")]
    contents += [path for path in (ROOT / "mer_interfaces").rglob("*") if path.is_file()]
    linked = [
        path
        for name in ("launch", "config", "models", "bin", "resource")
        for path in (ROOT / name).rglob("*")
    ]
    linked += (ROOT / "mer_ros").rglob("__init__.py")
    return contents, linked


def present_python(ros: str | None) -> pythons.Python | None:
    """The Python of a working .venv for this ROS, None if there is none.

    It is kept whichever Python is first on PATH now: activating conda does not replace the environment.
    """
    found = stamps.read(VENV / "mer_ros_venv.json")
    if (found.get("ros"), found.get("prefix")) != (ros or "wheels", str(VENV)):
        return None
    python = pythons.probe(str(VENV / "bin" / "python"))
    return python if python and python.in_range and python.short == found.get("version") else None


def make_venv(steps: Steps, python: pythons.Python, ros: str | None, env: dict[str, str]) -> None:
    """Create .venv, and replace one that belongs to another Python or another ROS."""
    steps.begin(f"Virtual environment, Python {'.'.join(map(str, python.version))}")
    present = present_python(ros)
    if present and present.short == python.short:
        steps.end("up to date")
        return
    wanted = {"version": python.short, "ros": ros or "wheels", "prefix": str(VENV)}
    for folder in (VENV, ROOT / "build", ROOT / "install"):
        shutil.rmtree(folder, ignore_errors=True)
    extra = ["--system-site-packages"] if ros else []
    steps.run([python.executable, "-m", "venv", *extra, str(VENV)], env, ROOT)
    # colcon searches the checkout for packages and must not search the environment.
    (VENV / "COLCON_IGNORE").touch()
    stamps.write(VENV / "mer_ros_venv.json", wanted)
    steps.end()


def install_packages(steps: Steps, env: dict[str, str], ros: str | None) -> None:
    """Install the pinned packages."""
    steps.begin("Pinned packages")
    files = requirement_files(ros)
    constraints = ROOT / "requirements" / "constraints.txt"
    stamp = {"digest": stamps.digest_files(ROOT, [*files, constraints])}
    if stamps.read(PACKAGES_STAMP) == stamp:
        steps.end("up to date")
        return
    PACKAGES_STAMP.unlink(missing_ok=True)
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install"]
    command += ["--progress-bar=off", "--disable-pip-version-check", "-c", str(constraints)]
    for path in files:
        command += ["-r", str(path)]
    steps.run(command, env, ROOT)
    stamps.write(PACKAGES_STAMP, stamp)
    steps.end()


def mend_wheels(env: dict[str, str]) -> None:
    """Correct the CMake files of the wheels, with the include folders of this Python and its NumPy."""
    script = "import numpy, sysconfig; print(sysconfig.get_paths()['include']); print(numpy.get_include())"
    command = [str(VENV / "bin" / "python"), "-c", script]
    answer = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    python_include, numpy_include = map(Path, answer.stdout.splitlines())
    cmake_paths.mend_tree(VENV, python_include, numpy_include)


def build(steps: Steps, env: dict[str, str], ros: str | None) -> None:
    """Build both packages with colcon if an input has changed; Python sources are linked."""
    steps.begin("colcon build")
    contents, linked = build_inputs()
    stamp = {
        "contents": stamps.digest_files(ROOT, contents),
        "linked": stamps.digest_names(ROOT, linked),
        "packages": stamps.read(PACKAGES_STAMP)["digest"],
    }
    if stamps.read(BUILD_STAMP) == stamp and (ROOT / "install" / "local_setup.bash").is_file():
        steps.end("up to date")
        return
    BUILD_STAMP.unlink(missing_ok=True)
    if not ros:
        steps.update("correcting CMake files of the ROS wheels")
        mend_wheels(env)
    python = str(VENV / "bin" / "python")
    cmake_arguments = [f"-DPython3_EXECUTABLE={python}", "-DBUILD_TESTING=OFF"]
    steps.run([python, "-m", "colcon", "build", "--cmake-args", *cmake_arguments], env, ROOT)
    built_scripts.mend_tree(ROOT / "install", Path(python))
    stamps.write(BUILD_STAMP, stamp)
    steps.end()


def set_up(asked_python: str | None) -> None:
    """Do all steps that are outdated."""
    started_s = time.monotonic()
    env = dict(os.environ)
    ros = sourced_ros(env)
    steps = Steps(4, LOG_PATH)
    steps.begin(f"Tools, ROS 2 {ros} (sourced)" if ros else "Tools, ROS 2 Jazzy from wheels")
    tools.check_platform(platform.system(), platform.machine(), ros)
    tools.check_tools(compiler=env.get("CXX"))
    env = build_environment(env, ros)
    present = None if asked_python else present_python(ros)
    python = present or pythons.choose(asked_python, ros)
    steps.end("found")
    make_venv(steps, python, ros, env)
    install_packages(steps, env, ros)
    build(steps, env, ros)
    print(
        f"Ready in {time.monotonic() - started_s:.1f} s. To use it in this shell: . scripts/env.sh",
        flush=True,
    )


@contextlib.contextmanager
def open_lock() -> Iterator[TextIO | None]:
    """The open lock file; None if the checkout is not writable but set up. SetupError if it is neither."""
    path = ROOT / "log" / "setup.lock"
    try:
        path.parent.mkdir(exist_ok=True)
        lock = path.open("w")
    except OSError as error:
        if BUILD_STAMP.is_file() and (ROOT / "install" / "local_setup.bash").is_file():
            yield None
            return
        raise SetupError(
            f"{ROOT} is not set up and this user cannot write there ({error.strerror}): run 'make setup' as "
            f"its owner (user id {ROOT.stat().st_uid}), or clone it into a folder of your own."
        ) from error
    with lock:
        yield lock


def main() -> int:
    """Entry point; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", help="Python to build with; default: the first suitable one on PATH")
    arguments = parser.parse_args()
    try:
        with open_lock() as lock:
            if lock is None:
                print(f"{ROOT} is not writable: its set-up is used as it is.", flush=True)
                return 0
            fcntl.flock(lock, fcntl.LOCK_EX)  # two runs at the same time would write the same environment
            set_up(arguments.python or None)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; run it again to continue.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
