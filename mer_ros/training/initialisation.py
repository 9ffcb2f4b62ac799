"""Where the weights of a training come from, and which of them learn."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch

from mer_ros import files
from mer_ros.errors import ConfigError
from mer_ros.recognition import checkpoint, create, model_files
from mer_ros.recognition.backbones.pretrained import IMAGENET, is_backbone, take_backbone
from mer_ros.recognition.checkpoint import Checkpoint
from mer_ros.recognition.freezing import ALL, freeze_all_but
from mer_ros.recognition.model_files import SUFFIX, model_id
from mer_ros.recognition.registry import System, settings_of
from mer_ros.recognition.systems.network import Network
from mer_ros.training.config import TrainConfig, Transfer

LEAST_WIDTH = 8
"""Fewest channels of a layer that learns: with fewer, training a strided 1x1 shortcut in float32 writes
beyond its memory in the oneDNN of torch 2.13 (its issue 6035), and the process dies, or not, by chance."""


def find(name: str) -> Path:
    """The checkpoint of a path that ends in .safetensors, or of a name in the models folder."""
    if name.endswith(SUFFIX):
        return Path(name)
    return model_files.find(files.models_dir(), name)


def loaded(names: tuple[str, ...], config: TrainConfig) -> list[Checkpoint]:
    """The checkpoints to start from; each must read what the new model is to read."""
    found = [checkpoint.load(find(name)) for name in names]
    for one in found:
        if not isinstance(one.system, Network) or one.card.input != config.input:
            raise ConfigError(
                f"{one.model_id} reads {one.card.input} and the settings say {config.input}: start from a "
                "network of the same input, or give its input in the settings."
            )
    return found


def names_of_start(config: TrainConfig) -> list[str]:
    """What the weights of the start are, for whoever must tell one training from another."""
    if config.start and is_backbone(config.start[0]):
        source = config.start[0]
        return [source if source == IMAGENET else model_id(Path(source))]
    return [one.model_id for one in loaded(config.start, config)]


def initialise(config: TrainConfig, n_labels: int, seed: int) -> System:
    """A system of ``config`` with fresh weights, or with those of its start.

    From a start come the settings too, but for the number of classes; where that differs, what depends on
    it is fresh. A backbone that is too narrow to learn is refused.
    """
    system = _begun(config, n_labels, seed)
    widths = list(settings_of(system).get("backbone", {}).get("widths", ()))
    if min(widths, default=LEAST_WIDTH) < LEAST_WIDTH:
        raise ConfigError(
            f"'widths' of the backbone is {widths}: to learn, give each layer {LEAST_WIDTH} channels or more."
        )
    return system


def _begun(config: TrainConfig, n_labels: int, seed: int) -> System:
    torch.manual_seed(seed)
    if config.transfer == "probe":
        return create("probe", {"n_labels": n_labels})
    if not config.start:
        return create(config.system, {**config.model, "n_labels": n_labels})
    if is_backbone(config.start[0]):
        # whatever is no network reads no start: ``unread`` has refused it
        network = cast(Network, create(config.system, {**config.model, "n_labels": n_labels}))
        take_backbone(network, config.start[0])
        return network
    if len(config.start) > 1:
        raise ConfigError(
            f"'start' names {len(config.start)} checkpoints, but only a probe reads several: name one, or "
            "set 'transfer' to probe."
        )
    [source] = loaded(config.start, config)
    if source.card.system != config.system or config.model:
        raise ConfigError(
            f"{source.model_id} is a {source.card.system!r} with settings of its own, and the training is of "
            f"{config.system!r} with {config.model or 'none'}: name the same system and leave 'model' out."
        )
    system = create(config.system, {**settings_of(source.system), "n_labels": n_labels})
    own, theirs = system.state_dict(), source.system.state_dict()
    fitting = {name: value for name, value in theirs.items() if own[name].shape == value.shape}
    system.load_state_dict({**own, **fitting})
    return system


def freeze(system: Network, transfer: Transfer) -> int:
    """Let learn what ``transfer`` says; how many numbers that are.

    ``attention``: the attention units and the head. A prototype network has none: its prototypes and its
    decoder learn, on a frozen encoder.
    """
    return freeze_all_but(system, ALL if transfer == "full" else system.beside_backbone)
