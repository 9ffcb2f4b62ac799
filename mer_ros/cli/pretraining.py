"""The options of `mer evaluate` for training networks on another data set first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mer_ros.cli.data_set import Requests, flow_folder, open_all, requests_of
from mer_ros.data.datasets import DATASETS, Request
from mer_ros.errors import ConfigError

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet
    from mer_ros.progress import Progress
    from mer_ros.training.entrant import Entrant

PRETRAIN = typer.Option(
    "",
    "--pretrain",
    help="Data set on which networks are trained first, such as mmew-macro or folder, without people who are "
    "tested.",
)
PRETRAIN_ROOT = typer.Option(None, help="Folder of --pretrain.")


def pretraining_request(
    name: str, root: Path | None, entrants: Sequence[Entrant], request: Request
) -> Requests:
    """What to open for --pretrain; nothing if it is not given. request: that of the evaluated data.

    ConfigError where no system is trained, one cannot be pretrained, or options do not fit.
    """
    if not name:
        if root is not None:
            raise ConfigError(f"--pretrain-root is {root} without --pretrain: name the data set, too.")
        return []
    systems = [entrant for entrant in entrants if not entrant.is_control]
    if not systems:
        raise ConfigError(f"--pretrain {name} applies to networks, but --model names none: name a network.")
    unable = [entrant.name for entrant in systems if not entrant.pretrains]
    if unable:
        raise ConfigError(
            f"{unable[0]!r} cannot be pretrained: choose networks, such as prototype, or omit --pretrain."
        )
    if root is None and not DATASETS.get(name).generated:
        raise ConfigError(f"--pretrain {name} needs --pretrain-root: give {DATASETS.get(name).help}.")
    own = replace(request, samples=None, subjects=None, unseen=False, crop=None, labels="", frames=False)
    return requests_of(name, [] if root is None else [root], own)


def pretrain(
    requests: Requests, entrants: Sequence[Entrant], evaluated: ClipSet, progress: Progress
) -> ClipSet:
    """Open the data set and hand it to all systems; the evaluated clips with a note on it."""
    if not requests:
        return evaluated
    from mer_ros.training.pretraining import clips_to_pretrain_on

    clips = clips_to_pretrain_on(open_all(requests, progress), evaluated, flow_folder(requests))
    for entrant in entrants:
        if entrant.pretrains:
            entrant.set_labels(evaluated.labels)
            entrant.pretrain_on(clips)
    return replace(evaluated, notes=(*evaluated.notes, *clips.notes))
