"""The experiment of the field's source post, redone by sample and by subject.

Two students of the Intuitive Robots Lab (KIT, 2024) trained a prototype autoencoder and micro-attention on
ResNet-18 on apex images of MMEW and CASME II, split 70/30 by sample, and state F1 after 10 and 50 epochs.
Here the same systems are trained on the same split and on one whose test subjects were never seen, with the
controls of every evaluation beside them.

Not stated by the post and chosen here: the classes (those that come nearest to its numbers of clips, five of
CASME II and seven of MMEW), the kind of F1 (UF1), image size, optimiser and schedule (``config/train``),
augmentation (mirror images).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from mer_ros.data.clip_set import ClipSet
from mer_ros.errors import ConfigError
from mer_ros.evaluation import results
from mer_ros.evaluation.entrants.catalogue import CONTROLS
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.run import Evaluation, evaluate
from mer_ros.evaluation.workers import Workers
from mer_ros.progress import Progress, Summed
from mer_ros.recognition.backbones.pretrained import IMAGENET, imagenet_weights
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import Entrant
from mer_ros.training.fixed_epochs import FixedEpochs
from mer_ros.training.settings_file import named

BY_SAMPLE, BY_SUBJECT = SPLITS = ("samples-70-30", "subjects-70-30")
EPOCHS = (10, 50)
PROTOTYPE, MICRO_ATTENTION = "prototype", "micro-attention"
SETTINGS = {PROTOTYPE: "prototype_apex", MICRO_ATTENTION: "micro_attention_imagenet"}
"""Name of a system in the post to its settings in ``config/train``."""

SIZE_PX = 112
"""Width of the input, pixels, in ``config/train``."""

FINE_PX = 112
"""Width from which on the third layer of a ResNet has maps of 14x14."""

LABELS = {"casme2": "five", "mmew": "seven"}
"""Data set to the classes nearest to the post's 247 and 300 clips: the sheet of CASME II has 246."""

RANDOM_START = (
    "Micro-attention starts from random weights and all of them are trained; the post trains attention and "
    "head on a frozen ResNet-18 from ImageNet."
)

Start = Literal["auto", "imagenet", "random"]
"""Weights from which micro-attention starts; auto: those of ImageNet if they are available."""


@dataclass(frozen=True)
class Models:
    """The two systems. settings: by name in the post. departures: from the post, sentences for the page.
    reason: of a departure that depends on this machine, or "".
    """

    settings: Mapping[str, TrainConfig]
    departures: tuple[str, ...] = ()
    reason: str = ""

    @property
    def size(self) -> int:
        """Width of the input, pixels."""
        return self.settings[PROTOTYPE].input.size

    def entrants(self, epochs: Sequence[int], device: str) -> list[Entrant]:
        """The controls, and each system with each number of epochs."""
        controls: list[Entrant] = [kind() for _, kind in CONTROLS]
        networks = [
            FixedEpochs(name, settings, number, device)
            for name, settings in self.settings.items()
            for number in epochs
        ]
        return [*controls, *networks]


def models(start: Start = "auto", size: int = SIZE_PX) -> Models:
    """The settings of both systems. size: width of their input, pixels, a multiple of 8.

    ConfigError for another size, or if ``start`` is imagenet and its weights are missing.
    """
    settings = {name: _of_size(named(file), size) for name, file in SETTINGS.items()}
    reason = ""
    if start != "random":
        try:
            imagenet_weights()
            return Models(settings)
        except ConfigError as error:
            if start == IMAGENET:
                raise
            reason = str(error)
    settings[MICRO_ATTENTION] = replace(settings[MICRO_ATTENTION], start=(), transfer="full")
    return Models(settings, (RANDOM_START,), reason)


def _of_size(settings: TrainConfig, size: int) -> TrainConfig:
    """The settings with another size of the input; heat maps keep 14x14 cells or more."""
    model = dict(settings.model)
    if "size" in model:
        model["size"] = size
    elif size < FINE_PX:
        model["backbone"] = {**model.get("backbone", {}), "map_layer": "layer2"}
    return replace(settings, model=model, input=replace(settings.input, size=size))


@dataclass(frozen=True, eq=False)
class ReproducedSet:
    """One data set. evaluations: by name of the split. results: their ``results.json``."""

    name: str
    clips: ClipSet
    evaluations: Mapping[str, Evaluation]
    results: Mapping[str, dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Reproduction:
    """The whole experiment, a part for each data set. size: width of the input, pixels."""

    parts: tuple[ReproducedSet, ...]
    epochs: tuple[int, ...]
    size: int
    departures: tuple[str, ...]


def reproduce(
    sets: Mapping[str, ClipSet],
    used: Models,
    epochs: Sequence[int],
    seed: int,
    out: Path,
    progress: Progress,
    workers: Workers,
    device: str = "auto",
) -> Reproduction:
    """Train both systems on both splits of each data set, and store results and folds below ``out``.

    A stored fold is not computed again. progress: receives a task for each data set and split. Raises the
    errors of ``run.evaluate``, before any training.
    """
    for clips in sets.values():
        for split in SPLITS:
            protocol_of(split).folds(clips, seed)
    parts = []
    for name, clips in sets.items():
        found: dict[str, Evaluation] = {}
        for split in SPLITS:
            entrants = used.entrants(epochs, device)
            protocol = protocol_of(split)
            one = Summed(progress, task_of(name, split), len(entrants))
            found[split] = evaluate(clips, protocol, entrants, seed, out / name / split, one, workers)
        written = {split: results.write(one, out / name / split) for split, one in found.items()}
        parts.append(ReproducedSet(name, clips, found, written))
    return Reproduction(tuple(parts), tuple(epochs), used.size, used.departures)


def task_of(name: str, split: str) -> str:
    """The task that ``progress`` receives."""
    return f"{name}, {protocol_of(split).title}"
