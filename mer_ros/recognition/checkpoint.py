"""A trained system as one safetensors file; pickles are never read.

The file's metadata contains everything needed to use the weights, as one JSON document under the key
``mer_ros`` (the format does not preserve the order of several keys, and equal weights should give equal
files). The system determines the precision in which each tensor is stored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from math import inf
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from mer_ros.errors import CheckpointError, ConfigError, InputError, require
from mer_ros.files import atomic_write, not_writable
from mer_ros.recognition.checkpoint_header import check_header
from mer_ros.recognition.model_files import model_id
from mer_ros.recognition.registry import create, settings_of
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.settings import settings_from
from mer_ros.recognition.system import System

FORMAT, KEY = "mer_ros 1", "mer_ros"
REMEDY = "fetch it or train it again"
NOT_FINITE = "weights that are not numbers (NaN or infinity)"


@dataclass(frozen=True)
class Calibration:
    """Conversion of the output of a system into a prediction.

    temperature: divisor of the logits before the softmax. rejection_distance: squared distance to the nearest
    prototype above which the label is "unknown"; 0 for no limit. rejection_confidence: confidence below which
    the label is "unknown"; 0 for no limit. mirror: average the output over the sample and its mirror image,
    which takes twice the time (``recognition.mirror_averaging``).
    """

    temperature: float = 1.0
    rejection_distance: float = 0.0
    rejection_confidence: float = 0.0
    mirror: bool = False

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        require(0 < self.temperature < inf, f"the temperature is {self.temperature}: give more than 0")
        require(0 <= self.rejection_distance < inf, f"the limit is {self.rejection_distance}: give 0 or more")
        least = self.rejection_confidence
        require(0 <= least < 1, f"the least confidence is {least}: give 0 or more and less than 1")


@dataclass(frozen=True, eq=False)
class ModelCard:
    """The metadata of a checkpoint file.

    system: name in the catalogue. labels: one per class. training: free summary (data, generator version,
    protocol, scores) that JSON can represent. licence: SPDX identifier.
    """

    system: str
    labels: tuple[str, ...]
    input: InputSpec = field(default_factory=InputSpec)
    calibration: Calibration = field(default_factory=Calibration)
    training: Mapping[str, Any] = field(default_factory=dict)
    licence: str = "Apache-2.0"

    @property
    def priors(self) -> tuple[float, ...] | None:
        """Class probabilities that the answers assume, by the training summary; None for equal ones.

        None also where the summary, which is free text to this class, holds anything but one positive number
        for each label.
        """
        stored = self.training.get("priors")
        if not isinstance(stored, (list, tuple)) or len(stored) != len(self.labels):
            return None
        if not all(isinstance(share, (int, float)) and 0 < share < inf for share in stored):
            return None
        return tuple(float(share) for share in stored)

    @property
    def datasets(self) -> tuple[str, ...] | None:
        """The data sets that the weights were trained on, and their cohorts, by the training summary.

        Empty where they come from the generator alone; None where the summary does not say.
        """
        stored = self.training.get("datasets")
        if isinstance(stored, (list, tuple)) and all(isinstance(name, str) for name in stored):
            return tuple(stored)
        started = self.training.get("start") or self.training.get("members")
        return () if "generator" in self.training and not started else None


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A loaded file.

    system: in evaluation mode. card: its metadata. model_id: id of its weights, "name@hash12".
    """

    system: System
    card: ModelCard
    model_id: str


def save(path: Path, system: System, card: ModelCard) -> str:
    """Write a checkpoint in one step (``files.atomic_write``) and return its model id.

    Raises CheckpointError if a weight is not finite or the file cannot be written.
    """
    tensors = {}
    for key, value in system.stored().items():
        tensors[key] = value.detach().cpu().contiguous()
        if not tensors[key].isfinite().all():
            raise CheckpointError(f"The weights {key!r} are not finite: nothing was written to {path}.")
    metadata = {
        "format": FORMAT,
        "system": card.system,
        "configuration": settings_of(system),
        "labels": card.labels,
        "input": asdict(card.input),
        "calibration": asdict(card.calibration),
        "training": card.training,
        "licence": card.licence,
        "versions": {name: version(name) for name in ("torch", "torchvision", "safetensors")},
    }
    try:
        with atomic_write(path) as unfinished:
            save_file(tensors, unfinished, {KEY: json.dumps(metadata)})
    except (OSError, SafetensorError) as error:
        raise CheckpointError(not_writable(path, error)) from error
    return model_id(path)


