"""`mer evaluate`: systems and their controls on one data set, under one protocol, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
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
    crop_of,
    open_all,
    requests_of,
)
from mer_ros.cli.evaluate_spotting import SPOTTING, TASK, SpottingOptions, check_task, evaluate_spotting
from mer_ros.cli.options import Device, check_device, training_settings, use_threads, with_epochs
from mer_ros.cli.pretraining import PRETRAIN, PRETRAIN_ROOT, pretrain, pretraining_request
from mer_ros.cli.protocol_choice import (
    PROTOCOL,
    TEST_ON,
    TRAIN_ON,
    UNSEEN,
    check_sides,
    chosen_protocol,
    data_of,
    names_in,
)
from mer_ros.cli.robustness import (
    CORRUPTED_BY,
    ROBUSTNESS,
    check_recordings,
    corruptions_of,
    robustness_scores,
)
from mer_ros.cli.system_choice import ALL_CONTROLS, named_systems
from mer_ros.cli.terminal import print_line
from mer_ros.data.datasets import DATASETS, Request
from mer_ros.errors import ConfigError

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet
    from mer_ros.recognition import Recogniser
    from mer_ros.training.entrant import Entrant


def evaluate(
    ctx: typer.Context,
    task: str = TASK,
    data: str = typer.Option(
        DEFAULT_DATA.value,
        help="Data sets, separated by commas: synthetic is generated; all others are read from --root. "
        f"[{'|'.join(DATASETS.names)}]",
    ),
    root: Optional[list[Path]] = typer.Option(  # noqa: UP045
        None, help="Folder of the data set; not for synthetic. Of several: one each, or the one above all."
    ),
    crop: str = CROP,
    labels: str = LABELS,
    flow: str = FLOW,
    layout: Optional[Path] = LAYOUT,  # noqa: UP045
    cache: Optional[Path] = CACHE,  # noqa: UP045
    protocol: str = PROTOCOL,
    unseen: bool = UNSEEN,
    train_on: str = TRAIN_ON,
    test_on: str = TEST_ON,
    model: str = typer.Option(
        ALL_CONTROLS,
        help="Systems to train: names or YAML files, separated by commas, such as small,my.yaml; all names "
        "those that start from nothing and read flow, on frames also sequences or clips; all,small adds one. "
        "The controls are always scored; controls alone trains no other system.",
    ),
    pretrain_data: str = PRETRAIN,
    pretrain_root: Optional[Path] = PRETRAIN_ROOT,  # noqa: UP045
    checkpoint: Optional[Path] = typer.Option(  # noqa: UP045  (typer reads it at run time, on Python 3.10 too)
        None, help="Checkpoint to test without training it again."
    ),
    robustness: bool = ROBUSTNESS,
    corruptions: str = CORRUPTED_BY,
    out: Path = typer.Option(
        Path("evaluation_output"),
        help="Folder for report.html, results.json, scores.csv, predictions.csv and finished folds.",
    ),
    seed: int = typer.Option(
        0, min=0, help="Seed of synthetic clips, folds, model selection, weights and intervals."
    ),
    samples: Optional[int] = typer.Option(  # noqa: UP045
        None, min=2, help="Number of synthetic clips. [default: 442; 140 for systems that read images]"
    ),
    subjects: Optional[int] = typer.Option(  # noqa: UP045
        None, min=2, help="Number of synthetic subjects. [default: 68; 20 for systems that read images]"
    ),
    config: Optional[Path] = typer.Option(  # noqa: UP045
        None, help="YAML file that replaces the shipped settings of the one system."
    ),
    epochs: Optional[int] = typer.Option(None, min=1, help="Number of epochs per fold; networks only."),  # noqa: UP045
    device: Device = typer.Option(Device("auto"), help="Device for training networks."),
    threads: int = typer.Option(
        1, min=0, help="CPU threads of each worker, for networks; 0 uses one per core."
    ),
    workers: Optional[int] = typer.Option(  # noqa: UP045
        None,
        min=1,
        help="Processes that train folds or spot in videos. [default: 1; with --ray one per CPU of the "
        "cluster; for spotting one per core]",
    ),
    ray: str = typer.Option("", help="Address of a Ray cluster that trains folds; auto finds a local one."),
) -> None:
    """Train and test per fold and print the scores with intervals. The same command resumes an interrupted
    run.
    """
    if check_task(task, ctx) == SPOTTING:
        options = SpottingOptions(
            data, root or [], layout, cache, model, checkpoint, out, seed, samples, subjects, device.value,
            threads, workers,
        )  # fmt: skip
        return evaluate_spotting(options)
    from rich.console import Console

    from mer_ros.files import check_writable

    chosen, console = chosen_protocol(protocol, unseen, train_on, test_on), Console()
    named = data_of(data, train_on, test_on)
    check_sides(named, train_on, test_on)
    entrants = _entrants(model, names_in(named), config, epochs, device, threads)
    finished = _finished(checkpoint, device, threads)
    chosen_corruptions = corruptions_of(robustness, corruptions, finished)
    kinds = {entrant.reads for entrant in entrants} | ({finished.input_kind} if finished else set())
    request = Request(
        None, samples, subjects, seed, frozenset(kinds), unseen, crop_of(crop),
        labels=labels, flow=flow, layout=layout, cache=cache, frames=bool(chosen_corruptions),
    )  # fmt: skip
    requests = requests_of(named, root or [], request)
    before = pretraining_request(pretrain_data, pretrain_root, entrants, request)
    if any(dataset.is_slow(own) for dataset, own in (*requests, *before)):
        check_writable(out, "--out")
    elif workers and workers > 1 and not ray and any(one.uses_folds for one in entrants):
        from mer_ros.evaluation.local_cluster import started_early

        ctx.with_resource(started_early(workers, sorted({type(one).__module__ for one in entrants})))
    with Bars(console, "{task.completed} of {task.total} clips, left") as bars:
        clips = pretrain(before, entrants, open_all(requests, bars), bars)
    check_recordings(clips, chosen_corruptions)
    n_folds = len(chosen.folds(clips, seed))  # a set that cannot be split is refused before any training

    from mer_ros.evaluation import results
    from mer_ros.evaluation.entrants.checkpoint import CheckpointEntrant
    from mer_ros.evaluation.run import evaluate as run
    from mer_ros.evaluation.unit_scores import unit_scores
    from mer_ros.evaluation.workers import Workers
    from mer_ros.explanation.action_unit_file import shipped_reader
    from mer_ros.reports import evaluation as report
    from mer_ros.reports import evaluation_page

    units = unit_scores(clips, shipped_reader(), seed) if clips.units else None
    entrants += _synthetic_controls(clips, finished)
    if finished:
        entrants.append(CheckpointEntrant(finished, clips.labels))
    tasks = {entrant.name: n_folds for entrant in entrants}
    with Bars(console, "{task.completed:.1f} of {task.total} folds, left", tasks) as bars:
        found = run(clips, chosen, entrants, seed, out, bars, Workers(workers or int(not ray), threads, ray))
    with Bars(console, "{task.completed} of {task.total} clips, left") as bars:
        corrupted = robustness_scores(clips, entrants, chosen_corruptions, seed, bars)
    summary = results.write(found, out, {"units": units, "robustness": corrupted})
    evaluation_page.write(found, summary, out)
    for shown in (report.table(summary), *report.comparisons(summary), report.per_class(summary)):
        console.print(shown)
    for line in report.sentences(summary):
        print_line(console, line)
    written = "  ".join(
        str(out / name)
        for name in (evaluation_page.REPORT, results.RESULTS, results.SCORES, results.PREDICTIONS)
    )
    print_line(console, written)


def _entrants(
    model: str, data: Sequence[str], config: Path | None, epochs: int | None, device: Device, threads: int
) -> list[Entrant]:
    """The controls, then the named systems."""
    from mer_ros.evaluation.entrants.catalogue import CONTROLS

    entrants: list[Entrant] = [kind() for _, kind in CONTROLS]
    trained = named_systems(model, data)
    if config and not trained:
        trained = [config.stem]
    if config and len(trained) != 1:
        raise ConfigError(f"--config applies to one system, but --model is {model!r}: name one system.")
    if epochs and not trained:
        raise ConfigError(
            f"--epochs applies to networks, but --model is {model!r}: name a network, or omit --epochs."
        )
    for name in trained:
        use_threads(threads)

        from mer_ros.training.families.choice import family_of
        from mer_ros.training.seen_data_sets import seen_by_start

        settings = with_epochs(training_settings(name, config), name, epochs)
        check_device(settings, name, device)
        entrant = family_of(settings).entrant(settings, device.value)
        entrant.name = Path(name).stem
        entrant.trained_on = seen_by_start(settings)
        entrants.append(entrant)
    return entrants


def _finished(checkpoint: Path | None, device: Device, threads: int) -> Recogniser | None:
    """The model of --checkpoint."""
    if checkpoint is None:
        return None
    use_threads(threads)

    from mer_ros.recognition import Recogniser

    return Recogniser.load(checkpoint, device.value)


def _synthetic_controls(clips: ClipSet, finished: Recogniser | None) -> list[Entrant]:
    """The controls trained on synthetic flow: beside a finished model of such training, and for real clips
    whose classes the seven emotions can be mapped to.
    """
    from mer_ros.data.label_mapping import can_be_mapped
    from mer_ros.types import EMOTIONS

    if (finished is None and clips.synthetic) or not can_be_mapped(EMOTIONS, clips.labels):
        return []

    from mer_ros.evaluation.entrants.catalogue import SYNTHETIC_CONTROLS
    from mer_ros.evaluation.entrants.synthetic_controls import SyntheticFlow, trained_on_synthetic

    if finished is not None and not trained_on_synthetic(finished.card):
        return []
    flow = SyntheticFlow()
    return [kind(flow, clips.labels) for _, kind in SYNTHETIC_CONTROLS]
