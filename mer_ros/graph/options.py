"""The options of the graph: launch arguments of the launch files, and command-line options of ``mer up``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from mer_ros.errors import ConfigError
from mer_ros.graph.parameter import Parameter, Value
from mer_ros.graph.parameters import CAMERA, CLASSIFIER, FACE_TRACKER, LOG_LEVELS
from mer_ros.sources import source_spec

T = TypeVar("T")


def _option(default: T, help: str, *, choices: tuple[Value, ...] = ()) -> T:
    """A field with its help text."""
    return field(default=default, metadata={"help": help, "choices": choices})


def _parameter(declared: tuple[Parameter, ...], name: str, help: str = "") -> Any:
    """A field with the default, help text and choices of a node's parameter. help: another help text."""
    found = next(p for p in declared if p.name == name)
    return _option(found.default, help or found.description, choices=found.choices)


@dataclass(frozen=True)
class GraphOptions:
    """The options of the graph. ``catalogue.NODES`` lists which parameters of which nodes they set."""

    namespace: str = _option("mer", "Namespace of all nodes and topics.")
    image: str = _option(
        "/camera/image_raw",
        "Image topic of the camera; the compressed topic is TOPIC/compressed.",
    )
    cameras: str = _option(
        "",
        "Names of several cameras, such as [front, left]: each has a tracker in NAMESPACE/NAME, and all one "
        "recogniser; image is /{camera}/image_raw unless it contains {camera} elsewhere.",
    )
    compressed: bool = _parameter(FACE_TRACKER, "compressed")
    model: str = _parameter(CLASSIFIER, "model")
    models_dir: str = _parameter(CLASSIFIER, "models_dir")
    device: str = _parameter(CLASSIFIER, "device")
    camera: str = _option("", f"Start a camera: {source_spec.description()}; empty: your driver publishes.")
    direct: bool = _option(
        False,
        f"The tracker opens the camera itself ({', '.join(source_spec.forms_of(direct=True))}), so that no "
        "frame is lost in transport.",
    )
    fps: float = _parameter(CAMERA, "fps")
    rate: float = _parameter(CAMERA, "rate")
    rotate: int = _parameter(CAMERA, "rotate")
    amplitude_px: float = _parameter(CAMERA, "amplitude_px")
    events: int = _parameter(CAMERA, "events")
    conditions: str = _parameter(CAMERA, "conditions")
    head: str = _parameter(CAMERA, "head")
    photo: str = _parameter(CAMERA, "photo")
    wait_for_subscribers: int = _parameter(
        CAMERA,
        "wait_for_subscribers",
        "A clip or video starts once the other nodes are active and its images, or with direct its events, "
        "have this many subscribers. mer up sets 3 with direct (classifier, explainer and itself) unless it "
        "is given. A webcam does not wait.",
    )
    rviz: bool = _option(False, "Start RViz with the displays of this package.")
    params_file: str = _option("", "YAML file with node parameters; empty: config/mer.yaml of this package.")
    autostart: bool = _option(
        True, "Configure and activate the nodes at start; false: an external lifecycle manager does both."
    )
    use_sim_time: bool = _option(False, "Use the time of /clock, as published by ros2 bag play --clock.")
    one_recogniser: bool = _option(
        True,
        "Run classifier and explainer in one process, which imports torch once; false: in a process each.",
    )
    respawn: bool = _option(True, "Restart a node that dies.")
    local_only: bool = _option(False, "Restrict discovery to this machine.")
    log_level: str = _option(
        "",
        "Lowest severity that the nodes log, and no other part of ROS; empty: info.",
        choices=("", *LOG_LEVELS),
    )

    @classmethod
    def from_text(cls, given: Mapping[str, str], defaults: GraphOptions | None = None) -> GraphOptions:
        """Options from text values, as launch arguments have them; ConfigError names an invalid one."""
        defaults = defaults or cls()
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(given) - known)
        if unknown:
            raise ConfigError(f"argument {unknown[0]} is unknown: use one of {', '.join(sorted(known))}.")
        values = {name: _parse(name, text, type(getattr(defaults, name))) for name, text in given.items()}
        return cls(**{**{f.name: getattr(defaults, f.name) for f in fields(cls)}, **values})


DEMO = GraphOptions(camera="synthetic:1", image="demo/image_raw", rate=0.5, local_only=True)
"""The demo: a synthetic clip at half speed, which two cores process without dropping a frame."""


@dataclass(frozen=True)
class Argument:
    """A launch argument or command-line option, with its default as text."""

    name: str
    default: str
    help: str
    choices: tuple[str, ...] = ()


def arguments(defaults: GraphOptions | None = None) -> list[Argument]:
    """All options of the graph with their defaults."""
    defaults = defaults or GraphOptions()
    return [
        Argument(
            f.name,
            text_of(getattr(defaults, f.name)),
            f.metadata["help"],
            tuple(map(text_of, f.metadata["choices"])),
        )
        for f in fields(GraphOptions)
    ]


def text_of(value: Value) -> str:
    """A value in the notation of launch arguments."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parse(name: str, text: str, kind: type[Value]) -> Value:
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise ConfigError(f"argument {name} must be true or false; {text!r} was given.")
        return text.lower() == "true"
    if kind is str:
        return text
    try:
        return kind(text)
    except ValueError:
        words = "a whole number" if kind is int else "a number"
        raise ConfigError(f"argument {name} must be {words}; {text!r} was given.") from None
