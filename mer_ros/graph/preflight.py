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
from mer_ros.graph import params_file
from mer_ros.graph.catalogue import NODES, NodeEntry
from mer_ros.graph.description import NodeSpec, nodes_of
from mer_ros.graph.effective_parameters import check_source, effective
from mer_ros.graph.options import GraphOptions
from mer_ros.recognition import model_files


def check(options: GraphOptions, specs: Sequence[NodeSpec]) -> list[str]:
    """Raise ConfigError or CheckpointError if a program, the video, the photo or the model is missing.

    Returns one sentence for each entry of the params file that matches no node, to be shown as a warning.

    specs: of ``node_specs(options)``. Parameters that the params file sets count, too. A video must be
    readable; a webcam may appear later.
    """
    if importlib.util.find_spec("mer_interfaces") is None:
        raise ConfigError(
            "mer_interfaces is not installed: build it with this package "
            "(ln -s mer_ros/mer_interfaces src/) and source the workspace."
        )
    for spec in specs:
        if spec.package != "mer_ros":
            program_of(spec)
            continue
        for name in spec.nodes or (spec.executable,):
            entry = NODES[name]
            _check_node(entry, effective(entry, spec.namespace, options.params_file, spec.parameters))
    return params_file.remarks(options.params_file, nodes_of(options)) if options.params_file else []


def _check_node(entry: NodeEntry, values: Mapping[str, object]) -> None:
    """Raise an error for a file that a node needs. values: of ``effective``."""
    check_source(entry, values)
    photo = str(values.get("photo", ""))
    if photo and not Path(photo).expanduser().is_file():
        raise ConfigError(f"photo {photo!r} does not exist: give the path of a photograph.")
    if "model" in values:
        model_files.find(model_files.folder_of(str(values["models_dir"])), str(values["model"]))


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
