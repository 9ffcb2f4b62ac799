"""``mer up``: starts the graph of nodes without the ``launch`` package of ROS."""

from __future__ import annotations

import inspect
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import fields, replace
from typing import IO, TYPE_CHECKING, Any

import typer

from mer_ros.cli.terminal import fitted
from mer_ros.cli.watch import PORT
from mer_ros.compat import ros_missing
from mer_ros.errors import ConfigError, GraphError, quantity
from mer_ros.graph import description, preflight
from mer_ros.graph.description import NodeSpec
from mer_ros.graph.name_locks import NameLocks
from mer_ros.graph.options import GraphOptions
from mer_ros.graph.received_emotion import ReceivedEmotion
from mer_ros.graph.several_cameras import cameras_of
from mer_ros.reports.events import EVENT_HEADER, event_json, event_row
from mer_ros.sources import source_spec
from mer_ros.sources.catalogue import SOURCES

if TYPE_CHECKING:
    from mer_ros.graph.processes import ProcessCommand
    from mer_ros.nodes.tools.event_follower import EventFollower

_POLL_S = 0.1
_SUBSCRIBERS_OF_EVENTS = 3  # of a followed graph: classifier, explainer and follower


def _with_graph_options(
    command: Callable[[GraphOptions, frozenset[str], bool, int | None], None],
) -> Callable[..., None]:
    """Add --json, the options of the live page, and one option per field of ``GraphOptions``."""

    def wrapped(context: typer.Context, as_json: bool, watch: bool, watch_port: int, **values: Any) -> None:
        sources = {name: context.get_parameter_source(name) for name in (*values, "watch_port")}
        given = frozenset(n for n, source in sources.items() if source and source.name == "COMMANDLINE")
        if not watch and "watch_port" in given:
            raise ConfigError("--watch-port has no effect without --watch: add --watch, or omit the port.")
        command(GraphOptions(**values), given & values.keys(), as_json, watch_port if watch else None)

    shown = [
        inspect.Parameter(
            f.name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=type(f.default),
            default=typer.Option(f.default, help=_help_of(f.metadata["help"], f.metadata["choices"])),
        )
        for f in fields(GraphOptions)
    ]
    as_json = typer.Option(False, "--json", help="Print each event as one JSON object; logs go to stderr.")
    watch = typer.Option(False, "--watch", help="Also serve a live page for a browser, as mer watch does.")
    port = typer.Option(PORT, min=0, max=65535, help="Port of the live page; 0 selects a free one.")
    shown[:0] = [
        inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
        inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, annotation=bool, default=as_json),
        inspect.Parameter("watch", inspect.Parameter.KEYWORD_ONLY, annotation=bool, default=watch),
        inspect.Parameter("watch_port", inspect.Parameter.KEYWORD_ONLY, annotation=int, default=port),
    ]
    wrapped.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    wrapped.__annotations__ = {p.name: p.annotation for p in shown}
    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    return wrapped


def _help_of(text: str, choices: tuple[object, ...]) -> str:
    shown = ", ".join(str(choice) for choice in choices if choice != "")
    return f"{text} One of: {shown}." if shown else text


@_with_graph_options
def up(options: GraphOptions, given: frozenset[str], as_json: bool, watch_port: int | None) -> None:
    """Start face_tracker, classifier, explainer and optionally a camera. Ctrl-C stops them.

    Prints each event. A recording ends the command with its last event.
    """
    from mer_ros.graph.processes import Supervisor, command_of

    log = sys.stderr if as_json else sys.stdout
    if not options.autostart:
        typer.echo("autostart is off: a lifecycle manager must activate the nodes.", file=log)
    specs = description.node_specs(_gated(options, given), given=given, typed=True)
    for remark in preflight.check(options, specs):
        typer.echo(f"Warning: {remark}", file=log)
    commands = [command_of(spec) for spec in specs]
    stopping: list[int] = []
    with ExitStack() as stack:
        stack.enter_context(NameLocks(specs))
        if options.autostart:
            stack.enter_context(_initialised(options))
        for number in (signal.SIGINT, signal.SIGTERM):  # until here, they end the process at once
            signal.signal(number, lambda number, _frame: stopping.append(number))
        graph = Supervisor(commands, lambda name, line: typer.echo(f"[{name}] {line}", file=log))
        page = Supervisor(_page_commands(options, watch_port), graph.on_line)
        stack.enter_context(graph)
        stack.enter_context(page)
        show = _show_json if as_json else _Table(log, bool(options.cameras)).show
        # after the graph, which starts meanwhile: the messages take half a second to import
        follower = stack.enter_context(_following(options, show)) if options.autostart else None
        while not stopping and graph.poll():
            page.poll()
            _check_player(specs, graph.exit_codes())
            if follower is None:
                time.sleep(_POLL_S)
                continue
            follower.spin(_POLL_S)
            if follower.failure:
                raise GraphError(follower.failure)
            if _ends(options) and follower.finished:
                typer.echo(_summary(follower), file=log)
                return
    failed = {name: code for name, code in graph.exit_codes().items() if code}
    if failed and not stopping:
        raise ConfigError(f"{', '.join(sorted(failed))} failed: see the messages above.")


