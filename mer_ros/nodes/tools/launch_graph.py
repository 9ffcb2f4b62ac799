"""The graph as a launch description. Only launch files import this module, which imports ``launch``.

A launch file of your own includes the graph with ``include``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from launch.actions import (
    DeclareLaunchArgument,
    ExecuteLocal,
    GroupAction,
    IncludeLaunchDescription,
    LogInfo,
    OpaqueFunction,
    RegisterEventHandler,
    UnsetLaunchConfiguration,
)
from launch.event_handlers import OnShutdown
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration
from launch.utilities import normalize_to_list_of_substitutions as to_substitutions
from launch.utilities import perform_substitutions
from launch_ros.actions import LifecycleNode, Node
from launch_ros.parameter_descriptions import ParameterFile, ParameterValue

from launch import LaunchContext, LaunchDescription
from mer_ros import files
from mer_ros.errors import CheckpointError, ConfigError
from mer_ros.graph import parent, preflight
from mer_ros.graph.description import NodeSpec, node_specs
from mer_ros.graph.name_locks import NameLocks
from mer_ros.graph.options import Argument, GraphOptions, arguments, text_of

_RESPAWNS = 20
"""Maximum restarts of a node by launch, over its whole life; ``mer up`` counts them per minute."""


def describe(defaults: GraphOptions) -> LaunchDescription:
    """All options as launch arguments with these defaults, and the nodes that they define."""
    declared = [
        DeclareLaunchArgument(
            argument.name,
            default_value=argument.default,
            description=described(argument),
        )
        for argument in arguments(defaults)
    ]
    given: set[str] = set()  # arguments that are set before the declarations run come from the user
    return LaunchDescription(
        [
            OpaqueFunction(function=lambda context: given.update(context.launch_configurations)),
            *declared,
            OpaqueFunction(function=lambda context: _start(context, defaults, given)),
        ]
    )


def described(argument: Argument) -> str:
    """The help text of an argument with its choices.

    Launch is not given the choices, because its message for another value could not say that the value may
    come from the parent of an include; ``node_specs`` checks them.
    """
    choices = ", ".join(choice for choice in argument.choices if choice)
    return f"{argument.help} One of: {choices}." if choices else argument.help


def include(**given: object) -> OpaqueFunction:
    """The graph of mer.launch.py inside another launch file, with these arguments and no others.

    An ordinary include hands on all arguments of its parent, and names such as ``model`` and ``device`` mean
    something else there. A namespace, parameters and variables that the parent has set are handed on. Values
    are values or substitutions. ConfigError names an argument that is unknown or invalid.
    """
    texts = {name: text_of(v) if isinstance(v, bool | int | float | str) else v for name, v in given.items()}
    defaults = {argument.name: argument.default for argument in arguments()}
    GraphOptions.from_text({n: t if isinstance(t, str) else defaults.get(n, "") for n, t in texts.items()})
    return OpaqueFunction(function=lambda context: [_included(context, texts)])


def _included(context: LaunchContext, given: Mapping[str, Any]) -> GroupAction:
    """The graph, in a scope without the parent's values of its arguments.

    Substitutions are evaluated before: they may name an argument of the parent.
    """
    texts = {
        name: value if isinstance(value, str) else perform_substitutions(context, to_substitutions(value))
        for name, value in given.items()
    }
    source = PythonLaunchDescriptionSource(str(files.share_dir() / "launch" / "mer.launch.py"))
    graph = IncludeLaunchDescription(source, launch_arguments=texts.items())
    return GroupAction([*(UnsetLaunchConfiguration(a.name) for a in arguments()), graph], scoped=True)


def _start(context: LaunchContext, defaults: GraphOptions, given: set[str]) -> list[object]:
    """The nodes for the launch arguments; a MerError ends the launch with its message and exit code 1.

    The check comes first: launch does not end what it has started before a failure.
    """
    texts = {a.name: LaunchConfiguration(a.name).perform(context) for a in arguments(defaults)}
    try:
        options = GraphOptions.from_text(texts, defaults)
        pushed = context.launch_configurations.get("ros_namespace", "")  # by PushRosNamespace
        if pushed and not options.namespace.startswith("/"):
            options = replace(options, namespace=f"{pushed.rstrip('/')}/{options.namespace}")
        specs = node_specs(options, given=given)
        remarks = preflight.check(options, specs)
    except (ConfigError, CheckpointError) as error:
        raise type(error)(_with_include(str(error), given & texts.keys())) from error
    names = NameLocks(specs)
    release = RegisterEventHandler(OnShutdown(on_shutdown=lambda *_: names.close()))
    warned = [LogInfo(msg=f"warning: {remark}") for remark in remarks]
    return [*warned, release, *(action for spec in specs for action in node_actions(spec))]


def _with_include(sentence: str, given: set[str]) -> str:
    """The sentence of an error; if it is about an argument, with the place where the value may come from.

    given: names of the arguments that were set. Whether by the user or by a parent cannot be told apart.
    """
    named = sorted(name for name in given if re.search(rf"\b{name}\b", sentence))
    if not named:
        return sentence
    return (
        f"{sentence.rstrip('.')} (if another launch file includes this one, its own argument {named[0]} may "
        "have been handed on: use include() of mer_ros.nodes.tools.launch_graph there)."
    )


class _WithoutProcess(Node):
    """A node whose process another action starts."""

    def execute(self, context: LaunchContext) -> None:
        """Start nothing."""


class HostedNode(LifecycleNode, _WithoutProcess):
    """One node of a process that holds several: emits StateTransition and handles ChangeState for it.

    ``LifecycleNode.execute`` subscribes to the transitions of the node, then starts the process by
    ``Node.execute``, in whose place ``_WithoutProcess`` stands.
    """


def node_actions(spec: NodeSpec) -> list[Node]:
    """A ``NodeSpec`` as actions of launch_ros: one starts the process, and each lifecycle node has one."""
    options = {
        "package": spec.package,
        "executable": spec.executable,
        "namespace": spec.namespace,
        "parameters": [
            *(ParameterFile(path) for path in spec.params_files),
            # with the type, text that looks like a number or a boolean stays text
            {name: ParameterValue(value, value_type=type(value)) for name, value in spec.parameters.items()},
        ],
        "remappings": list(spec.remappings),
        "additional_env": {**spec.env, **parent.variables()},
        "arguments": list(spec.arguments),
        "respawn": spec.respawn,
        "respawn_delay": 0.5,
        **_respawn_limit(),
        "output": "screen",
        "emulate_tty": True,
    }
    if spec.nodes:  # a name would rename all nodes of the process
        place = {key: options[key] for key in ("package", "executable", "namespace")}
        return [*(HostedNode(name=name, **place) for name in spec.nodes), Node(**options)]
    kind = LifecycleNode if spec.package == "mer_ros" else Node
    return [kind(name=spec.name, **options)]


def _respawn_limit() -> dict[str, int]:
    """The limit as an option of the action, if the installed launch has this option."""
    known = inspect.signature(ExecuteLocal.__init__).parameters
    return {"respawn_max_retries": _RESPAWNS} if "respawn_max_retries" in known else {}
