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
    """Raise ConfigError or CheckpointError if a program, the video, the photo or the model does not exist.

    A webcam may appear later. With a params file, a model is checked if it is an argument, too: the file may
    name another one, or another folder.
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
    if options.photo and not Path(options.photo).expanduser().is_file():
        raise ConfigError(f"photo {options.photo!r} does not exist: give the path of a photograph.")
    if not options.params_file or _model_is_given(options, specs):
        model_files.find(model_files.folder_of(options.models_dir), options.model)


def _model_is_given(options: GraphOptions, specs: Sequence[NodeSpec]) -> bool:
    """Whether the arguments name the model, and the params file cannot name another folder of models."""
    given = {name for spec in specs for name in spec.parameters}
    elsewhere = "models_dir" in Path(options.params_file).read_text(encoding="utf-8")
    return "model" in given and ("models_dir" in given or not elsewhere)


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
