"""`mer explain`: a page of what a model has learned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import typer

from mer_ros.cli.bars import Bars
from mer_ros.cli.data_set import (
    CACHE,
    CROP,
    DEFAULT_DATA,
    FLOW,
    LABELS,
    LAYOUT,
    THREE,
    crop_of,
    open_all,
    requests_of,
)
from mer_ros.cli.options import use_threads
from mer_ros.cli.terminal import print_line
from mer_ros.data.datasets import DATASETS, Request
from mer_ros.errors import ConfigError

if TYPE_CHECKING:
    from mer_ros.cli.data_set import Requests
    from mer_ros.recognition import Recogniser

_READ = [known for known in DATASETS.names if known != DEFAULT_DATA.value]
"""The data sets that are read from a folder."""


def explain(
    checkpoint: str = typer.Argument(
        ..., metavar="CHECKPOINT", help="Name of a model in the models folder, or a checkpoint file."
    ),
    data: str = typer.Option(
        "",
        help="Data sets of labelled clips on which the model is shown, too, separated by commas. "
        f"[{'|'.join(_READ)}]",
    ),
    root: Optional[list[Path]] = typer.Option(  # noqa: UP045
        None, help="Folder of the data set. Of several: one each, or the one above all."
    ),
    crop: str = CROP,
    labels: str = LABELS,
    flow: str = FLOW,
    layout: Optional[Path] = LAYOUT,  # noqa: UP045
    cache: Optional[Path] = CACHE,  # noqa: UP045
    out: Path = typer.Option(Path("explain_output"), help="Folder in which every model has a folder."),
    samples: Optional[int] = typer.Option(  # noqa: UP045
        None, min=14, help="Number of synthetic samples. [default: 280; 42 for models that read images]"
    ),
    seed: int = typer.Option(0, min=0, help="Seed of the synthetic subjects and of t-SNE."),
    threads: int = typer.Option(1, min=0, help="CPU threads for networks; 0 uses one per core."),
) -> None:
    """Show on one page what a model has learned: prototypes, latent space, attention, mistakes, evidence."""
    from rich.console import Console

    from mer_ros.files import check_writable

    use_threads(threads)
    recogniser = _recogniser(checkpoint)
    request = Request(
        None, None, None, seed, frozenset({recogniser.input_kind}), False, crop_of(crop),
        labels=labels, flow=flow, layout=layout, cache=cache,
    )  # fmt: skip
    requests = _requests(data, root or [], request)
    name = recogniser.model_id.partition("@")[0]
    check_writable(out / name, "--out")

    from mer_ros.evaluation.model_study import study_model, synthetic_subjects
    from mer_ros.reports import model_document, model_page

    console = Console()
    with Bars(console, "{task.completed:.0f} of {task.total:.0f}{task.fields[note]}, left") as bars:
        given = open_all(requests, bars) if requests else None
        if given is not None and not len(given):
            raise ConfigError(f"--data {data} has no clips in {root}: choose another folder.")
        subjects = synthetic_subjects(recogniser.input_kind, samples, seed, bars)
        study = study_model(recogniser, subjects, seed, given, bars)
    model_document.write(study, out / name)
    model_page.write(study, out / name)
    for line in (*model_page.sentences(study), model_page.DISCLAIMER):
        print_line(console, line)
    for file in (model_page.REPORT, model_page.JSON):
        print_line(console, str(out / name / file))


def _recogniser(checkpoint: str) -> Recogniser:
    """The model of a file, or of a name in the models folder. CheckpointError if there is none."""
    from mer_ros import files
    from mer_ros.recognition import Recogniser
    from mer_ros.recognition.model_files import find

    path = Path(checkpoint).expanduser()
    return Recogniser.load(path if path.is_file() else find(files.models_dir(), checkpoint))


def _requests(data: str, roots: list[Path], request: Request) -> Requests:
    """What to open; nothing without --data, and then ConfigError for --root."""
    if not data:
        if roots:
            raise ConfigError(f"--root is {roots[0]}, but --data is missing: name the data set.")
        return []
    generated = [name for name in data.split(",") if DATASETS.get(name.strip()).generated]
    if generated:
        raise ConfigError(
            f"--data is {generated[0]}, which is shown anyway: omit it, or name a data set with --root."
        )
    if not request.labels and all(THREE in DATASETS.get(name.strip()).schemes for name in data.split(",")):
        request = replace(request, labels=THREE)  # the shipped models know these classes
    return requests_of(data, roots, request, THREE)
