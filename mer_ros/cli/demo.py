"""`mer demo`: the whole path on a made clip, with the truth beside it."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mer_ros.errors import ConfigError, GraphError

if TYPE_CHECKING:
    from mer_ros.graph.options import GraphOptions
    from mer_ros.graph.processes import Supervisor
    from mer_ros.nodes.tools.demo_observer import DemoObserver

_START_LIMIT_S = 60.0
_QUIET_AFTER_END_S = 3.0
_SLACK = 1.3  # a clip that takes this much longer than it should is stopped
_EXTRA: dict[str, dict[str, bool | int]] = {
    "camera": {"exit_at_end": True},
    "face_tracker": {"queue_size": 200},  # nobody reacts to a made clip: a late frame is better than none
}
_FILES = ("overlay.png", "prototype.png", "annotated.mp4", "outcome.json", "nodes.log")


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
    everyday: Annotated[
        bool, typer.Option("--everyday", help="Speech, glances, nods, light, blur and lost frames too.")
    ] = False,
    photo: Annotated[
        str, typer.Option(help="Photograph of another face to move; it is read, never stored.")
    ] = "",
    model: Annotated[
        str, typer.Option(help="prototype, micro_attention, or a checkpoint in the models folder.")
    ] = "prototype",
    out: Annotated[Path, typer.Option(help="Folder for the pictures and the nodes' log.")] = Path(
        "demo_output"
    ),
) -> None:
    """Start the graph on a made clip and print every answer on /mer/emotion beside the truth."""
    import os
    from dataclasses import replace

    os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"  # a demo is nobody else's business
    from mer_ros import files
    from mer_ros.data import synthetic
    from mer_ros.data.synthetic.clip import synthetic_timeline
    from mer_ros.graph import description
    from mer_ros.recognition.checkpoint_header import check_header
    from mer_ros.recognition.model_files import find
    from mer_ros.reports.demo import HEADER, Outcome, Row, truth_of

    rate = rate or (1.0 if len(os.sched_getaffinity(0)) >= 4 else 0.5)
    check_header(find(files.models_dir(), model))  # the nodes would refuse it too, but once they are up
    if photo:
        synthetic.Photograph.read(Path(photo))  # and so would the camera
    conditions = synthetic.everyday(seed) if everyday else synthetic.Conditions()
    timeline = synthetic_timeline(seed, events, conditions)
    options = replace(
        description.DEMO,
        camera=f"synthetic:{seed}",
        fps=fps,
        rate=rate,
        amplitude_px=amplitude_px,
        events=events,
        conditions="everyday" if everyday else "calm",
        photo=str(Path(photo).absolute()) if photo else "",
        model=model,
    )
    folder = _fresh(out / f"seed_{seed}")
    rows: list[Row] = []

    def show(row: Row) -> None:
        rows.append(row)
        typer.echo(row.line(truth_of(row, timeline.events)))

    typer.echo("The nodes start and load their models; that takes some seconds.")
    typer.echo(
        f"Made clip {seed}: {events} expressions in {timeline.duration_s:.0f} s at {fps:g} frames a second, "
        f"played at {rate:g} x speed."
    )
    with _Log(folder / "nodes.log") as log, _observer(options, folder, show) as observer:
        with _supervise(options, log, camera=False) as nodes:
            _wait_until_up(observer, nodes, log)
            typer.echo(HEADER)
            with _supervise(options, log, camera=True) as camera:
                in_time = _watch(observer, nodes, camera, _SLACK * timeline.duration_s / rate + 10)
        pictures = observer.save()
        outcome = Outcome(
            rows=tuple(rows),
            truth=timeline.events,
            frames_sent=log.frames_sent,
            frames_seen=observer.frames_processed,
            fps=fps,
            files=tuple(pictures),
        )
    figures = json.dumps({"seed": seed, **outcome.figures()}, indent=1)
    (folder / "outcome.json").write_text(figures + "\n", encoding="utf-8")
    typer.echo("")
    if not in_time and not log.errors:  # an error of a node says better why nothing came
        typer.echo(
            f"The clip was stopped: this machine cannot play it at {rate:g} x speed; give a lower --rate."
        )
    for line in [
        *outcome.summary(),
        *(f"{name}: {words}" for name, words in log.slow.items()),
        *(f"Error of {line}" for line in log.errors),
    ]:
        typer.echo(line)
    typer.echo(f"In {folder}: {', '.join([*pictures, 'outcome.json', 'nodes.log'])}.")
    raise typer.Exit(0 if outcome.delivered else 1)


class _Log:
    """Keeps the nodes' lines in a file, and in mind what went wrong and how many frames the camera sent."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.errors: list[str] = []
        self.slow: dict[str, str] = {}  # who could not keep up, and its words
        self.frames_sent: int | None = None

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
        if "[WARN]" in line and ("keep the rate" in line or "come faster" in line):
            self.slow[name] = line.rpartition("]: ")[2]
        sent = re.search(r"(\d+) frames were sent", line)
        if name == "camera" and sent:
            self.frames_sent = int(sent.group(1))


def _fresh(folder: Path) -> Path:
    """The folder, without what an earlier demo left there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            (folder / name).unlink(missing_ok=True)
        (folder / "nodes.log").touch()
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be written ({error.strerror}): give another folder with --out."
        ) from error
    return folder


def _observer(options: GraphOptions, folder: Path, show: object):  # type: ignore[no-untyped-def]
    """The subscriber; a ROS that is not on the paths is one sentence."""
    try:
        from mer_ros.nodes.tools.demo_observer import observing
    except ImportError as error:
        raise GraphError(
            f"ROS is not on the paths ({error}): source install/setup.bash or scripts/env.sh first."
        ) from error
    return observing(options.namespace, folder, show)  # type: ignore[arg-type]


def _supervise(options: GraphOptions, log: _Log, camera: bool) -> Supervisor:
    """A supervisor for the camera alone, or for all the rest."""
    from dataclasses import replace

    from mer_ros.graph import description
    from mer_ros.graph.processes import Supervisor, command_of

    specs = [
        replace(spec, parameters={**spec.parameters, **_EXTRA.get(spec.name, {})})
        for spec in description.nodes(options)
        if (spec.name == "camera") == camera
    ]
    return Supervisor([command_of(spec) for spec in specs], log)


def _wait_until_up(observer: DemoObserver, nodes: Supervisor, log: _Log) -> None:
    """Until every node offers its topics; GraphError if one does not."""
    deadline = time.monotonic() + _START_LIMIT_S
    while not observer.graph_is_up:
        observer.listen(0.1)
        running = nodes.poll()
        ended = [name for name, code in nodes.exit_codes().items() if code is not None or not running]
        if ended or log.errors or time.monotonic() > deadline:
            late = f"not every node came up in {_START_LIMIT_S:.0f} s"
            what = log.errors[0] if log.errors else f"{', '.join(ended)} ended" if ended else late
            raise GraphError(f"the demo cannot start: {what.rstrip('.')}; all lines are in {log.path}.")


def _watch(observer: DemoObserver, nodes: Supervisor, camera: Supervisor, limit_s: float) -> bool:
    """Until the clip has ended and what follows from it has arrived; False if the limit came first."""
    deadline = time.monotonic() + limit_s
    quiet_since_s = time.monotonic()
    while time.monotonic() < deadline:
        if observer.listen(0.05):
            quiet_since_s = time.monotonic()
        nodes.poll()
        if not camera.poll() and time.monotonic() - quiet_since_s > _QUIET_AFTER_END_S:
            return True
    return False
