"""The tools of the machine that the build needs and that pip cannot bring."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from setup_parts.failure import SetupError

# What it is for, the commands any of which will do, and the package of Debian and Ubuntu.
_NEEDED = (
    ("a C++ compiler", ("c++", "g++", "clang++"), "g++"),
    ("a C compiler", ("cc", "gcc", "clang"), "gcc"),
    ("CMake", ("cmake",), "cmake"),
    ("make", ("make", "gmake"), "make"),
)


def check_tools(which: Callable[[str], str | None] = shutil.which, compiler: str | None = None) -> None:
    """Raise one sentence that names every missing tool at once.

    compiler: what the environment variable CXX names, if anything.
    """
    missing = [
        (what, package)
        for what, commands, package in _NEEDED
        if not any(
            which(command) for command in ((*compiler.split()[:1], *commands) if compiler else commands)
        )
    ]
    if missing:
        names = ", ".join(what for what, _ in missing)
        packages = " ".join(package for _, package in missing)
        raise SetupError(f"Building the messages needs {names}, not found on PATH: install {packages}.")


def check_platform(system: str, machine: str, ros_distro: str | None) -> None:
    """Raise where neither the ROS wheels nor a sourced ROS can serve."""
    if system != "Linux" or (machine != "x86_64" and not ros_distro):
        raise SetupError(
            f"The ROS 2 wheels exist for x86-64 Linux only and this is {system} on {machine}: "
            "install ROS 2 Jazzy and source its setup.bash first, or use a x86-64 Linux machine."
        )
