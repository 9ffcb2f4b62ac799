"""`mer reproduce`: the experiment of the field's source post, by sample and by subject, as one page."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Optional

import typer

from mer_ros.cli.bars import Bars
from mer_ros.cli.data_set import CACHE, DEFAULT_DATA, FLOW, LAYOUT, Requests, requests_of
from mer_ros.cli.options import Device, use_threads
from mer_ros.cli.terminal import print_line
from mer_ros.data.datasets import Request
from mer_ros.errors import ConfigError

EXPERIMENT = ("casme2", "mmew")
"""The data sets of the post."""

CLIPS, SUBJECTS, SMALL_PX = 280, 40, 56
"""Rendered clips, synthetic subjects and width of the images where there is no data set."""

_FETCHED = (
    "The ImageNet weights of ResNet-18 (45 MB) are fetched once, by torchvision; --start random does without."
)

Start = Enum("Start", {name: name for name in ("auto", "imagenet", "random")}, type=str)  # type: ignore[misc]


def reproduce(
    data: str = typer.Option(
        DEFAULT_DATA.value,
        help="casme2 or mmew, or both separated by a comma, read from --root; synthetic renders clips.",
    ),
    root: Optional[list[Path]] = typer.Option(  # noqa: UP045  (typer reads it at run time, on Python 3.10 too)
        None, help="Folder of the data set; not for synthetic. Of two: one each, or the one above both."
    ),
    flow: str = FLOW,
    layout: Optional[Path] = LAYOUT,  # noqa: UP045
    cache: Optional[Path] = CACHE,  # noqa: UP045
    out: Path = typer.Option(
        Path("reproduction_output"), help="Folder for report.html, and for scores and finished trainings."
    ),
    seed: int = typer.Option(0, min=0, help="Seed of synthetic clips, splits, weights and intervals."),
    samples: Optional[int] = typer.Option(  # noqa: UP045
        None, min=2, help=f"Number of synthetic clips. [default: {CLIPS}]"
    ),
    subjects: Optional[int] = typer.Option(  # noqa: UP045
        None, min=2, help=f"Number of synthetic subjects. [default: {SUBJECTS}]"
    ),
    epochs: str = typer.Option("10,50", help="Numbers of epochs, separated by commas."),
    start: Start = typer.Option(
        Start("auto"),
        help="First weights of micro-attention: imagenet, or random; auto is imagenet if it can be had.",
    ),
    size: Optional[int] = typer.Option(  # noqa: UP045
        None, min=32, max=224, help="Width of the images that are read, pixels. [default: 112; synthetic 56]"
    ),
    device: Device = typer.Option(Device("auto"), help="Device for training."),
    threads: int = typer.Option(1, min=0, help="CPU threads of each worker; 0 uses one per core."),
    workers: int = typer.Option(1, min=1, help="Processes that train networks."),
) -> None:
    """Train both systems of the source post on its split and on one by subject, and write one page. The same
    command resumes an interrupted run.
    """
    from rich.console import Console

    from mer_ros.files import check_writable

    console, numbers = Console(), _epochs(epochs)
    chosen = [name.strip() for name in data.split(",")]
    if chosen == [DEFAULT_DATA.value]:
        samples, subjects, size = samples or CLIPS, subjects or SUBJECTS, size or SMALL_PX
    request = Request(
        None, samples, subjects, seed, frozenset({"flow", "apex"}), flow=flow, layout=layout, cache=cache
    )  # fmt: skip
    requests = _requests(chosen, root or [], request)
    check_writable(out, "--out")
    use_threads(threads)

    from mer_ros.evaluation.reproduction import LABELS, SIZE_PX, SPLITS, models, task_of
    from mer_ros.evaluation.reproduction import reproduce as run
    from mer_ros.evaluation.workers import Workers
    from mer_ros.recognition.backbones.pretrained import imagenet_is_cached
    from mer_ros.reports import reproduction_page

    if start.value != "random" and not imagenet_is_cached():
        print_line(console, _FETCHED)
    used = models(start.value, size or SIZE_PX)  # missing weights are an error before clips are measured
    with Bars(console, "{task.completed} of {task.total} clips, left") as bars:
        sets = {
            dataset.name: dataset.open(replace(asked, labels=LABELS.get(dataset.name, ""), progress=bars))
            for dataset, asked in requests
        }
    n_systems = len(used.entrants(numbers, device.value))
    tasks: dict[str, float] = {task_of(name, split): n_systems for name in sets for split in SPLITS}
    with Bars(console, "{task.completed:.1f} of {task.total} systems, left", tasks) as bars:
        found = run(sets, used, numbers, seed, out, bars, Workers(workers, threads), device.value)
    reproduction_page.write(found, out)
    console.print(reproduction_page.terminal_table(found))
    lines = [reproduction_page.paragraph(part, numbers) for part in found.parts]
    for line in (*reproduction_page.lead(found)[1:], used.reason, *lines):
        if line:
            print_line(console, line)
    written = str(out / reproduction_page.REPORT)
    print_line(console, written)


def _epochs(text: str) -> tuple[int, ...]:
    """The numbers of --epochs, ascending."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 1 <= int(part) <= 1000 for part in parts):
        raise ConfigError(f"--epochs is {text!r}: give numbers from 1 to 1000, separated by commas.")
    return tuple(sorted({int(part) for part in parts}))


def _requests(names: list[str], roots: list[Path], request: Request) -> Requests:
    """What to open. ConfigError for other data sets than those of the experiment."""
    if names != [DEFAULT_DATA.value] and any(name not in EXPERIMENT for name in names):
        raise ConfigError(
            f"--data is {','.join(names)}, but the experiment is on {' and '.join(EXPERIMENT)}: name one or "
            f"both, or {DEFAULT_DATA.value}; other data sets are for 'mer evaluate'."
        )
    return requests_of(",".join(names), roots, request)
