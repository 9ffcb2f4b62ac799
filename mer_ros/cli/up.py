"""``mer up``: starts the graph of nodes without the ``launch`` package of ROS."""

from __future__ import annotations

import inspect
import signal
import time
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import typer

from mer_ros.errors import ConfigError
from mer_ros.graph import description
from mer_ros.graph.options import GraphOptions

_POLL_S = 0.1


def _with_graph_options(command: Callable[[GraphOptions, frozenset[str]], None]) -> Callable[..., None]:
    """Add one option per field of ``GraphOptions`` to a command, as the launch files have arguments."""

    def wrapped(context: typer.Context, **values: Any) -> None:
        sources = {name: context.get_parameter_source(name) for name in values}
        given = frozenset(n for n, source in sources.items() if source and source.name == "COMMANDLINE")
        command(GraphOptions(**values), given)

    shown = [
        inspect.Parameter(
            f.name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=type(f.default),
            default=typer.Option(f.default, help=_help_of(f.metadata["help"], f.metadata["choices"])),
        )
        for f in fields(GraphOptions)
    ]
    shown.insert(0, inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context))
    wrapped.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    wrapped.__annotations__ = {p.name: p.annotation for p in shown}
    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    return wrapped


def _help_of(text: str, choices: tuple[object, ...]) -> str:
    return f"{text} One of: {', '.join(map(str, choices))}." if choices else text


@_with_graph_options
def up(options: GraphOptions, given: frozenset[str]) -> None:
    """Start face_tracker, classifier, explainer and optionally a camera. Ctrl-C stops them."""
    from mer_ros.graph.processes import Supervisor, command_of

    if not options.autostart:
        typer.echo("autostart is off: a lifecycle manager must activate the nodes.")
    commands = [command_of(spec) for spec in description.node_specs(options, given=given)]
    description.check_files(options)
    stopping = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: stopping.append(number))
    with Supervisor(commands, lambda name, line: typer.echo(f"[{name}] {line}")) as supervisor:
        while not stopping and supervisor.poll():
            time.sleep(_POLL_S)
    failed = {name: code for name, code in supervisor.exit_codes().items() if code}
    if failed and not stopping:
        raise ConfigError(f"{', '.join(sorted(failed))} failed: see the messages above.")
