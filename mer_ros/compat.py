"""Imports of third-party packages that may be missing, or whose builds may be incompatible.

``need`` imports a package that only requirements/runtime.txt installs, and raises an error with a remedy if
it is missing.

``import_torchvision`` handles incompatible builds: pip may resolve torch to a CPU build and torchvision to a
CUDA build. The ``_C`` library of torchvision then fails to load, and the import stops at ``operator
torchvision::nms does not exist``, although no network here uses that operator. Declaring the schemas of two
operators makes models and transforms importable. If ``_C`` loads, it declares them itself.
"""

from __future__ import annotations

import atexit
import functools
import importlib
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from mer_ros.errors import GraphError, PackageError

REMEDY = (
    "pip install the checkout's requirements/runtime.txt into a virtual environment and build with that "
    "environment's Python ('python -m colcon build', not 'colcon build'), because the executables run with "
    "the Python that built them."
)


_REPLACEABLE = ("numpy", "cv2", "torch", "torchvision", "mediapipe", "typer", "yaml")
"""Packages whose copies for another Python, found first, prevent the start of mer_ros."""


def foreign_packages(env: Mapping[str, str]) -> str:
    """The first folder in PYTHONPATH that replaces packages of this installation, as a clause; empty if none.

    Such a folder remains from another environment, such as conda. Folders of ROS prefixes do not count.
    """
    own = [Path(sys.prefix), *(Path(p) for p in env.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if p)]
    for folder in filter(None, env.get("PYTHONPATH", "").split(os.pathsep)):
        path = Path(folder)
        if any(prefix in (path, *path.parents) for prefix in own):
            continue
        for name in _REPLACEABLE:
            if (path / name).is_dir() or (path / f"{name}.py").is_file():
                return f"PYTHONPATH contains {folder}, whose {name} replaces the one of this installation"
    return ""


def import_remedy(otherwise: str) -> str:
    """What to do if a package cannot be imported: the cause in PYTHONPATH, or ``otherwise``."""
    found = foreign_packages(os.environ)
    return (
        f"{found}: run 'unset PYTHONPATH' and '. scripts/env.sh' in a new terminal." if found else otherwise
    )


def ros_missing(error: ImportError) -> GraphError:
    """The error of a command that needs ROS, for what its import raised."""
    remedy = import_remedy("source install/setup.bash or scripts/env.sh first.")
    return GraphError(f"ROS cannot be imported ({error}): {remedy}")


def need(name: str) -> ModuleType:
    """Import a package that may be missing on a robot; PackageError names the Python without it."""
    if name.partition(".")[0] == "mediapipe":
        _ensure_matplotlib_folder()
    try:
        return importlib.import_module(name)
    except ImportError as error:
        found = str(error).strip().partition("\n")[0].rstrip(".")
        remedy = import_remedy(REMEDY)
        raise PackageError(f"{sys.executable} cannot import {name} ({found}): {remedy}") from error


def _ensure_matplotlib_folder() -> None:
    """Give matplotlib, which mediapipe imports, a temporary folder if this user has no home.

    Without HOME, the home is that of the user database, which does not list the users of many containers.
    """
    try:
        Path.home()
    except RuntimeError:
        if not os.environ.get("MPLCONFIGDIR"):
            folder = tempfile.mkdtemp(prefix="matplotlib-")
            os.environ["MPLCONFIGDIR"] = folder
            atexit.register(shutil.rmtree, folder, ignore_errors=True)


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
