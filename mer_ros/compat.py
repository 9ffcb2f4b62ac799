"""Imports of third-party packages that may be missing, or whose builds may be incompatible.

``need`` imports a package that only requirements/runtime.txt installs, and raises an error with a remedy if
it is missing.

``import_torchvision`` handles incompatible builds: pip may resolve torch to a CPU build and torchvision to a
CUDA build. The ``_C`` library of torchvision then fails to load, and the import stops at ``operator
torchvision::nms does not exist``, although no network here uses that operator. Declaring the schemas of two
operators makes models and transforms importable. If ``_C`` loads, it declares them itself.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from mer_ros.errors import PackageError

REMEDY = (
    "pip install the checkout's requirements/runtime.txt into a virtual environment and build with that "
    "environment's Python ('python -m colcon build', not 'colcon build'), because the executables run with "
    "the Python that built them."
)


def need(name: str) -> ModuleType:
    """Import a package that may be missing on a robot; PackageError names the Python without it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        found = str(error).strip().partition("\n")[0].rstrip(".")
        raise PackageError(f"{sys.executable} cannot import {name} ({found}): {REMEDY}") from error


_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


@functools.cache
def import_torchvision() -> ModuleType:
    """The torchvision package, imported once; the two schemas are declared if ``_C`` does not load."""
    _declare_schemas()
    return importlib.import_module("torchvision")


@functools.cache
def _declare_schemas() -> object | None:
    """The library that declares the schemas, kept alive by the cache; None if none is needed."""
    import torch

    if _has_operator(torch) or _load_compiled(torch):
        return None
    library = torch.library.Library("torchvision", "DEF")
    for schema in _SCHEMAS:
        library.define(schema)
    return library


def _load_compiled(torch: ModuleType) -> bool:
    """Load the compiled operators as torchvision does; False if they are missing or incompatible."""
    spec = importlib.util.find_spec("torchvision")
    folders = spec.submodule_search_locations if spec is not None else None
    for folder in folders or ():
        for library in sorted(Path(folder).glob("_C*.so")):
            try:
                torch.ops.load_library(str(library))
            except (ImportError, OSError):  # built for another torch
                continue
            return _has_operator(torch)
    return False


def _has_operator(torch: ModuleType) -> bool:
    return hasattr(torch.ops.torchvision, "nms")
