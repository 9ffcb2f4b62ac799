"""Train on some data sets, test on others: one fold, for ``--train-on`` and ``--test-on``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from mer_ros.data.clip_set import ClipSet
from mer_ros.data.names import dataset_key
from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation.protocol import Fold, Protocol

OTHERS = "others"
"""The side that is not named: all other data sets."""


def cross_dataset(train: Sequence[str], test: Sequence[str]) -> Protocol:
    """The protocol of two sides, given by names of data sets; an empty one is all other data sets.

    ConfigError for a data set on both sides. Its folds raise DataError for a name that no clip has, an empty
    side, or a person on both sides, as of two data sets of one cohort.

    >>> cross_dataset(["casme2"], ["samm"]).title
    'train on casme2, test on samm'
    """
    both = {dataset_key(name) for name in train} & {dataset_key(name) for name in test}
    if both:
        raise ConfigError(
            f"{min(both)!r} is named by --train-on and --test-on: name each data set on one side."
        )
    sides = [", ".join(names) or OTHERS for names in (train, test)]
    return Protocol(
        " to ".join(sides),
        f"train on {sides[0]}, test on {sides[1]}",
        partial(_split, train=tuple(train), test=tuple(test)),
    )


def _split(clips: ClipSet, seed: int, train: Sequence[str], test: Sequence[str]) -> list[Fold]:
    held = np.unique(clips.datasets).tolist()
    own = [_named(names, held) for names in (train, test)]
    own = [side or [name for name in held if name not in own[1 - i]] for i, side in enumerate(own)]
    if not all(own):
        raise DataError(
            f"The clips are of {', '.join(held)} alone: give --data a data set for the other side, too."
        )
    sides = [np.flatnonzero(np.isin(clips.datasets, side)) for side in own]
    return [Fold(" to ".join(", ".join(side) for side in own), *sides)]


def _named(names: Sequence[str], held: Sequence[str]) -> list[str]:
    """The data sets of these names, in the spelling of the clips."""
    by_key = {dataset_key(name): name for name in held}
    for name in names:
        if dataset_key(name) not in by_key:
            raise DataError(f"No clip is of the data set {name!r}: choose one of {', '.join(held)}.")
    return [by_key[dataset_key(name)] for name in names]
