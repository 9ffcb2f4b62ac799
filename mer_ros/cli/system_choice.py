"""The systems that --model of `mer evaluate` names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mer_ros.data.datasets import DATASETS

if TYPE_CHECKING:
    from mer_ros.types import InputKind

ALL = "all"
"""The --model that names all systems that read movement in the data sets and are trained from nothing."""
ALL_CONTROLS = "controls"
"""The --model that names all controls."""


def named_systems(model: str, data: Sequence[str]) -> list[str]:
    """The names of --model, each once and without controls; ``ALL`` becomes all systems of the data sets.

    data: names of data sets. ConfigError for one that is none.
    """
    from mer_ros.evaluation.entrants.catalogue import CONTROLS

    names: list[str] = []
    for name in (name.strip() for name in model.split(",")):
        names += systems_of(data) if name == ALL else [name]
    return [name for name in dict.fromkeys(names) if name not in (*CONTROLS.names, ALL_CONTROLS)]


def systems_of(data: Sequence[str]) -> list[str]:
    """The systems that read flow and, in data sets of frames, sequences or clips, and start from nothing.

    Of a generated data set, only those that read flow: it would render clips for others. Those that read apex
    images, which are no movement, are never among them.
    """
    from mer_ros.evaluation.entrants.catalogue import CONTROLS
    from mer_ros.recognition import names
    from mer_ros.training.settings_file import default

    kinds: set[InputKind] = {"flow", "sequence", "clip"}
    for dataset in map(DATASETS.get, data):
        kinds &= {"flow"} if dataset.generated else dataset.kinds
    settings = {name: default(name) for name in names() if name not in CONTROLS}
    return [name for name, own in settings.items() if own.input.kind in kinds and not own.start]
