"""Packages that come with requirements/runtime.txt alone, and what to do where they are missing."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from mer_ros.errors import PackageError

REMEDY = (
    "pip install the checkout's requirements/runtime.txt into a virtual environment and build with that "
    "environment's Python ('python -m colcon build', not 'colcon build'), because the executables run with "
    "the Python that built them."
)


def need(name: str) -> ModuleType:
    """Import a package whose absence on a robot is likely; PackageError says which Python lacks it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        found = str(error).strip().partition("\n")[0].rstrip(".")
        raise PackageError(f"{sys.executable} cannot import {name} ({found}): {REMEDY}") from error
