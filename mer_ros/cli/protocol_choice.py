"""The options of `mer evaluate` that choose how clips are split, and what they mean together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from mer_ros.cli.data_set import DEFAULT_DATA
from mer_ros.data.datasets import DATASETS
from mer_ros.data.names import dataset_key
from mer_ros.errors import ConfigError

if TYPE_CHECKING:
    from mer_ros.evaluation.protocol import Protocol

DEFAULT = "loso"

PROTOCOL = typer.Option(
    DEFAULT,
    help="How clips are split: loso, K-fold (such as 5-fold), subjects-70-30, samples-70-30, megc2019, "
    "composite or leave-dataset-out; or a name in papers: LOSO, SLCV (5-fold), CDE (composite) or HDE "
    "(leave-dataset-out).",
)
UNSEEN = typer.Option(
    False,
    "--unseen",
    help="Train on one synthetic head, test on the other with noise of another design.",
)
TRAIN_ON = typer.Option(
    "", help="Data sets to train on, separated by commas, instead of --protocol. [default: all but --test-on]"
)
TEST_ON = typer.Option("", help="Data sets to test on. [default: all but --train-on]")


def data_of(data: str, train_on: str, test_on: str) -> str:
    """The value of --data: if it is not given, the data sets of both sides."""
    if data != DEFAULT_DATA.value or not (train_on and test_on):
        return data
    return ",".join(dict.fromkeys([*names_in(train_on), *names_in(test_on)]))


def check_sides(data: str, train_on: str, test_on: str) -> None:
    """ConfigError where both sides are named and a data set of --data is on neither: it would be read for
    nothing. A folder whose clips are of several data sets is named by none of them and is not checked.
    """
    if not (train_on and test_on):
        return
    sides = {dataset_key(name) for name in (*names_in(train_on), *names_in(test_on))}
    aside = [name for name in names_in(data) if name in DATASETS and not DATASETS.get(name).named_by_clips]
    aside = [name for name in aside if dataset_key(name) not in sides]
    if aside:
        raise ConfigError(
            f"{aside[0]!r} is named by --data, but neither by --train-on nor by --test-on: name it there, or "
            "omit it."
        )


def names_in(text: str) -> list[str]:
    """The names of a list with commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def chosen_protocol(protocol: str, unseen: bool, train_on: str, test_on: str) -> Protocol:
    """The protocol that the options name; ConfigError where two of them name one."""
    from mer_ros.evaluation import protocol as protocols
    from mer_ros.evaluation.cross_dataset import cross_dataset

    sides = " and ".join(
        f"--{name} is {value}" for name, value in (("train-on", train_on), ("test-on", test_on)) if value
    )
    if unseen and protocol != DEFAULT:
        raise ConfigError(
            f"--unseen is a protocol of its own, but --protocol is {protocol}: omit one of them."
        )
    if sides and (unseen or protocol != DEFAULT):
        other = "--unseen" if unseen else f"--protocol {protocol}"
        raise ConfigError(f"{sides}, which is a protocol of its own beside {other}: omit one of them.")
    if sides:
        return cross_dataset(names_in(train_on), names_in(test_on))
    return protocols.protocol_of(protocols.UNSEEN if unseen else protocol)
