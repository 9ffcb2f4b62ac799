"""The processes of the graph, derived from the options and the node catalogue.

The launch files and ``mer up`` start the processes that this module returns. Values are passed on unchanged;
no text is evaluated.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from mer_ros import files
from mer_ros.errors import ConfigError
from mer_ros.graph import (
    huge_pages,
    kept_parameters,
    log_colours,
    params_file,
    topic_names,
    transport_profile,
)
from mer_ros.graph.catalogue import NODES, NodeEntry, executables
from mer_ros.graph.effective_parameters import effective, image_bytes, plays_recording
from mer_ros.graph.options import GraphOptions
from mer_ros.graph.parameter import Value
from mer_ros.graph.several_cameras import PLACE, Camera, cameras_of
from mer_ros.sources import source_spec
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.source import Source

_NAME = re.compile(r"/?[A-Za-z_][A-Za-z0-9_]*(/[A-Za-z_][A-Za-z0-9_]*)*")
_TOPIC = re.compile(rf"(~/)?{_NAME.pattern}")


@dataclass(frozen=True)
class NodeSpec:
    """One process of the graph.

    package, executable: as for ``ros2 run``. name: of its node. nodes: names of its nodes if they are
    several; the process then has no node of its own name. parameters: name to value, for each node; they
    override params_files. remappings: (from, to). env: variables to add to the environment. arguments:
    arguments before --ros-args. title: for messages; empty: the name. plays_recording: whether it opens a
    source that ends; it is then not restarted, since it would play it again from the first frame.
    """

    package: str
    executable: str
    name: str
    namespace: str = ""
    parameters: Mapping[str, Value] = field(default_factory=dict)
    nodes: tuple[str, ...] = ()
    params_files: tuple[str, ...] = ()
    remappings: tuple[tuple[str, str], ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    respawn: bool = False
    title: str = ""
    plays_recording: bool = False


def node_specs(
    options: GraphOptions,
    environ: Mapping[str, str] | None = None,
    given: Collection[str] = (),
    typed: bool = False,
) -> list[NodeSpec]:
    """The processes of the graph; ConfigError if an option is invalid.

    environ: the user's environment; a transport profile that it names is kept. given: names of the options
    that the user set; they override the params file even if their value is the default. typed: whether all of
    them come from a command line: an option without effect is then refused even if its value is the default,
    while a launch file can hand on such a value of its parent.
    """
    environ = os.environ if environ is None else environ
    _check(options, given, typed)
    discovery = {"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"} if options.local_only else {}
    every_env = {
        **discovery,
        **transport_profile.udp_variables(environ),
        **kept_parameters.variables(),
        **log_colours.variables(),
    }
    of_nodes = {**every_env, **huge_pages.variables(environ)}
    started = [entry for entry in NODES.values() if entry.starts(options)]
    cameras = cameras_of(options)
    specs = []
    for executable, entries, parameters in _processes(started, options, given):
        with_images = any(entry.exchanges_images for entry in entries)
        per_camera = any(entry.per_camera for entry in entries)
        for camera in cameras if per_camera else (Camera("", options.image),):
            namespace = camera.namespace(options.namespace)
            values = {e: effective(e, namespace, options.params_file, parameters) for e in entries}
            recording = any(plays_recording(entry, of_entry) for entry, of_entry in values.items())
            published = [image_bytes(entry, values[entry]) for entry in entries if entry.is_camera]
            profile = transport_profile.profile_variables(environ, max(published, default=0))
            specs.append(
                NodeSpec(
                    package="mer_ros",
                    executable=executable,
                    name=executable,
                    namespace=namespace,
                    nodes=tuple(entry.name for entry in entries) if len(entries) > 1 else (),
                    parameters={**parameters, **({"source": camera.name} if camera.name else {})},
                    params_files=(options.params_file or str(files.config_file("mer.yaml")),),
                    remappings=camera.remappings(options.namespace) if with_images else (),
                    env={**profile, **of_nodes} if with_images else of_nodes,
                    respawn=options.respawn and not recording,
                    title=f"{camera.name}/{executable}" if camera.name else "",
                    plays_recording=recording,
                )
            )
    return [*specs, _rviz(options.namespace, cameras[0], every_env)] if options.rviz else specs


def _processes(
    started: Sequence[NodeEntry], options: GraphOptions, given: Collection[str]
) -> Iterator[tuple[str, list[NodeEntry], dict[str, Value]]]:
    """(executable, its nodes, their parameters) of each process.

    ROS passes a parameter of a command line to all nodes of the process, so nodes with the same host share it
    only if their parameters are equal, and if all nodes of the host are started.
    """
    values = {entry.name: _parameters(entry, options, given, started) for entry in started}
    done: set[str] = set()
    for entry in started:
        if entry.name in done:
            continue
        executable = entry.executable(options)
        nodes = list(executables()[executable])
        if any(values.get(node.name) != values[entry.name] for node in nodes):
            executable, nodes = entry.name, [entry]
        done.update(node.name for node in nodes)
        yield executable, nodes, values[entry.name]


def _parameters(
    entry: NodeEntry, options: GraphOptions, given: Collection[str], started: Sequence[NodeEntry]
) -> dict[str, Value]:
    """Parameters that the options set on a node; the params file sets the others.

    started: the nodes of the graph; a node that plays the camera waits for those that process its images.
    """
    values = entry.values(options, given)
    if entry.plays(options):
        values["wait_for_nodes"] = ",".join(e.name for e in started if e is not entry and not e.is_camera)
    if options.use_sim_time or "use_sim_time" in given:  # ROS declares it on every node
        values["use_sim_time"] = options.use_sim_time
    return values


def _rviz(namespace: str, camera: Camera, env: Mapping[str, str]) -> NodeSpec:
    """RViz with the displays of this package, remapped unless the topics are theirs ("/mer/...").

    camera: whose annotated images are shown.
    """
    graph = topic_names.absolute(namespace)
    shown = {
        topic_names.OVERLAY: graph,
        topic_names.ANNOTATED: camera.namespace(graph),
        topic_names.PROTOTYPE: graph,
    }
    remappings = tuple(
        (f"/mer/{topic}", f"{prefix}/{topic}") for topic, prefix in shown.items() if prefix != "/mer"
    )
    config = str(files.config_file("mer.rviz"))
    return NodeSpec("rviz2", "rviz2", "rviz2", arguments=("-d", config), remappings=remappings, env=env)


def nodes_of(options: GraphOptions) -> dict[str, NodeEntry]:
    """Fully qualified name, such as "/mer/camera", to entry of each node that the options start."""
    prefix = topic_names.absolute(options.namespace)
    return {
        f"{camera.namespace(prefix) if entry.per_camera else prefix}/{name}": entry
        for camera in cameras_of(options)
        for name, entry in NODES.items()
        if entry.starts(options)
    }


def check_namespace(namespace: str) -> None:
    """Raise ConfigError for a namespace that is no ROS name; empty and "/" are the root."""
    if namespace.strip("/") and not _NAME.fullmatch(namespace):
        raise ConfigError(f"namespace {namespace!r} is not a valid ROS name: use letters, digits, _ and /.")


def _check(options: GraphOptions, given: Collection[str], typed: bool) -> None:
    """Raise ConfigError for options with which no node could start, or that the user set in vain."""
    check_namespace(options.namespace)
    if not _TOPIC.fullmatch(options.image.replace(PLACE, "camera")):
        raise ConfigError(f"image {options.image!r} is not a valid ROS topic: use letters, digits, _ and /.")
    if options.params_file:
        params_file.check(options.params_file, nodes_of(options))
    source = SOURCES.get(source_spec.parse(options.camera)[0]) if options.camera else None
    if options.direct and not (source and source.direct):
        forms = ", ".join(source_spec.forms_of(direct=True))
        given_camera = f"{options.camera!r} was given" if options.camera else "add camera"
        raise ConfigError(
            f"direct needs a camera that the tracker can open ({forms} or a path): {given_camera}."
        )
    if options.camera and options.compressed:
        raise ConfigError(
            f"compressed cannot be combined with camera {options.camera!r}, which publishes uncompressed "
            "images only: omit one of them."
        )
    _refuse_unused(options, source, given, typed)
    for f in fields(options):
        value, choices = getattr(options, f.name), f.metadata["choices"]
        if choices and value not in choices:
            raise ConfigError(f"{f.name} must be one of {', '.join(map(str, choices))}; {value!r} was given.")
    for entry in NODES.values():
        for route in entry.routes:
            entry.parameter(route.parameter).check(getattr(options, route.option))


def _refuse_unused(options: GraphOptions, source: Source | None, given: Collection[str], typed: bool) -> None:
    """Raise ConfigError for a given option that has no effect on the camera. source: None without one.

    typed: as of ``node_specs``.
    """
    used = source.uses if source else ()
    unused = [name for name in dict.fromkeys(n for _, kind in SOURCES for n in kind.uses) if name not in used]
    if options.direct:
        unused.append("image")  # no image is published or subscribed to
    for name in unused:
        value = getattr(options, name)
        if name in given and (typed or value != getattr(GraphOptions, name)):
            on = f"on camera {options.camera!r}" if source else "without a camera"
            with_direct = " with direct" if name == "image" else ""
            raise ConfigError(f"{name} = {value!r} has no effect {on}{with_direct}: omit it.")
