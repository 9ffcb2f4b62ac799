"""The nodes of the graph, one entry each. To add a node, add a file with its class, and its entry here.

The entry defines the node's executable, its console script, its parameters, its process in the launch files
and in ``mer up``, and its table in docs/parameters.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from mer_ros.errors import ConfigError
from mer_ros.graph.options import GraphOptions
from mer_ros.graph.parameter import Parameter, Value
from mer_ros.graph.parameters import CAMERA, CLASSIFIER, EXPLAINER, FACE_TRACKER

Condition = Callable[[GraphOptions], bool]


def _always(options: GraphOptions) -> bool:
    return True


def _camera_node(options: GraphOptions) -> bool:
    """Whether the camera node is to open a camera."""
    return bool(options.camera) and not options.direct


def _no_camera_node(options: GraphOptions) -> bool:
    """Whether the tracker receives images that the camera node does not turn."""
    return not _camera_node(options)


def _camera_in_tracker(options: GraphOptions) -> bool:
    """Whether the tracker is to open the camera."""
    return options.direct


def _one_recogniser(options: GraphOptions) -> bool:
    """Whether classifier and explainer are to share a process."""
    return options.one_recogniser


def _never(options: GraphOptions) -> bool:
    return False


@dataclass(frozen=True)
class Route:
    """``option`` of the graph sets ``parameter`` of a node if ``when`` returns True."""

    option: str
    parameter: str
    when: Condition = _always


def _routes(*names: str, when: Condition = _always) -> tuple[Route, ...]:
    """Routes of options to parameters of the same names."""
    return tuple(Route(name, name, when) for name in names)


@dataclass(frozen=True)
class NodeEntry:
    """One node.

    Parameters
    ----------
    name : name of the node and of its executable.
    place : "module:Class", imported in the node's process only.
    parameters : the parameters that the node declares.
    routes : the options of the graph that set them.
    exchanges_images : whether the node publishes or subscribes to camera images. If so, its image topic is
        remapped to that of the camera, the Fast DDS profile with a large shared-memory segment is loaded, and
        the allocator keeps image-sized blocks (``runtime.tune_for_images``).
    is_camera : whether the images that the node publishes are camera images.
    source : the parameter that names the source which the node opens, empty if it opens none. A node that
        plays a source that ends is not restarted when it dies: it would play it again from its first frame.
    starts : whether the graph contains the node, given the options.
    per_camera : whether each camera of the option ``cameras`` has a node of its own.
    host : executable whose process holds this node and all others with the same host; every node also has an
        executable of its own.
    hosted : whether the graph starts the host instead of the node's own executable, given the options.
    plays : whether the node plays the camera of the graph, given the options; a recording then starts once
        the other nodes are active (parameter ``wait_for_nodes``).
    """

    name: str
    place: str
    parameters: tuple[Parameter, ...]
    routes: tuple[Route, ...] = ()
    exchanges_images: bool = False
    is_camera: bool = False
    source: str = ""
    starts: Condition = _always
    per_camera: bool = False
    host: str = ""
    hosted: Condition = _never
    plays: Condition = _never

    def executable(self, options: GraphOptions) -> str:
        """The executable that holds the node, given the options."""
        return self.host if self.host and self.hosted(options) else self.name

    def parameter(self, name: str) -> Parameter:
        """The declared parameter of this name."""
        return next(p for p in self.parameters if p.name == name)

    def refusals(self, given: Mapping[str, object]) -> dict[str, str]:
        """Name to message for each given parameter that is not declared or is out of range."""
        known = {p.name: p for p in self.parameters}
        refused: dict[str, str] = {}
        for name, value in given.items():
            if name not in known:
                refused[name] = f"{self.name} has no parameter {name}: use one of {', '.join(sorted(known))}."
                continue
            try:
                known[name].check(value)
            except ConfigError as error:
                refused[name] = str(error)
        return refused

    def values(self, options: GraphOptions, given: Collection[str]) -> dict[str, Value]:
        """Parameters that the options set: those whose option is in ``given`` or differs from the default."""
        found: dict[str, Value] = {}
        for route in self.routes:
            value = getattr(options, route.option)
            differs = value != self.parameter(route.parameter).default
            if route.when(options) and (differs or route.option in given):
                found[route.parameter] = value
        return found


_MODEL_ROUTES = _routes("model", "models_dir", "device", "autostart", "log_level")

NODES: dict[str, NodeEntry] = {
    entry.name: entry
    for entry in (
        NodeEntry(
            "camera",
            "mer_ros.nodes.camera:CameraNode",
            CAMERA,
            (
                Route("camera", "source"),
                *_routes("fps", "rate", "rotate", "amplitude_px", "events", "conditions", "head", "photo"),
                *_routes("wait_for_subscribers", "autostart", "log_level"),
            ),
            exchanges_images=True,
            is_camera=True,
            source="source",
            starts=_camera_node,
            plays=_camera_node,
        ),
        NodeEntry(
            "face_tracker",
            "mer_ros.nodes.face_tracker.node:FaceTrackerNode",
            FACE_TRACKER,
            (
                *_routes("compressed", "autostart", "log_level"),
                *_routes("camera", "fps", "rate", "wait_for_subscribers", when=_camera_in_tracker),
                *_routes("rotate", when=_no_camera_node),
            ),
            exchanges_images=True,
            source="camera",
            per_camera=True,
            plays=_camera_in_tracker,
        ),
        NodeEntry(
            "classifier",
            "mer_ros.nodes.classifier:ClassifierNode",
            CLASSIFIER,
            _MODEL_ROUTES,
            host="recogniser",  # torch is imported once
            hosted=_one_recogniser,
        ),
        NodeEntry(
            "explainer",
            "mer_ros.nodes.explainer:ExplainerNode",
            EXPLAINER,
            _MODEL_ROUTES,
            host="recogniser",
            hosted=_one_recogniser,
        ),
    )
}
"""Name to entry, in start order."""


def executables() -> dict[str, tuple[NodeEntry, ...]]:
    """Name of every executable to the nodes that its process holds: one for each node, then the hosts."""
    hosts = dict.fromkeys(entry.host for entry in NODES.values() if entry.host)
    return {
        **{name: (entry,) for name, entry in NODES.items()},
        **{host: tuple(entry for entry in NODES.values() if entry.host == host) for host in hosts},
    }


def non_camera_nodes() -> frozenset[str]:
    """Names of the nodes whose image topics carry results, such as annotated images."""
    return frozenset(entry.name for entry in NODES.values() if not entry.is_camera)
