"""Settings that a training would not read: whoever changed one expects something of it, so it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from mer_ros.errors import ConfigError

if TYPE_CHECKING:
    from mer_ros.training.config import TrainConfig

_OF_NETWORKS = ("optimiser", "augmentation", "ensemble", "macro_epochs", "rejection_quantile")


def refuse_unread(config: TrainConfig) -> None:
    """Raise ConfigError where a setting differs from its default and nobody reads it."""
    changed = dict(_changed(config))
    for who, names in _unread(config):
        found = [f"{key!r} ({value!r})" for key, value in changed.items() if _is_of(key, names)]
        if found:
            raise ConfigError(f"{who} does not read {', '.join(found)}: leave it out.")


def _unread(config: TrainConfig) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Who takes part in such a training, and what it does not read; a name stands for all that is in it."""
    kind = config.input.kind
    if kind == "clip":
        beside = ("start", "transfer", "probe", "rejection_share")
        yield f"{config.system!r}, which is no network,", (*_OF_NETWORKS, *beside)
    elif config.transfer == "probe":
        yield "A probe, whose networks stay as they are,", (*_OF_NETWORKS, "model")
    else:
        yield "A network that learns", ("probe",)
    if kind != "flow":
        yield f"What learns from input of kind {kind!r}", ("augmentation", "macro_epochs")
    if kind == "sequence":
        yield "A training in episodes, which draw all classes alike,", ("optimiser.balance",)


def _changed(settings: Any, within: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting that differs from its default: its name, "optimiser.epochs", and its value."""
    for field in fields(settings):
        value, name = getattr(settings, field.name), f"{within}{field.name}"
        if is_dataclass(value):
            yield from _changed(value, f"{name}.")
        elif value != (field.default if field.default_factory is MISSING else field.default_factory()):
            yield name, value


def _is_of(key: str, names: tuple[str, ...]) -> bool:
    return any(key == name or key.startswith(f"{name}.") for name in names)
