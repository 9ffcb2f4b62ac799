"""Which family trains a system with given settings. Decided here and nowhere else."""

from __future__ import annotations

from mer_ros.recognition.registry import family
from mer_ros.training.config import TrainConfig
from mer_ros.training.families.catalogue import FAMILIES
from mer_ros.training.families.family import Family
from mer_ros.training.unread_settings import refuse_unread


def family_of(config: TrainConfig) -> Family:
    """The family that trains the system. ConfigError where its settings do not fit together in that family,
    or one was changed that it does not read.
    """
    chosen = FAMILIES.get(_name(config))
    chosen.check(config)
    refuse_unread(config, chosen.unread(config))
    return chosen


def _name(config: TrainConfig) -> str:
    """A system is trained by its own family, unless the settings make it a part of a probe or an ensemble."""
    own = family(config.system)
    if not FAMILIES.get(own).can_be_member:
        return own
    if config.transfer == "probe":
        return "linear_probe"
    return "ensembles" if config.ensemble > 1 else own
