"""`mer analyze`: recordings to pages with every event, its evidence, and what was rejected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mer_ros.cli.bars import Bars
from mer_ros.cli.terminal import fitted

if TYPE_CHECKING:
    from rich.console import Console


def analyze(
    recordings: list[str] = typer.Argument(
        ..., metavar="RECORDING...", help="Video files, folders of pictures, or sources such as synthetic:1."
    ),
    model: str = typer.Option(
        "linear_prototype", help="Checkpoints in the models folder, separated by commas: side by side."
    ),
    fps: float = typer.Option(
        0.0, min=0, max=1000, help="Frame rate in Hz; 0 reads it from the recording. Pictures need it."
    ),
    out: Path = typer.Option(Path("analysis_output"), help="Folder for the pages, videos and events."),
) -> None:
    """Analyse recordings offline at full frame rate, and write a page that opens from disk."""
    from rich.console import Console

    from mer_ros.runtime import tune_for_images

    tune_for_images()
    console = Console()
    for recording in recordings:
        _one(recording, model.split(","), fps, out, console)


def _one(recording: str, models: list[str], fps: float, out: Path, console: Console) -> None:
    from mer_ros import files
    from mer_ros.analysis import analyse
    from mer_ros.explanation import Explainer
    from mer_ros.recognition import Recogniser, model_files
    from mer_ros.reports import analysis_files, analysis_page
    from mer_ros.sources import SourceOptions, open_source

    explainers = [Explainer(Recogniser.load(model_files.find(files.models_dir(), name))) for name in models]
    source = open_source(recording, SourceOptions(fps=fps))
    name = Path(recording).name
    folder = out / Path(recording).stem
    files.check_writable(folder, "--out")
    words = "{task.completed} of {task.total} frames, {task.fields[note]}, left"
    with Bars(console, words) as bars:
        found = analyse(source, name, explainers, folder / analysis_page.VIDEO, bars)
    analysis_files.write(found, folder)
    analysis_page.write(found, folder)
    for line in analysis_page.sentences(found):
        console.print(fitted(line, console.file), highlight=False, markup=False)
    console.print(str(folder / analysis_page.REPORT), soft_wrap=True, highlight=False, markup=False)
