"""What the processes of the graph need beside their options: programs, a video, a model.

``mer up`` and the launch files check it before they start anything, so that no process is left behind by a
start that fails.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from mer_ros.errors import ConfigError
from mer_ros.graph.description import NodeSpec
from mer_ros.graph.options import GraphOptions
from mer_ros.recognition import model_files
from mer_ros.sources import source_spec
from mer_ros.sources.catalogue import SOURCES


def check(options: GraphOptions, specs: Sequence[NodeSpec]) -> None:
    """Raise ConfigError or CheckpointError if a program, the video or the model does not exist.

    A webcam may appear later. With a params file the model is not checked, because the file may name another
    one, or another folder.
    """
    if importlib.util.find_spec("mer_interfaces") is None:
        raise ConfigError(
            "mer_interfaces is not installed: build it with this package "
            "(ln -s mer_ros/mer_interfaces src/) and source the workspace."
        )
    for spec in specs:
        if spec.package != "mer_ros":
            program_of(spec)
    if options.camera:
        kind, name = source_spec.parse(options.camera)
        SOURCES.get(kind).check(name)
    folder = model_files.folder_of(options.models_dir)
    if not options.params_file:
        model_files.find(folder, options.model)


def program_of(spec: NodeSpec, environ: Mapping[str, str] | None = None) -> str:
    """Path of another package's program, as ``ros2 run`` finds it, else on PATH; ConfigError if missing."""
    environ = os.environ if environ is None else environ
    for prefix in filter(None, environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep)):
        path = Path(prefix, "lib", spec.package, spec.executable)
        if os.access(path, os.X_OK):
            return str(path)
    found = shutil.which(spec.executable, path=environ.get("PATH"))
    if found is None:
        raise ConfigError(
            f"{spec.executable} is not installed: install ros-jazzy-{spec.package} or start without it."
        )
    return found
