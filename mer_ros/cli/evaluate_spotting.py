"""`mer evaluate --task spotting`: our spotter and published methods on long videos, with MEGC's scores."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from mer_ros.cli.bars import Bars
from mer_ros.cli.data_set import requests_of
from mer_ros.cli.options import use_threads
from mer_ros.cli.terminal import print_line
from mer_ros.data.datasets import Request
from mer_ros.errors import ConfigError, unknown_name

if TYPE_CHECKING:
    from mer_ros.data.long_videos import LongVideoSet
    from mer_ros.evaluation.spotting_scores import LabelReading
    from mer_ros.evaluation.video_spotting import VideoSettings

RECOGNITION, SPOTTING = "recognition", "spotting"
TASK = typer.Option(
    RECOGNITION,
    help="recognition, or spotting in long videos (synthetic, casme-sq, casme3-a, samm-lv); then --model or "
    "--checkpoint names a finished model that labels what is spotted.",
)
"""The option ``--task``."""

NO_MODEL = "controls"
"""The default of ``--model``, which names no model here."""

_OF_A_MODEL = ("device", "threads")  # options without effect if no model is named


@dataclass(frozen=True)
class SpottingOptions:
    """The options of ``mer evaluate`` that apply to spotting."""

    data: str
    root: list[Path]
    layout: Path | None
    cache: Path | None
    model: str
    checkpoint: Path | None
    out: Path
    seed: int
    samples: int | None
    subjects: int | None
    device: str
    threads: int
    workers: int | None


def check_task(task: str, ctx: typer.Context) -> str:
    """The value of ``--task``. ConfigError for another, an option that does not apply to spotting, or an
    option of a model without one.
    """
    if task not in (RECOGNITION, SPOTTING):
        raise unknown_name("task", task, (RECOGNITION, SPOTTING))
    if task == SPOTTING:
        labelled = bool(ctx.params["checkpoint"]) or ctx.params["model"] != NO_MODEL
        for name, value in ctx.params.items():
            source = ctx.get_parameter_source(name)
            if source is None or source.name != "COMMANDLINE":
                continue
            given = f"--{name.replace('_', '-')} is {getattr(value, 'value', value)}"
            if name not in ("task", *SpottingOptions.__dataclass_fields__):
                raise ConfigError(f"{given}, which does not apply to --task {SPOTTING}: omit it.")
            if name in _OF_A_MODEL and not labelled:
                raise ConfigError(
                    f"{given}, but no model labels what is spotted: name one with --model or --checkpoint, "
                    "or omit it."
                )
    return task


def evaluate_spotting(options: SpottingOptions) -> None:
    """Spot in all videos, print the scores, and write the results."""
    from rich.console import Console

    from mer_ros.data.array_cache import cache_folder
    from mer_ros.data.long_videos import pooled_videos
    from mer_ros.evaluation import spotting_results as results
    from mer_ros.evaluation.spotters import SPOTTERS
    from mer_ros.evaluation.video_spotting import VideoSettings, measure_videos, video_cache
    from mer_ros.files import check_writable
    from mer_ros.reports import spotting as report
    from mer_ros.reports import spotting_page

    console, settings = Console(), VideoSettings(_model(options), options.device, options.threads)
    request = Request(None, options.samples, options.subjects, options.seed, layout=options.layout)
    requests = requests_of(options.data, options.root, request, classes="")
    videos = pooled_videos([dataset.open_videos(own) for dataset, own in requests])
    reading, model = _reading(settings, videos)
    key = results.evaluation_key(videos, settings, options.seed)
    results.check_folder(options.out, key)
    check_writable(options.out, "--out")
    names = list(dict.fromkeys(spotter.measurement for spotter in SPOTTERS))
    cache = video_cache(options.cache or cache_folder("spotted"))
    with Bars(console, "{task.completed} of {task.total} videos, left") as bars:
        workers = options.workers or os.cpu_count() or 1
        measured = measure_videos(videos.videos, names, cache, settings, bars, workers)
    found = results.evaluated(videos, measured, options.seed, key, reading, model)
    summary = results.write(found, options.out)
    spotting_page.write(found, summary, options.out)
    for table in report.tables(summary):
        console.print(table)
    for line in report.sentences(summary):
        print_line(console, line)
    written = "  ".join(
        str(options.out / name) for name in (spotting_page.REPORT, results.RESULTS, results.SPOTTED)
    )
    print_line(console, written)


def _model(options: SpottingOptions) -> Path | None:
    """The checkpoint that labels what is spotted: of --checkpoint, or a shipped one of this name."""
    from mer_ros import files
    from mer_ros.recognition import model_files

    named = options.model != NO_MODEL
    if options.checkpoint and named:
        raise ConfigError(
            f"--model is {options.model} and --checkpoint is {options.checkpoint}, but one model labels what "
            "is spotted: omit one of them."
        )
    if options.checkpoint:
        return options.checkpoint
    return model_files.find(files.models_dir(), options.model) if named else None


def _reading(settings: VideoSettings, videos: LongVideoSet) -> tuple[LabelReading | None, str]:
    """How the labels of the model are scored, and its id."""
    if settings.model is None:
        return None, ""
    use_threads(settings.threads)
    from mer_ros.data.label_mapping import MEGC_LABELS, mapping_matrix
    from mer_ros.evaluation.spotting_scores import LabelReading
    from mer_ros.recognition import Recogniser

    recogniser: Any = Recogniser.load(settings.model, settings.device)
    labels = recogniser.labels
    all_rendered = {video.dataset for video in videos.videos} == {"synthetic"}
    three = not all_rendered or set(labels) == set(MEGC_LABELS)
    wanted = MEGC_LABELS if three else labels
    weights = mapping_matrix(labels, wanted, recogniser.card.priors)
    return LabelReading(wanted, weights, three), recogniser.model_id