def load(path: Path) -> Checkpoint:
    """Read, check and build a system; every fault raises CheckpointError with one sentence."""
    check_header(path)
    try:
        with safe_open(path, framework="pt") as file:
            document = (file.metadata() or {}).get(KEY, "{}")
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  (not a mapping)
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path} is not a complete checkpoint ({error}): {REMEDY}.") from error
    card, settings = _read_card(path, document)
    try:
        with torch.device("meta"):  # shapes only: a file that does not match allocates no memory
            system = create(card.system, settings)
    except (ConfigError, RuntimeError) as error:
        raise CheckpointError(
            f"{path} describes a system that cannot be built ({error}): {REMEDY}."
        ) from error
    _fit(path, system, tensors, card)
    system.eval().requires_grad_(False)
    if not all(tensor.isfinite().all() for tensor in tensors.values()):
        raise CheckpointError(f"{path} holds {NOT_FINITE}: {REMEDY}.")
    try:
        system.check()
        with torch.inference_mode():
            logits = system(torch.from_numpy(card.input.blank())[None]).logits
    except (ConfigError, InputError) as error:
        raise CheckpointError(f"{path} contains an unusable system ({error}): {REMEDY}.") from error
    if logits.shape != (1, len(card.labels)):
        raise CheckpointError(
            f"{path} outputs {logits.shape[1]} classes for {len(card.labels)} labels: {REMEDY}."
        )
    if not logits.isfinite().all():
        raise CheckpointError(f"{path} holds {NOT_FINITE}: {REMEDY}.")
    return Checkpoint(system, card, model_id(path))


def _read_card(path: Path, document: str) -> tuple[ModelCard, dict[str, Any]]:
    try:
        metadata = json.loads(document)
        if not isinstance(metadata, dict):
            raise ValueError(f"it is a {type(metadata).__name__}")
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"The metadata of {path} is invalid ({error}): {REMEDY}.") from error
    if metadata.get("format") != FORMAT:
        found = metadata.get("format", "none")
        raise CheckpointError(
            f"{path} is not a mer_ros checkpoint (format {found!r}, not {FORMAT!r}): {REMEDY}."
        )
    try:
        labels = metadata["labels"]
        if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
            raise ConfigError(f"labels are {labels!r}.")
        card = ModelCard(
            system=metadata["system"],
            labels=tuple(labels),
            input=settings_from(InputSpec, metadata["input"], "the input"),
            calibration=settings_from(Calibration, metadata["calibration"], "the calibration"),
            training=metadata["training"],
            licence=metadata["licence"],
        )
        return card, metadata["configuration"]
    except (KeyError, ConfigError) as error:
        raise CheckpointError(f"The metadata of {path} is invalid ({error}): {REMEDY}.") from error


def _fit(path: Path, system: System, tensors: dict[str, Tensor], card: ModelCard) -> None:
    """Load the file's tensors; names and shapes must match exactly, and there must be one class per label."""
    wanted = system.state_dict()
    missing, extra = sorted(wanted.keys() - tensors.keys()), sorted(tensors.keys() - wanted.keys())
    if missing or extra:
        found = f"{len(missing)} missing {missing[:2]}, {len(extra)} extra {extra[:2]}"
        raise CheckpointError(f"{path} does not contain the tensors of {card.system!r} ({found}): {REMEDY}.")
    for key, value in wanted.items():
        if tensors[key].shape != value.shape:
            found = f"{tuple(tensors[key].shape)} instead of {tuple(value.shape)}"
            raise CheckpointError(f"{path} holds {key!r} as {found}: {REMEDY}.")
    if card.input.kind not in system.reads:
        kinds = " or ".join(system.reads)
        raise CheckpointError(
            f"{path} declares the input {card.input.kind!r} but {card.system!r} reads {kinds}: {REMEDY}."
        )
    classes, size = system.config.n_labels, getattr(system.config, "size", card.input.size)
    if classes != len(card.labels):
        raise CheckpointError(f"{path} has {classes} classes but names {len(card.labels)} labels: {REMEDY}.")
    if size != card.input.size:
        raise CheckpointError(f"{path} decodes to {size} px but reads {card.input.size} px: {REMEDY}.")
    system.load_state_dict({key: tensors[key].to(value.dtype) for key, value in wanted.items()}, assign=True)
