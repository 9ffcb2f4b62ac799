"""The node graph, described once: the launch files and ``mer up`` both start what this module says.

Nothing here knows ROS or starts a process. Every value stays the text or number it is: nothing is evaluated.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from mer_ros import files
from mer_ros.errors import ConfigError
from mer_ros.graph import parameters, topic_names
from mer_ros.recognition import model_files
from mer_ros.sources import source_spec
from mer_ros.sources.catalogue import SOURCES

LOG_LEVELS = ("debug", "info", "warn", "error", "fatal")
PROFILE_VARIABLES = ("FASTRTPS_DEFAULT_PROFILES_FILE", "FASTDDS_DEFAULT_PROFILES_FILE")
"""What Fast DDS reads its profile from on Jazzy, and what it reads later."""

_DEFAULTS = {node: {p.name: p.default for p in declared} for node, declared in parameters.NODES.items()}
_NAME = re.compile(r"/?[A-Za-z_][A-Za-z0-9_]*(/[A-Za-z_][A-Za-z0-9_]*)*")
_TOPIC = re.compile(rf"(~/)?{_NAME.pattern}")


def _option(
    default: Any, help: str, *, choices: tuple[str, ...] = (), to: tuple[str, str] | None = None
) -> Any:
    """A field: help for the command line; ``to`` names nodes (by comma) and the parameter that it sets."""
    return field(default=default, metadata={"help": help, "choices": choices, "to": to})


def _parameter(node: str, name: str, nodes: str = "") -> Any:
    """A field that is a node's parameter under its own name, with the declared default, help and choices."""
    declared = next(p for p in parameters.NODES[node] if p.name == name)
    return _option(declared.default, declared.description, choices=declared.choices, to=(nodes or node, name))


@dataclass(frozen=True)
class GraphOptions:
    """What may be chosen about the graph; launch arguments and options of ``mer up`` are made from it."""

    namespace: str = _option("mer", "Namespace of all nodes and topics.")
    image: str = _option(
        "/camera/image_raw", "Image topic of the camera; its compressed twin has /compressed behind."
    )
    compressed: bool = _parameter("face_tracker", "compressed")
    model: str = _parameter("classifier", "model", "classifier,explainer")
    models_dir: str = _parameter("classifier", "models_dir", "classifier,explainer")
    device: str = _parameter("classifier", "device", "classifier,explainer")
    camera: str = _option(
        "",
        "Start a camera too: synthetic:SEED, file:PATH, device:PATH or a path; empty: your driver publishes.",
        to=("camera", "source"),
    )
    direct: bool = _option(
        False,
        "The tracker opens that camera itself (file or device): no transport, so nothing is lost in it.",
    )
    fps: float = _parameter("camera", "fps")
    rate: float = _parameter("camera", "rate")
    amplitude_px: float = _parameter("camera", "amplitude_px")
    events: int = _parameter("camera", "events")
    conditions: str = _parameter("camera", "conditions")
    photo: str = _parameter("camera", "photo")
    wait_for_subscribers: int = _parameter("camera", "wait_for_subscribers")
    rviz: bool = _option(False, "Start RViz with the package's displays.")
    params_file: str = _option("", "Parameters of the nodes as YAML; empty: the package's config/mer.yaml.")
    autostart: bool = _option(
        True,
        "false: an outside lifecycle manager configures and activates.",
        to=("camera,face_tracker,classifier,explainer", "autostart"),
    )
    use_sim_time: bool = _option(False, "Take time from /clock, as with ros2 bag play --clock.")
    respawn: bool = _option(True, "Start a node again when it dies.")
    local_only: bool = _option(False, "Keep discovery to this machine.")
    log_level: str = _option("info", "Least severe lines that are logged.", choices=LOG_LEVELS)

    @classmethod
    def from_text(cls, given: Mapping[str, str], defaults: GraphOptions | None = None) -> GraphOptions:
        """Options from texts, as launch arguments are; ConfigError names what cannot be read."""
        defaults = defaults or cls()
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(given) - known)
        if unknown:
            raise ConfigError(f"argument {unknown[0]} is unknown: there are {', '.join(sorted(known))}.")
        values = {name: _read(name, text, type(getattr(defaults, name))) for name, text in given.items()}
        return cls(**{**{f.name: getattr(defaults, f.name) for f in fields(cls)}, **values})


DEMO = GraphOptions(camera="synthetic:1", image="demo/image_raw", rate=0.5, local_only=True)
"""The demonstration: the made clip at half speed, which two cores can follow frame by frame."""


