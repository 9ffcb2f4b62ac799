"""`mer analyze`: recordings to pages with every event, its evidence, and what was rejected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mer_ros.cli.bars import Bars
from mer_ros.cli.catalogue import EXIT_INTERRUPTED
from mer_ros.cli.terminal import print_line
from mer_ros.errors import ConfigError, quantity, require
from mer_ros.explanation.languages import LANGUAGES

if TYPE_CHECKING:
    from rich.console import Console

    from mer_ros.analysis.interruption import Interruption
    from mer_ros.analysis.recording_kind import AnalysisSettings
    from mer_ros.analysis.recordings import NamedRecording
    from mer_ros.reports.analysis_folder import AnalysisOutcome

_RECORDINGS = "recordings"


def analyze(
    recordings: list[str] = typer.Argument(
        ...,
        metavar="RECORDING...",
        help="Videos, folders of videos or of pictures, bags of ROS, or synthetic:SEED.",
    ),
    model: str = typer.Option(
        "linear_prototype", help="Checkpoints in the models folder, separated by commas, side by side."
    ),
    fps: float = typer.Option(
        0.0, min=0, max=1000, help="Frame rate in Hz; 0 reads it from the recording. Pictures need it."
    ),
    rotate: int = typer.Option(
        0, help="Degrees by which images are turned clockwise: 0, 90, 180 or 270, for a camera on its side."
    ),
    language: str = typer.Option(
        LANGUAGES.names[0], help=f"Language of the sentences on events. [{'|'.join(LANGUAGES.names)}]"
    ),
    out: Path = typer.Option(
        Path("analysis_output"), help="Folder in which every recording has a folder with its page."
    ),
    workers: int = typer.Option(1, min=1, max=256, help="Number of recordings that are analysed at once."),
) -> None:
    """Analyse recordings offline at full frame rate, and write a page of each that opens from disk."""
    from rich.console import Console

    from mer_ros.runtime import tune_for_images

    tune_for_images()
    from mer_ros import files
    from mer_ros.analysis.interruption import Interruption
    from mer_ros.analysis.recording_kind import AnalysisSettings
    from mer_ros.analysis.recordings import named_recordings, unread_pictures
    from mer_ros.media import Orientation
    from mer_ros.recognition.model_files import find
    from mer_ros.sources import SourceOptions

    require(
        rotate in Orientation.TURNS,
        f"--rotate is {rotate}: choose one of {', '.join(map(str, Orientation.TURNS))}.",
    )
    LANGUAGES.get(language)
    found = named_recordings(recordings)
    names = dict.fromkeys(name.strip() for name in model.split(","))
    models = tuple(find(files.models_dir(), name) for name in names)
    settings = AnalysisSettings(models, SourceOptions(fps=fps, rotate=rotate), out, language)
    files.check_writable(out, "--out")
    console = Console()
    if unread := unread_pictures(recordings):
        print_line(console, unread)
    outcomes: list[AnalysisOutcome] = []
    with Interruption() as interruption:
        try:
            for one in _outcomes(found, settings, workers, console, interruption):
                outcomes.append(one)
        finally:  # what was finished is listed, whatever ended the others
            order = {recording: place for place, recording in enumerate(found)}
            outcomes.sort(key=lambda one: order[one.recording])
            _conclude(outcomes, len(found), out, console)
    if interruption.requested:
        raise typer.Exit(EXIT_INTERRUPTED)
    raise typer.Exit(1 if any(one.failure for one in outcomes) else 0)


def _outcomes(
    recordings: Sequence[NamedRecording],
    settings: AnalysisSettings,
    workers: int,
    console: Console,
    interruption: Interruption,
) -> Iterator[AnalysisOutcome]:
    """The outcomes in the order in which they finish, with bars."""
    from mer_ros.reports.analysis_folder import analysed_in_turn

    if min(workers, len(recordings)) == 1:
        words = "{task.completed:.0f}{task.fields[of]} frames{task.fields[note]}, left"
        with Bars(console, words) as bars:
            yield from analysed_in_turn(recordings, settings, bars, interruption)
        return
    from mer_ros.evaluation.local_cluster import LOST, run_apart
    from mer_ros.reports.analysis_folder import analyse_in_process, note_interruptions

    events = 0
    words = "{task.completed:.0f} of {task.total:.0f} recordings{task.fields[note]}, left"
    with Bars(console, words) as bars:
        bars.started(_RECORDINGS, len(recordings))
        calls = ((recording, settings) for recording in recordings if not interruption.requested)
        try:
            done = run_apart(analyse_in_process, calls, workers, note_interruptions)
            for number, one in enumerate(done, start=1):
                events += one.events
                bars.advanced(_RECORDINGS, number, quantity(events, "event"))
                yield one
        except LOST as error:
            if interruption.requested:  # while a process started
                return
            raise ConfigError(
                "A process was ended, probably for lack of memory: give fewer --workers."
            ) from error


def _conclude(outcomes: Sequence[AnalysisOutcome], total: int, out: Path, console: Console) -> None:
    """Print what became of the recordings, ``total`` in number, and write the page that lists them."""
    from mer_ros.reports import analysis_index
    from mer_ros.reports.analysis_page import DISCLAIMER

    for one in outcomes:
        _show(one, out, console)
    if any(one.events for one in outcomes):
        print_line(console, DISCLAIMER)
    if total > 1 and len(outcomes) < total:
        left = f"{quantity(total - len(outcomes), 'recording')} not finished."
        print_line(console, left)
    if total > 1 and outcomes:
        analysis_index.write(outcomes, out)
        print_line(console, str(out / analysis_index.INDEX))


def _show(one: AnalysisOutcome, out: Path, console: Console) -> None:
    """Print what became of a recording."""
    from mer_ros.reports.analysis_page import REPORT

    lines = [one.failure] if one.failure else one.sentences
    print_line(console, f"{one.recording.name}: {' '.join(lines)}")
    for warning in one.warnings:
        print_line(console, warning)
    if not one.failure:
        page = out / one.recording.folder / REPORT
        print_line(console, str(page))
