"""Finished systems as members of votes or of a probe: their weights, temperatures and labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from mer_ros.data.label_mapping import mapping_matrix
from mer_ros.errors import ConfigError, DataError
from mer_ros.recognition import checkpoint
from mer_ros.recognition.checkpoint import Checkpoint
from mer_ros.recognition.registry import settings_of
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.systems.votes import Member, Votes, VotesConfig
from mer_ros.training.config import TrainConfig
from mer_ros.training.initialisation import find, words


def check_start(config: TrainConfig) -> None:
    """Raise ConfigError where no members are named."""
    if not config.start:
        raise ConfigError(f"{config.system!r} needs trained models: name one or more checkpoints as 'start'.")


def members_of(config: TrainConfig) -> list[Checkpoint]:
    """The checkpoints of ``config.start``.

    ConfigError where there is none, or for one that cannot be a member, reads larger samples or samples of
    another kind or scale, or has other labels than the first.
    """
    check_start(config)
    found = [checkpoint.load(find(name)) for name in config.start]
    own = found[0].card.labels
    for one in found:
        if not one.system.gradcam_layer or isinstance(one.system, Votes):
            raise ConfigError(
                f"{one.model_id} is of the system {one.card.system!r}: name networks and linear readers as "
                "'start'."
            )
        spec = one.card.input
        same = spec == config.input
        smaller = spec.size < config.input.size and replace(spec, size=config.input.size) == config.input
        unscaled = (spec.mean, spec.std) == (InputSpec().mean, InputSpec().std)  # as ``shrunk`` expects them
        if not (same or (smaller and unscaled)):
            raise ConfigError(
                f"{one.model_id} reads {words(spec)}, but the settings declare {words(config.input)}: only "
                "the size of a member may differ, and be smaller, without a mean and a std."
            )
        if one.card.labels != own:
            raise ConfigError(
                f"{one.model_id} has the labels {', '.join(one.card.labels)}, the first 'start' has "
                f"{', '.join(own)}: name models with the same labels."
            )
    return found


def as_members(sources: Sequence[Checkpoint], config: TrainConfig) -> tuple[Member, ...]:
    """The members that stand for checkpoints."""
    return tuple(
        Member(one.card.system, settings_of(one.system), size=one.card.input.size) for one in sources
    )


def take_members(system: Votes, sources: Sequence[Checkpoint], labels: tuple[str, ...]) -> None:
    """Copy weights and temperatures into a system, and how the labels of its members become ``labels``.

    Where they are unrelated, the members have no opinion, but their features may still serve.
    """
    for member, source in zip(system.members, sources, strict=True):
        member.load_state_dict(source.system.state_dict())
    system.temperatures.copy_(torch.tensor([one.card.calibration.temperature for one in sources]))
    own = sources[0].card.labels
    try:
        weights = mapping_matrix(own, labels, sources[0].card.priors)
    except DataError:
        weights = np.zeros((len(own), len(labels)))
    system.translation.copy_(torch.from_numpy(weights.astype(np.float32)))


def frozen_votes(config: TrainConfig, labels: tuple[str, ...], device: torch.device) -> Votes:
    """The systems of ``config.start`` as votes for these labels; ConfigError as in ``members_of``."""
    sources = members_of(config)
    settings = VotesConfig(len(labels), as_members(sources, config), len(sources[0].card.labels))
    system = Votes(settings)
    take_members(system, sources, labels)
    return system.eval().to(device)
