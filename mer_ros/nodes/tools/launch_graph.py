"""The graph as a launch description. Only the launch files import this module and with it ``launch``."""

from __future__ import annotations

import inspect

from launch.actions import DeclareLaunchArgument, ExecuteLocal, OpaqueFunction
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterFile, ParameterValue

from launch import LaunchContext, LaunchDescription
from mer_ros.graph import description

_RESPAWNS = 20
"""How often launch starts a node again. It counts over its whole life, where ``mer up`` counts a minute's."""


def describe(defaults: description.GraphOptions) -> LaunchDescription:
    """All options as launch arguments with these defaults, and the nodes that follow from them."""
    declared = [
        DeclareLaunchArgument(
            argument.name,
            default_value=argument.default,
            description=argument.help,
            choices=list(argument.choices) or None,
        )
        for argument in description.arguments(defaults)
    ]
    chosen: set[str] = set()  # before the declarations run, a configuration that is there was given
    return LaunchDescription(
        [
            OpaqueFunction(function=lambda context: chosen.update(context.launch_configurations)),
            *declared,
            OpaqueFunction(function=lambda context: _start(context, defaults, chosen)),
        ]
    )


def _start(context: LaunchContext, defaults: description.GraphOptions, chosen: set[str]) -> list[object]:
    """Texts to options to nodes; a MerError ends the launch with its sentence and exit code 1."""
    texts = {a.name: LaunchConfiguration(a.name).perform(context) for a in description.arguments(defaults)}
    options = description.GraphOptions.from_text(texts, defaults)
    return [node_action(spec) for spec in description.nodes(options, given=chosen)]


def node_action(spec: description.NodeSpec) -> Node:
    """A NodeSpec as launch_ros's Node."""
    return Node(
        package=spec.package,
        executable=spec.executable,
        name=spec.name,
        namespace=spec.namespace,
        parameters=[
            *(ParameterFile(path) for path in spec.params_files),
            # a text that looks like a number or a boolean stays text
            {name: ParameterValue(value, value_type=type(value)) for name, value in spec.parameters.items()},
        ],
        remappings=list(spec.remappings),
        additional_env=dict(spec.env),
        arguments=list(spec.arguments),
        ros_arguments=["--log-level", spec.log_level] if spec.log_level else [],
        respawn=spec.respawn,
        respawn_delay=0.5,
        **_respawn_limit(),
        output="screen",
        emulate_tty=True,
    )


def _respawn_limit() -> dict[str, int]:
    """The limit as an option, if the launch that is installed knows one; without it there is none."""
    known = inspect.signature(ExecuteLocal.__init__).parameters
    return {"respawn_max_retries": _RESPAWNS} if "respawn_max_retries" in known else {}
