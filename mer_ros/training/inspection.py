"""What an evaluation shows of a trained system beside its predictions: epochs, latent space, prototypes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mer_ros import metrics
from mer_ros.progress import Progress
from mer_ros.recognition.mirror_averaging import answer
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.system import System
from mer_ros.training.entrant import DecodedPrototypes, EpochScore, Inspection
from mer_ros.training.observer import ProgressOnly
from mer_ros.training.training_state import Epoch

DECODED_EPOCHS = (10, 50)
"""Epochs after which prototypes are decoded, counted from 1: those that the field's source post shows."""

BATCH = 64


class EpochLog(ProgressOnly):
    """A training observer that keeps the score of every epoch and, if ``decode`` is set, the prototypes
    decoded after ``DECODED_EPOCHS``. Training is not changed: no random number is drawn.
    """

    def __init__(self, progress: Progress, system: System, spec: InputSpec, decode: bool) -> None:
        super().__init__(progress)
        self.scores: list[EpochScore] = []
        self.prototypes: list[DecodedPrototypes] = []
        self._system, self._spec, self._decode = system, spec, decode

    def epoch_finished(self, epoch: Epoch) -> None:
        """Called in evaluation mode, before the best weights are restored."""
        uf1 = float(metrics.uf1(epoch.validation))
        self.scores.append(EpochScore(float(epoch.loss), uf1, epoch.best))
        if self._decode and epoch.number + 1 in DECODED_EPOCHS:
            self.prototypes += decoded(self._system, self._spec, epoch.number + 1)


def decoded(system: System, spec: InputSpec, epoch: int) -> list[DecodedPrototypes]:
    """The prototypes of a system in evaluation mode, in the form of ``Sample.data``; [] if it decodes none.

    epoch: epochs trained, 0 for a system that is not trained in epochs.
    """
    if not system.has_prototypes:
        return []
    with torch.inference_mode():
        parts = [(label, system.decode(index)) for index, label in _used(system)]
    found = [(label, part) for label, part in parts if part is not None]
    if not found:
        return []
    data = np.stack([spec.unscale(part.float().cpu().numpy()) for _, part in found])
    return [DecodedPrototypes(epoch, data.astype(np.float32), tuple(label for label, _ in found))]


def _used(system: System) -> list[tuple[int, int]]:
    """(index, class) of every prototype that is in use. Systems without slots have one per class."""
    labels = getattr(system, "prototype_labels", list(range(system.config.n_labels)))
    used = getattr(system, "used", None)
    flags = [True] * len(labels) if used is None else (used > 0).tolist()
    return [(index, label) for index, label in enumerate(labels) if flags[index]]


@torch.inference_mode()
def latents(system: System, samples: Tensor, mirror: bool) -> NDArray[np.float32] | None:
    """(N, D) latents of (N, 3, S, S) scaled samples on the device of the system; None if it has none.

    mirror: the mean over each sample and its mirror image.
    """
    system.eval()
    device = next(iter(system.state_dict().values())).device
    parts = [answer(system, x.to(device), mirror).latent for x in samples.split(BATCH)]
    known = [part.float().cpu() for part in parts if part is not None]
    return torch.cat(known).numpy() if known else None


def inspection(
    system: System,
    train: Tensor,
    test: Tensor,
    mirror: bool,
    prototypes: Sequence[DecodedPrototypes],
) -> Inspection | None:
    """The latent space of a trained system on both sides of a fold; None for a system without one."""
    seen, unseen = latents(system, train, mirror), latents(system, test, mirror)
    if seen is None or unseen is None:
        return None
    return Inspection(seen, unseen, tuple(prototypes))
