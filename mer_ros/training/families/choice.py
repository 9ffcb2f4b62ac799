"""Which family trains a system: the one that the system names."""

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
    chosen = FAMILIES.get(family(config.system))
    chosen.check(config)
    refuse_unread(config, chosen.unread(config))
    return chosen
