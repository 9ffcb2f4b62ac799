"""Settings that a training would not read: whoever changed one expects something of it, so it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from mer_ros.errors import ConfigError
from mer_ros.recognition.mirror_averaging import MIRRORED
from mer_ros.recognition.registry import has_prototypes

if TYPE_CHECKING:
    from mer_ros.training.config import TrainConfig

_OF_NETWORKS = ("optimiser", "augmentation", "macro_epochs", "rejection_quantile")
_REMEDY = "leave it out"


def refuse_unread(config: TrainConfig) -> None:
    """Raise ConfigError where a setting differs from its default and nobody reads it."""
    changed = dict(_changed(config))
    for who, names, remedy in _unread(config):
        found = [f"{key!r} ({value!r})" for key, value in changed.items() if _is_of(key, names)]
        if found:
            raise ConfigError(f"{who} does not read {', '.join(found)}: {remedy}.")


def _unread(config: TrainConfig) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Who takes part in such a training, what it does not read, and what to do; a name stands for all that
    is in it.
    """
    kind, learner = config.input.kind, config.learner
    if learner == "machine":
        beside = ("ensemble", "start", "transfer", "probe", "rejection_share")
        yield f"{config.system!r}, which is no network,", (*_OF_NETWORKS, *beside), _REMEDY
    elif learner == "probe":
        yield "A probe, whose networks stay as they are,", (*_OF_NETWORKS, "model"), _REMEDY
    else:
        yield "A network that learns", ("probe",), f"{_REMEDY}, or set 'transfer' to probe"
        if config.ensemble > 1:
            yield "An ensemble, which has no distance to reject by,", ("rejection_quantile",), _REMEDY
        if not has_prototypes(config.system):
            yield f"{config.system!r}, which has no prototypes,", ("rejection_quantile",), _REMEDY
    yield "A training, which takes its classes from the data,", ("model.n_labels",), _REMEDY
    if kind != "flow":
        yield f"What learns from input of kind {kind!r}", ("augmentation", "macro_epochs"), _REMEDY
    if kind not in MIRRORED:
        yield f"What answers input of kind {kind!r}", ("mirror",), _REMEDY
    if kind == "sequence":
        yield "A training in episodes, which draw all classes alike,", ("optimiser.balance",), _REMEDY
    else:
        yield f"Input of kind {kind!r}, which has no key frames,", ("input.frames",), _REMEDY


def _changed(settings: Any, within: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting that differs from its default: its name, "optimiser.epochs", and its value."""
    for field in fields(settings):
        value, name = getattr(settings, field.name), f"{within}{field.name}"
        if is_dataclass(value):
            yield from _changed(value, f"{name}.")
        elif isinstance(value, dict):
            yield from ((f"{name}.{key}", given) for key, given in value.items())
        elif value != (field.default if field.default_factory is MISSING else field.default_factory()):
            yield name, value


def _is_of(key: str, names: tuple[str, ...]) -> bool:
    return any(key == name or key.startswith(f"{name}.") for name in names)
