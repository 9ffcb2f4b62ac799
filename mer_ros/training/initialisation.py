"""Initial weights of a training run, and which of them are trained."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import cast

import torch

from mer_ros import files
from mer_ros.errors import ConfigError
from mer_ros.recognition import checkpoint, create, model_files
from mer_ros.recognition.backbones.grid_pool import check_map
from mer_ros.recognition.backbones.pretrained import IMAGENET, is_backbone, take_backbone
from mer_ros.recognition.checkpoint import Checkpoint
from mer_ros.recognition.freezing import ALL, freeze_all_but
from mer_ros.recognition.model_files import SUFFIX, model_id
from mer_ros.recognition.registry import settings_of
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.system import System
from mer_ros.recognition.systems.micro_attention import MicroAttention
from mer_ros.recognition.systems.network import Network
from mer_ros.training.config import TrainConfig, Transfer

MIN_WIDTH = 8
"""Fewest channels of a trained layer: with fewer, training a strided 1x1 shortcut in float32 writes beyond
its memory in the oneDNN of torch 2.13 (its issue 6035), and the process crashes at random."""


def find(name: str) -> Path:
    """The file of a path that ends in .safetensors, or of a name in the models folder."""
    if name.endswith(SUFFIX):
        return Path(name)
    return model_files.find(files.models_dir(), name)


def loaded(names: tuple[str, ...], config: TrainConfig) -> list[Checkpoint]:
    """The checkpoints to start from. ConfigError for one that is no network or reads another input."""
    checkpoints = [checkpoint.load(find(name)) for name in names]
    for one in checkpoints:
        if not isinstance(one.system, Network):
            raise ConfigError(f"{one.model_id} is not a network: name a network as 'start'.")
        if one.card.input != config.input:
            raise ConfigError(
                f"{one.model_id} reads {words(one.card.input)}, but the settings declare "
                f"{words(config.input)}: start from a network with the same input, or copy its input into "
                "the settings."
            )
    return checkpoints


def words(spec: InputSpec) -> str:
    """An input in words: the settings of an input, such as "kind flow, size 56, ..."."""
    return ", ".join(f"{name} {value}" for name, value in asdict(spec).items())


def names_of_start(config: TrainConfig) -> list[str]:
    """Ids of the initial weights: they change with the weights, so they identify a training run."""
    if config.start and is_backbone(config.start[0]):
        source = config.start[0]
        return [source if source == IMAGENET else model_id(Path(source))]
    return [one.model_id for one in loaded(config.start, config)]


def initialise(config: TrainConfig, n_labels: int, seed: int) -> System:
    """A system of ``config`` with random weights, or with those of its start.

    The settings are those of the start too, except the number of classes; parameters whose shape depends on
    it are random. ConfigError for a start that does not fit, a backbone too narrow to train, or a grid finer
    than the backbone's last map.
    """
    torch.manual_seed(seed)
    system = _with_start(config, n_labels)
    widths = list(settings_of(system).get("backbone", {}).get("widths", ()))
    if min(widths, default=MIN_WIDTH) < MIN_WIDTH:
        raise ConfigError(
            f"'widths' of the backbone is {widths}: to train it, give each layer {MIN_WIDTH} or more."
        )
    if isinstance(system, MicroAttention):  # its settings do not hold the size of the input
        check_map(system.config.backbone.map_size(config.input.size), system.config.grid)
    return system


def _with_start(config: TrainConfig, n_labels: int) -> System:
    if not config.start:
        return create(config.system, {**config.model, "n_labels": n_labels})
    if is_backbone(config.start[0]):
        # a family without networks does not read "start": ``unread_settings`` has refused it
        network = cast(Network, create(config.system, {**config.model, "n_labels": n_labels}))
        take_backbone(network, config.start[0])
        return network
    if len(config.start) > 1:
        raise ConfigError(
            f"'start' names {len(config.start)} checkpoints, but {config.system!r} starts from one: "
            "name one, or choose the system 'probe' or 'votes'."
        )
    [source] = loaded(config.start, config)
    if source.card.system != config.system:
        raise ConfigError(
            f"{source.model_id} is of the system {source.card.system!r}, but the run trains "
            f"{config.system!r}: start from a checkpoint of the same system."
        )
    if config.model:
        raise ConfigError(
            f"The run starts from {source.model_id}, whose settings it keeps, but 'model' is {config.model}: "
            "omit 'model'."
        )
    system = create(config.system, {**settings_of(source.system), "n_labels": n_labels})
    own, theirs = system.state_dict(), source.system.state_dict()
    fitting = {name: value for name, value in theirs.items() if own[name].shape == value.shape}
    system.load_state_dict({**own, **fitting})
    return system


def freeze(system: Network, transfer: Transfer) -> int:
    """Freeze the parameters that ``transfer`` does not train; the number of those that it trains.

    ``attention`` trains the attention units and the head. A prototype network has none: its prototypes and
    its decoder are trained, on a frozen encoder.
    """
    return freeze_all_but(system, ALL if transfer == "full" else system.head_parameters)
