"""The options of `mer evaluate` for finished models on corrupted clips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from mer_ros.cli.protocol_choice import names_in
from mer_ros.data.corruptions.catalogue import CORRUPTIONS
from mer_ros.errors import ConfigError, DataError

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet
    from mer_ros.progress import Progress
    from mer_ros.recognition import Recogniser
    from mer_ros.training.entrant import Entrant

ROBUSTNESS = typer.Option(
    False,
    "--robustness",
    help="Also score the model of --checkpoint on frames that are corrupted in five severities.",
)
ALL = "all"
CORRUPTED_BY = typer.Option(
    ALL,
    "--corruptions",
    help=f"Corruptions for --robustness, separated by commas. [all|{'|'.join(CORRUPTIONS.names)}]",
)


def corruptions_of(robustness: bool, names: str, finished: Recogniser | None) -> tuple[str, ...]:
    """The corruptions to score; none without --robustness. ConfigError for an unknown one.

    finished: the model of --checkpoint.
    """
    if not robustness:
        if names != ALL:
            raise ConfigError(f"--corruptions is {names} without --robustness: give both, or none.")
        return ()
    if finished is None:
        raise ConfigError("--robustness scores a finished model: give it with --checkpoint.")
    chosen = CORRUPTIONS.names if names == ALL else tuple(dict.fromkeys(names_in(names)))
    for name in chosen:
        CORRUPTIONS.get(name)
    return chosen


def check_recordings(clips: ClipSet, corruptions: Sequence[str]) -> None:
    """DataError if corruptions are asked for and there are no frames to corrupt."""
    if corruptions and clips.recordings is None:
        raise DataError(
            f"--robustness corrupts frames, but the data ({clips.origin}) hold only flow: choose a data set "
            "of frames, or synthetic."
        )


def robustness_scores(
    clips: ClipSet, entrants: Sequence[Entrant], corruptions: Sequence[str], seed: int, progress: Progress
) -> dict[str, Any] | None:
    """The content of ``results.json`` on the finished systems; None without corruptions."""
    if not corruptions or clips.recordings is None:
        return None
    from mer_ros.evaluation.robustness import described, robustness

    finished = [entrant for entrant in entrants if not entrant.uses_folds]
    curves = robustness(
        finished, clips.recordings, clips.truth.tolist(), clips.labels, seed, corruptions, progress
    )
    return described(curves, len(clips))
