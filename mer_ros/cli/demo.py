"""`mer demo`: the whole path on a made clip, with the truth beside it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mer_ros.errors import GraphError

if TYPE_CHECKING:
    from mer_ros.nodes.demo_observer import DemoObserver
    from mer_ros.processes import Supervisor
    from mer_ros.reports.demo import Row

_START_LIMIT_S = 60.0
_QUIET_AFTER_END_S = 3.0


def demo(
    seed: Annotated[int, typer.Option(min=0, help="Script and subject of the made clip.")] = 1,
    fps: Annotated[float, typer.Option(min=10, max=500, help="Frame rate of the made camera.")] = 200.0,
    rate: Annotated[
        float,
        typer.Option(min=0, max=4, help="Playback speed; 0: real time on 4 cores or more, else half of it."),
    ] = 0.0,
    amplitude_px: Annotated[
        float, typer.Option(min=0.1, max=10, help="Peak movement on a face 150 px wide.")
    ] = 2.0,
    events: Annotated[int, typer.Option(min=7, max=40, help="Number of expressions in the clip.")] = 14,
    model: Annotated[
        str, typer.Option(help="prototype, micro_attention, or a checkpoint in the models folder.")
    ] = ("prototype"),
    out: Annotated[Path, typer.Option(help="Folder for the pictures and the nodes' log.")] = Path(
        "demo_output"
    ),
) -> None:
    """Start the graph on a made clip and print every answer on /mer/emotion beside the truth."""
    import os

    os.environ.setdefault("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")  # a demo is nobody else's business
    from dataclasses import replace

    from mer_ros import graph
    from mer_ros.data.synthetic.clip import script
    from mer_ros.nodes.demo_observer import observing
    from mer_ros.reports.demo import HEADER, Outcome, truth_of

    rate = rate or (1.0 if (os.cpu_count() or 1) >= 4 else 0.5)
    timeline = script(seed, events)
    folder = out / f"seed_{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    options = replace(
        graph.DEMO,
        camera=f"synthetic:{seed}",
        fps=fps,
        rate=rate,
        amplitude_px=amplitude_px,
        events=events,
        model=model,
        log_level="info",
    )
    rows: list[Row] = []

    def show(row: Row) -> None:
        rows.append(row)
        typer.echo(row.line(truth_of(row, timeline.events)))

    typer.echo(
        f"Made clip {seed}: {events} expressions in {timeline.duration_s:.0f} s at {fps:g} frames a second, "
        f"played at {rate:g} x speed."
    )
    with _Log(folder / "nodes.log") as log, observing(options.namespace, folder, show) as observer:
        with _start(options, log, camera=False) as nodes:
            _wait_until_up(observer, nodes, log)
            typer.echo(HEADER)
            with _start(options, log, camera=True) as camera:
                _watch(observer, nodes, camera, rows)
        outcome = Outcome(
            rows=tuple(rows),
            truth=timeline.events,
            frames_sent=int(timeline.duration_s * fps),
            frames_seen=observer.frames_seen,
            fps=fps,
            files_missing=tuple(observer.save()),
        )
    figures = json.dumps({"seed": seed, **outcome.figures()}, indent=1)
    (folder / "outcome.json").write_text(figures + "\n", encoding="utf-8")
    typer.echo("")
    for line in outcome.summary():
        typer.echo(line)
    for line in log.errors:
        typer.echo(f"Error of {line}")
    typer.echo(
        f"Pictures: {folder}/overlay.png, prototype.png, annotated.mp4. Nodes' log: {folder}/nodes.log."
    )
    raise typer.Exit(0 if outcome.delivered else 1)


class _Log:
    """Keeps the nodes' lines in a file and in mind what went wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.errors: list[str] = []

    def __enter__(self) -> _Log:
        self._file = self.path.open("w", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __call__(self, name: str, line: str) -> None:
        self._file.write(f"{name}: {line}\n")
        self._file.flush()
        if "[ERROR]" in line or "[FATAL]" in line:
            self.errors.append(f"{name}: {line.rpartition(']: ')[2]}")


def _start(options: object, log: _Log, camera: bool) -> Supervisor:
    """A supervisor for the camera alone, or for all the rest."""
    from mer_ros import graph
    from mer_ros.processes import Supervisor, command_of

    assert isinstance(options, graph.GraphOptions)
    specs = [spec for spec in graph.nodes(options) if (spec.name == "camera") == camera]
    for spec in specs:
        if spec.name == "camera":
            spec.parameters["exit_at_end"] = True  # type: ignore[index]
    return Supervisor([command_of(spec) for spec in specs], log)


def _wait_until_up(observer: DemoObserver, nodes: Supervisor, log: _Log) -> None:
    """Until every node offers its topics; GraphError if one does not."""
    deadline = time.monotonic() + _START_LIMIT_S
    while not observer.graph_is_up:
        observer.listen(0.1)
        ended = (
            [name for name, code in nodes.exit_codes().items() if code is not None]
            if nodes.poll()
            else ["all"]
        )
        if ended or log.errors or time.monotonic() > deadline:
            late = f"not every node came up in {_START_LIMIT_S:.0f} s"
            what = log.errors[0] if log.errors else f"{', '.join(ended)} ended" if ended else late
            raise GraphError(f"the demo cannot start: {what.rstrip('.')}; all lines are in {log.path}.")


def _watch(observer: DemoObserver, nodes: Supervisor, camera: Supervisor, rows: list[Row]) -> None:
    """Until the clip has ended and everything that follows from it has arrived."""
    ended_s: float | None = None
    while True:
        before = (observer.frames_seen, len(rows), observer.overlays)
        observer.listen(0.05)
        nodes.poll()
        if camera.poll():
            continue
        if ended_s is None or (observer.frames_seen, len(rows), observer.overlays) != before:
            ended_s = time.monotonic()
        if time.monotonic() - ended_s > _QUIET_AFTER_END_S:
            return