def _page_commands(options: GraphOptions, port: int | None) -> list[ProcessCommand]:
    """The command of the live page, in a process of its own: the graph goes on if it ends.

    port: that of the page; None: no page.
    """
    if port is None:
        return []
    from mer_ros.graph.processes import ProcessCommand

    program = "from mer_ros.cli.entry import main; main()"
    arguments = ["watch", "--namespace", options.namespace, "--port", str(port)]
    arguments += ["--local-only"] if options.local_only else []
    return [ProcessCommand("watch", (sys.executable, "-c", program, *arguments))]


def _check_player(specs: Sequence[NodeSpec], codes: Mapping[str, int | None]) -> None:
    """Raise GraphError if a process that plays a recording has died. codes: exit code of each process."""
    for spec in specs:
        name = spec.title or spec.name
        if spec.plays_recording and codes[name]:
            raise GraphError(
                f"{name} has died with exit code {codes[name]} while it played the recording: the events "
                "printed so far are those before it; start again."
            )


def _ends(options: GraphOptions) -> bool:
    """Whether the camera of the graph is a recording, which ends."""
    return bool(options.camera) and SOURCES.get(source_spec.parse(options.camera)[0]).ends


def _gated(options: GraphOptions, given: frozenset[str]) -> GraphOptions:
    """The options with a recording that starts once its events have all their subscribers."""
    if not (options.direct and options.autostart and _ends(options)) or "wait_for_subscribers" in given:
        return options
    return replace(options, wait_for_subscribers=_SUBSCRIBERS_OF_EVENTS)


def _initialised(options: GraphOptions) -> AbstractContextManager[None]:
    """ROS for the subscriber; GraphError if it cannot be imported."""
    if options.local_only:
        os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
    try:
        from mer_ros.nodes.base.initialisation import initialised
    except ImportError as error:
        raise ros_missing(error) from error
    return initialised()


def _following(
    options: GraphOptions, show: Callable[[ReceivedEmotion, str], None]
) -> AbstractContextManager[EventFollower]:
    """The subscriber; GraphError if its messages cannot be imported."""
    try:
        from mer_ros.nodes.tools.event_follower import following
    except ImportError as error:
        raise ros_missing(error) from error
    cameras = [camera.name for camera in cameras_of(options) if camera.name]
    return following(options.namespace, _ends(options), options.rate, show, cameras)


class _Table:
    """Prints events as rows of a table with their explanations.

    file: where to. several: whether events come from several cameras, which are then named.
    """

    def __init__(self, file: IO[str], several: bool = False) -> None:
        self._file, self._several, self._header_shown = file, several, False

    def show(self, emotion: ReceivedEmotion, explanation: str) -> None:
        """Print one event, and the header before the first."""
        if not self._header_shown:
            typer.echo(EVENT_HEADER, file=self._file)
            self._header_shown = True
        typer.echo(event_row(emotion), file=self._file)
        camera = f"camera {emotion.source}" if self._several else ""
        for text in filter(None, (camera, emotion.reason, explanation)):
            typer.echo(fitted(f"       {text}", self._file, indent=7), file=self._file)


def _show_json(emotion: ReceivedEmotion, explanation: str) -> None:
    """Print one event as a line of JSON."""
    typer.echo(event_json(emotion, explanation))


def _summary(follower: EventFollower) -> str:
    processed, lost = follower.figures
    judged, rate = follower.judged
    return (
        f"The recording has ended: {quantity(follower.n_events, 'event')} in {quantity(processed, 'frame')}, "
        f"{lost} lost; {judged}. {rate}."
    )
