"""Checks for the tools that the build needs and that pip cannot install."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from setup_parts.failure import SetupError

# Name, commands of which one must exist, and package of Debian and Ubuntu.
_NEEDED = (
    ("a C++ compiler", ("c++", "g++", "clang++"), "g++"),
    ("a C compiler", ("cc", "gcc", "clang"), "gcc"),
    ("CMake", ("cmake",), "cmake"),
    ("make", ("make", "gmake"), "make"),
)


def check_tools(which: Callable[[str], str | None] = shutil.which, compiler: str | None = None) -> None:
    """Raise SetupError, naming all missing tools.

    compiler: value of the environment variable CXX, None if it is unset.
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
        raise SetupError(f"The build of the messages needs {names}, not found on PATH: install {packages}.")


def check_platform(system: str, machine: str, ros_distro: str | None) -> None:
    """Raise SetupError if there are neither ROS wheels for this platform nor a sourced ROS."""
    if system != "Linux" or (machine != "x86_64" and not ros_distro):
        raise SetupError(
            f"The ROS 2 wheels exist for x86-64 Linux only and this is {system} on {machine}: "
            "install ROS 2 Jazzy and source its setup.bash first, or use an x86-64 Linux machine."
        )
