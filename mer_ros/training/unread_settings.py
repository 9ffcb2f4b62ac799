"""Refusal of changed settings that a training run would not read: a changed setting must have an effect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any

from mer_ros.errors import ConfigError
from mer_ros.recognition.mirror_averaging import MIRRORED
from mer_ros.training.config import TrainConfig

OF_NETWORKS = ("optimiser", "augmentation", "macro_epochs", "rejection_quantile")
"""Settings that only the training of networks reads."""

LEAVE_OUT = "omit it"


@dataclass(frozen=True)
class Unread:
    """Settings that are not read.

    who: subject of the refusal, such as "A probe". names: of the settings; the name of a group, "optimiser",
    stands for everything in it. remedy: what the user can do.
    """

    who: str
    names: tuple[str, ...]
    remedy: str = LEAVE_OUT

    def __contains__(self, setting: str) -> bool:
        return any(setting == name or setting.startswith(f"{name}.") for name in self.names)


def refuse_unread(config: TrainConfig, of_family: Iterable[Unread]) -> None:
    """Raise ConfigError where a setting differs from its default and is not read.

    of_family: what the family that trains the system does not read.
    """
    changed = dict(_changed(config))
    for unread in (*of_family, *_of_input(config)):
        found = [f"{name!r} ({value!r})" for name, value in changed.items() if name in unread]
        if found:
            raise ConfigError(f"{unread.who} does not read {', '.join(found)}: {unread.remedy}.")


def _of_input(config: TrainConfig) -> Iterator[Unread]:
    """What no family reads, and what is not read with this kind of input."""
    kind = config.input.kind
    yield Unread("A training run, which takes its classes from the data,", ("model.n_labels",))
    if kind != "flow":
        yield Unread(f"Training on input of kind {kind!r}", ("augmentation", "macro_epochs"))
    if kind not in MIRRORED:
        yield Unread(f"A system that reads input of kind {kind!r}", ("mirror",))
    if kind != "sequence":
        yield Unread(f"Input of kind {kind!r}, which has no key frames,", ("input.frames",))


def _changed(settings: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting that differs from its default: its name, such as "optimiser.epochs", and its value."""
    for field in fields(settings):
        value, name = getattr(settings, field.name), f"{prefix}{field.name}"
        if is_dataclass(value):
            yield from _changed(value, f"{name}.")
        elif isinstance(value, dict):
            yield from ((f"{name}.{key}", given) for key, given in value.items())
        elif value != (field.default if field.default_factory is MISSING else field.default_factory()):
            yield name, value