@dataclass(frozen=True)
class NodeSpec:
    """One process of the graph.

    package and executable as ``ros2 run`` takes them. parameters: name to value, beside params_files, which
    they override. remappings: from, to. env: variables to add to the environment. arguments: plain ones.
    """

    package: str
    executable: str
    name: str
    namespace: str = ""
    parameters: Mapping[str, parameters.Value] = field(default_factory=dict)
    params_files: tuple[str, ...] = ()
    remappings: tuple[tuple[str, str], ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    log_level: str = ""
    respawn: bool = False


@dataclass(frozen=True)
class Argument:
    """A launch argument or command line option: all as text."""

    name: str
    default: str
    help: str
    choices: tuple[str, ...] = ()


def arguments(defaults: GraphOptions | None = None) -> list[Argument]:
    """Every option of the graph with its default."""
    defaults = defaults or GraphOptions()
    return [
        Argument(f.name, text_of(getattr(defaults, f.name)), f.metadata["help"], f.metadata["choices"])
        for f in fields(GraphOptions)
    ]


def text_of(value: parameters.Value) -> str:
    """A value as launch arguments write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def nodes(
    options: GraphOptions,
    environ: Mapping[str, str] | None = None,
    given: Collection[str] = (),
) -> list[NodeSpec]:
    """The processes of the graph.

    environ: the user's environment, whose own choices are left alone. given: the options that somebody chose
    by name; they win over the params file also where the choice is the default.
    """
    environ = os.environ if environ is None else environ
    _check(options)
    params_file = options.params_file or str(files.config_file("mer.yaml"))
    discovery = {"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"} if options.local_only else {}
    profile = {} if any(environ.get(v) for v in PROFILE_VARIABLES) else _profile()
    camera = ["camera"] if options.camera and not options.direct else []
    names = [*camera, "face_tracker", "classifier", "explainer"]
    specs = []
    for name in names:
        pictures = name in ("camera", "face_tracker")  # only they exchange camera pictures
        specs.append(
            NodeSpec(
                package="mer_ros",
                executable=name,
                name=name,
                namespace=options.namespace,
                parameters=_parameters(name, options, given),
                params_files=(params_file,),
                remappings=_image_remappings(options.image) if pictures else (),
                env={**discovery, **(profile if pictures else {})},
                log_level=options.log_level,
                respawn=options.respawn and name != "camera",  # a clip that has ended is not started again
            )
        )
    if options.rviz:
        config = str(files.config_file("mer.rviz"))
        in_namespace = tuple(
            (f"/mer/{topic}", f"/{options.namespace.strip('/')}/{topic}".replace("//", "/"))
            for topic in (topic_names.OVERLAY, topic_names.ANNOTATED, topic_names.PROTOTYPE)
            if options.namespace.strip("/") != "mer"
        )
        specs.append(
            NodeSpec(
                "rviz2", "rviz2", "rviz2", arguments=("-d", config), remappings=in_namespace, env=discovery
            )
        )
    return specs


def _parameters(node: str, options: GraphOptions, given: Collection[str]) -> dict[str, parameters.Value]:
    """Options that were given or differ from the node's default; the rest is left to the params file."""
    values: dict[str, parameters.Value] = {}
    for f in fields(options):
        if f.metadata["to"] is None:
            continue
        receivers, name = f.metadata["to"]
        value = getattr(options, f.name)
        if options.direct and node == "face_tracker" and receivers == "camera":
            receivers, name = node, "camera" if name == "source" else name
        if (
            node in receivers.split(",")
            and name in _DEFAULTS[node]
            and (f.name in given or value != _DEFAULTS[node][name])
        ):
            values[name] = value
    if options.use_sim_time or "use_sim_time" in given:
        values["use_sim_time"] = options.use_sim_time
    return values


def _image_remappings(image: str) -> tuple[tuple[str, str], ...]:
    return (
        (topic_names.IMAGE, image),
        (topic_names.IMAGE_COMPRESSED, f"{image}/compressed"),
    )


def _profile() -> dict[str, str]:
    return dict.fromkeys(PROFILE_VARIABLES, str(files.config_file("fastdds.xml")))


def _check(options: GraphOptions) -> None:
    """Refuse what no node could start with, before any starts."""
    if options.namespace.strip("/") and not _NAME.fullmatch(options.namespace):
        raise ConfigError(f"namespace {options.namespace!r} is no ROS name: use letters, digits, _ and /.")
    if not _TOPIC.fullmatch(options.image):
        raise ConfigError(f"image {options.image!r} is no ROS topic: use letters, digits, _ and /.")
    if options.params_file and not Path(options.params_file).is_file():
        raise ConfigError(
            f"params_file {options.params_file!r} does not exist: name a YAML file of parameters."
        )
    source = SOURCES.get(source_spec.parse(options.camera)[0]) if options.camera else None
    if options.direct and not (source and source.direct):
        raise ConfigError(
            "direct needs a camera that the tracker can open, device:PATH, file:PATH or a path; "
            f"{options.camera!r} was given."
        )
    if options.camera and options.compressed:
        raise ConfigError(
            f"compressed is set beside camera {options.camera!r}, which publishes plain pictures only: "
            "leave one of them out."
        )
    for f in fields(options):
        value = getattr(options, f.name)
        if f.metadata["choices"] and value not in f.metadata["choices"]:
            raise ConfigError(
                f"{f.name} must be one of {', '.join(f.metadata['choices'])}; {value!r} was given."
            )
        if f.metadata["to"] is not None and value != f.default:
            receivers, name = f.metadata["to"]
            declared = next(p for p in parameters.NODES[receivers.split(",")[0]] if p.name == name)
            declared.check(value)


def check_files(options: GraphOptions) -> None:
    """Refuse a video or a model that is not there; ConfigError or CheckpointError.

    For who starts this graph alone: in a larger launch the other nodes go on without them. A default model is
    not looked for, since the params file may name another.
    """
    if options.camera:
        kind, name = source_spec.parse(options.camera)
        SOURCES.get(kind).check(name)
    folder = model_files.folder_of(options.models_dir)
    if options.model != _DEFAULTS["classifier"]["model"]:
        model_files.find(folder, options.model)


def _read(name: str, text: str, kind: type) -> parameters.Value:
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise ConfigError(f"argument {name} must be true or false; {text!r} was given.")
        return text.lower() == "true"
    if kind is str:
        return text
    try:
        return kind(text)  # type: ignore[no-any-return]
    except ValueError:
        words = "a whole number" if kind is int else "a number"
        raise ConfigError(f"argument {name} must be {words}; {text!r} was given.") from None
