"""``mer demo``: runs the complete graph on a synthetic clip and prints predictions and true expressions."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mer_ros.cli.demo_pace import Pace
from mer_ros.cli.terminal import fitted
from mer_ros.compat import ros_missing
from mer_ros.errors import GraphError, quantity

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from mer_ros.graph.options import GraphOptions
    from mer_ros.graph.processes import Supervisor
    from mer_ros.graph.received_emotion import ReceivedEmotion
    from mer_ros.nodes.tools.demo_observer import DemoObserver, GraphFigures

_START_LIMIT_S = 60.0
_QUIET_AFTER_END_S = 3.0
_EXTRA: dict[str, dict[str, bool | int]] = {
    "camera": {"exit_at_end": True},
    "face_tracker": {"queue_size": 200},  # for the demo, late frames are better than dropped ones
}
_FILES = ("overlay.png", "prototype.png", "annotated.mp4", "outcome.json", "nodes.log", "report.html")


def demo(
    seed: Annotated[int, typer.Option(min=0, help="Seed of the clip: its expressions and subject.")] = 1,
    fps: Annotated[float, typer.Option(min=10, max=500, help="Frame rate of the clip, Hz.")] = 200.0,
    rate: Annotated[
        float,
        typer.Option(min=0, max=4, help="Playback speed; 0 selects 1 on four or more cores, else 0.5."),
    ] = 0.0,
    amplitude_px: Annotated[
        float, typer.Option(min=0.1, max=10, help="Peak movement of a face 150 px wide, pixels.")
    ] = 2.0,
    events: Annotated[int, typer.Option(min=7, max=40, help="Number of expressions in the clip.")] = 14,
    everyday: Annotated[
        bool,
        typer.Option("--everyday", help="Add speech, glances, nods, changing light, blur and lost frames."),
    ] = False,
    head: Annotated[
        str, typer.Option(help="Head of the clip: photograph, or parametric with drawn skin.")
    ] = "photograph",
    photo: Annotated[
        str, typer.Option(help="Photograph of another face, which is read but never stored.")
    ] = "",
    model: Annotated[
        str, typer.Option(help="Name of a checkpoint in the models folder.")
    ] = "linear_prototype",
    out: Annotated[Path, typer.Option(help="Folder for images, video, figures and the log.")] = Path(
        "demo_output"
    ),
) -> None:
    """Run the complete graph on a synthetic clip and print each label with the true expression."""
    import os
    from dataclasses import replace

    os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"  # no discovery by other machines
    from mer_ros import files, pipeline
    from mer_ros.data import synthetic
    from mer_ros.graph.catalogue import NODES
    from mer_ros.graph.description import node_specs
    from mer_ros.graph.name_locks import NameLocks
    from mer_ros.graph.options import DEMO
    from mer_ros.recognition.checkpoint_header import check_header
    from mer_ros.recognition.model_files import find
    from mer_ros.reports.demo import HEADER, Outcome, table_row, true_label
    from mer_ros.sources.source import SourceOptions

    rate = rate or (1.0 if len(os.sched_getaffinity(0)) >= 4 else 0.5)
    checkpoint = find(files.models_dir(), model)
    check_header(checkpoint)  # fail here, not seconds later in the nodes
    own = synthetic.demo_subject(seed, head=head)  # the same, for an unknown head
    if photo:
        synthetic.require_photographed(own)
        photo = str(Path(os.path.expanduser(photo)).absolute())
        remark = synthetic.Photograph.read(Path(photo)).remark
        if remark:
            typer.echo(fitted(remark, sys.stdout))
    options = replace(
        DEMO,
        camera=f"synthetic:{seed}",
        fps=fps,
        rate=rate,
        amplitude_px=amplitude_px,
        events=events,
        conditions="everyday" if everyday else "calm",
        head=head,
        photo=photo,
        model=model,
    )
    width, height = (int(NODES["camera"].parameter(side).default) for side in ("width", "height"))
    source = SourceOptions(fps, (width, height), amplitude_px, events, options.conditions)
    truth = pipeline.truth_of(options.camera, source)
    assert truth is not None, "a synthetic clip has a timeline"
    folder = _prepared(out / f"seed_{seed}")
    received: list[ReceivedEmotion] = []

    def show(emotion: ReceivedEmotion) -> None:
        received.append(emotion)
        typer.echo(table_row(emotion, true_label(emotion, truth.events)))

    typer.echo("Starting the nodes; loading their models takes some seconds.")
    clip = (
        f"Synthetic clip {seed}: {events} expressions in {truth.duration_s:.0f} s at {fps:g} fps, "
        f"played at {rate:g} x speed."
    )
    typer.echo(fitted(clip, sys.stdout))
    with (
        NameLocks(node_specs(options)),
        _Log(folder / "nodes.log") as log,
        _observer(options, folder, show) as observer,
    ):
        with _supervise(options, log, camera=False) as nodes:
            _wait_until_up(observer, nodes, log.path)
            typer.echo(HEADER)
            with _supervise(options, log, camera=True) as camera:
                pace = Pace(truth.duration_s, rate, time.monotonic())
                in_time = _watch(observer, nodes, camera, pace)
                errors = _errors(observer, nodes, camera)
        pictures = observer.save_pictures()
        figures = observer.figures
        spotted, lanes, size_wh = observer.events(), observer.lanes(), observer.image_wh
    outcome = Outcome(
        rows=tuple(received),
        truth=truth.events,
        frames_sent=figures.frames_sent if figures.ended else None,
        frames_seen=figures.processed,
        fps=fps,
        files=tuple(pictures),
        stopped_at_s=None if figures.ended else observer.stream_s,
    )
    text = json.dumps({"seed": seed, **outcome.figures()}, indent=1)
    files.write_text(folder / "outcome.json", text + "\n")
    typer.echo("")
    lines = [*outcome.summary(), *remarks(figures, fps * rate), *(f"Error in {line}" for line in errors)]
    if not in_time and not errors:  # an error of a node would be the cause
        lines.insert(0, pace.stopped())
    for line in [*lines, f"Files in {folder}: {', '.join([*pictures, 'outcome.json', 'nodes.log'])}."]:
        typer.echo(fitted(line, sys.stdout))
    shown = fps, size_wh, figures.processed, truth.duration_s
    from mer_ros.reports import demo_page  # imports torch, hence not before the nodes have started

    found = demo_page.demo_analysis(f"synthetic clip {seed}", checkpoint, spotted, lanes, shown, lines)
    typer.echo(f"Page with all events: {demo_page.write(found, folder)}")
    raise typer.Exit(0 if outcome.delivered else 1)


def remarks(figures: GraphFigures, requested_hz: float) -> list[str]:
    """One sentence per overloaded node. requested_hz: requested frames per second of wall time."""
    found = []
    if not figures.rate_kept:
        found.append(
            f"camera published {figures.rate_hz:.1f} frames per second instead of {requested_hz:.1f}, "
            "because this machine is too slow: lower --rate or --fps."
        )
    if figures.queue_drops:
        found.append(
            f"face_tracker dropped {quantity(figures.queue_drops, 'frame')}, because frames arrived faster "
            "than they could be processed: lower --rate or --fps."
        )
    return found


class _Log:
    """Writes the output lines of all nodes to a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> _Log:
        self._file = self.path.open("w", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __call__(self, name: str, line: str) -> None:
        self._file.write(f"{name}: {line}\n")
        self._file.flush()


def _prepared(folder: Path) -> Path:
    """The folder, writable and without the files of an earlier demo."""
    from mer_ros import files

    files.check_writable(folder, "--out")
    for name in _FILES:
        (folder / name).unlink(missing_ok=True)
    return folder


def _observer(
    options: GraphOptions, folder: Path, show: Callable[[ReceivedEmotion], None]
) -> AbstractContextManager[DemoObserver]:
    """The subscriber; GraphError if ROS cannot be imported."""
    try:
        from mer_ros.nodes.tools.demo_observer import observing
    except ImportError as error:
        raise ros_missing(error) from error
    return observing(options.namespace, folder, show)


def _supervise(options: GraphOptions, log: _Log, camera: bool) -> Supervisor:
    """A supervisor of the camera node only, or of all other nodes."""
    from dataclasses import replace

    from mer_ros.graph.description import node_specs
    from mer_ros.graph.processes import Supervisor, command_of

    specs = [
        replace(spec, parameters={**spec.parameters, **_EXTRA.get(spec.name, {})})
        for spec in node_specs(options)
        if (spec.name == "camera") == camera
    ]
    return Supervisor([command_of(spec) for spec in specs], log)


def _wait_until_up(observer: DemoObserver, nodes: Supervisor, log: Path) -> None:
    """Return when all nodes publish their topics; GraphError if one does not."""
    deadline_s = time.monotonic() + _START_LIMIT_S
    while not observer.graph_is_up:
        observer.spin(0.1)
        nodes.poll()
        ended = [f"{name} ended" for name, code in nodes.exit_codes().items() if code is not None]
        causes = [*_errors(observer, nodes), *ended]
        if causes or time.monotonic() > deadline_s:
            cause = causes[0] if causes else f"not all nodes started within {_START_LIMIT_S:.0f} s"
            raise GraphError(f"the demo cannot start: {cause.rstrip('.')}; see {log}.")


def _watch(observer: DemoObserver, nodes: Supervisor, camera: Supervisor, pace: Pace) -> bool:
    """Return True when the clip has ended and its results have arrived, False at the time limit."""
    received_s = time.monotonic()
    while True:
        if observer.spin(0.05):
            received_s = time.monotonic()
        nodes.poll()
        if not camera.poll() and time.monotonic() - received_s > _QUIET_AFTER_END_S:
            return True
        extended = pace.extended
        if pace.is_over(time.monotonic(), observer.stream_s):
            return False
        if pace.extended and not extended:
            slow = (
                f"This machine plays the clip at {pace.speed:.2f} x speed; the demo continues at that speed."
            )
            typer.echo(fitted(slow, sys.stdout))


def _errors(observer: DemoObserver, *supervisors: Supervisor) -> list[str]:
    """Errors from the diagnostics of nodes, and nodes that have failed, with their last line of output."""
    found = [f"{name}: {message}" for name, message in observer.errors.items()]
    for supervisor in supervisors:
        last = supervisor.last_lines()
        for name, code in supervisor.exit_codes().items():
            if code:
                found.append(f"{name}: ended with exit code {code}: {last[name] or 'no output'}")
    return found
