"""Data sets that the weights of a model were trained on, so that it is not tested on what it has seen.

A checkpoint states them in its training summary (``ModelCard.datasets``); weights that a training starts from
bring along theirs. Data sets of one cohort show the same people and count as one.
"""

from __future__ import annotations

from mer_ros.data.clip_set import ClipSet
from mer_ros.data.names import dataset_key
from mer_ros.errors import ConfigError
from mer_ros.recognition import checkpoint
from mer_ros.recognition.backbones.pretrained import is_backbone
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import Entrant
from mer_ros.training.initialisation import find


def names_of(clips: ClipSet) -> frozenset[str]:
    """The data sets of the clips and their cohorts; those of synthetic clips are "synthetic NAME"."""
    start = "synthetic " if clips.synthetic else ""
    return frozenset(
        start + dataset_key(name) for name in {*clips.datasets.tolist(), *clips.cohort_of_each.tolist()}
    )


def seen_by_start(config: TrainConfig) -> tuple[str, ...] | None:
    """The data sets of the checkpoints that a training starts from, sorted; None if one does not state them.

    An ImageNet backbone has seen none of ``--data``.
    """
    seen: set[str] = set()
    for name in config.start:
        if is_backbone(name):
            continue
        own = checkpoint.load(find(name)).card.datasets
        if own is None:
            return None
        seen |= set(own)
    return tuple(sorted(seen))


def check_unseen(entrant: Entrant, clips: ClipSet) -> None:
    """ConfigError for an entrant whose weights come from a data set of the clips, or from its people."""
    both = sorted(names_of(clips) & set(entrant.trained_on or ()))
    if both:
        raise ConfigError(
            f"The weights of {entrant.name!r} were trained on {both[0]!r}, whose people are evaluated: "
            "evaluate another data set, or train a system in folds with --model."
        )
