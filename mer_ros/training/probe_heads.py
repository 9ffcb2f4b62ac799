"""The heads of a probe: features of frozen networks, heads on them, their calibration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mer_ros.progress import SILENT, Progress, counted
from mer_ros.recognition.checkpoint import Calibration
from mer_ros.recognition.mirror_averaging import mirrored
from mer_ros.recognition.systems.network import Network
from mer_ros.recognition.systems.probe import Probe, ProbeConfig
from mer_ros.training import residual_head
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import ProbeTraining, TrainConfig
from mer_ros.training.entrant import NO_NAMES
from mer_ros.training.frozen_votes import as_members, members_of, take_members


@dataclass(frozen=True, eq=False)
class ProbeFeatures:
    """What frozen networks compute from N samples.

    prior: (N, C) float32, their mean log-probabilities in the classes of the data. features: one (N, D)
    float32 for each set. without_prior: which sets vote without the prior.
    """

    prior: NDArray[np.float32]
    features: tuple[NDArray[np.float32], ...]
    without_prior: tuple[bool, ...]

    def sets(self) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """The prior, zero where a set votes without it, and the features of each set."""
        for without_prior, features in zip(self.without_prior, self.features, strict=True):
            yield self.prior.astype(np.float64) * (not without_prior), features.astype(np.float64)


@dataclass(frozen=True, eq=False)
class ProbeHeads:
    """heads: one for each set of features. held_out: (n, C) log-probabilities of training samples by heads
    that were fitted without their subjects.
    """

    heads: tuple[residual_head.ResidualHead, ...]
    held_out: NDArray[np.float64]

    def __call__(self, found: ProbeFeatures, datasets: NDArray[np.str_] = NO_NAMES) -> NDArray[np.float64]:
        """(m, C) logits: the mean of the heads' log-probabilities. datasets: see ``ResidualHead``."""
        logits = [head(*one, datasets) for head, one in zip(self.heads, found.sets(), strict=True)]
        return np.asarray(np.mean(logits, axis=0))

    @property
    def chosen(self) -> dict[str, float]:
        """The chosen strengths by name."""
        return {f"strength_{i + 1}": head.strength for i, head in enumerate(self.heads)}


def frozen_probe(config: TrainConfig, labels: tuple[str, ...], device: torch.device) -> Probe:
    """The systems of ``config.start`` as a probe for these labels, whose heads are zero.

    The layers are read in every network; a linear reader has no layers, and only votes. ConfigError as in
    ``members_of``.
    """
    sources, probe = members_of(config), config.probe
    members = tuple(
        replace(member, layers=probe.layers or (source.system.gradcam_layer,))
        if isinstance(source.system, Network)
        else member
        for member, source in zip(as_members(sources, config), sources, strict=True)
    )
    own = len(sources[0].card.labels)
    system = Probe(ProbeConfig(len(labels), members, own, probe.grid, probe.untrained, probe.pixels))
    take_members(system, sources, labels)
    return system.eval().to(device)


@torch.inference_mode()
def extract_features(
    system: Probe, samples: Tensor, mirror: bool, progress: Progress = SILENT
) -> ProbeFeatures:
    """Features of (N, 3, S, S) scaled samples. mirror: the mean over each sample and its mirror image."""
    device, parts = system.gains.device, []
    batches = samples.split(64)
    for x in counted(batches, progress, "computing features", len(batches)):
        x = x.to(device)
        prior, features = system.prior_and_features(x)
        if mirror:
            other, others = system.prior_and_features(mirrored(x))
            prior = (prior + other) / 2
            features = [(one + two) / 2 for one, two in zip(features, others, strict=True)]
        parts.append([part.cpu().numpy() for part in (prior, *features)])
    prior_, *features_ = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return ProbeFeatures(prior_, tuple(features_), system.without_prior)


def fit_heads(
    found: ProbeFeatures,
    truth: NDArray[np.int64],
    subject_ids: NDArray[np.str_],
    training: ProbeTraining,
    seed: int,
    progress: Progress = SILENT,
    datasets: NDArray[np.str_] = NO_NAMES,
) -> ProbeHeads:
    """A head for each set of features; each strength is chosen by cross-validation over subjects."""
    strengths, spread = training.strengths, training.set_spread
    fits = [
        residual_head.fit(prior, features, truth, subject_ids, strengths, seed, datasets, spread)
        for prior, features in counted(found.sets(), progress, "fitting heads", len(found.features))
    ]
    held_out = np.mean([one.held_out for one in fits], axis=0)
    return ProbeHeads(tuple(one.head for one in fits), held_out)


def head_calibration(heads: ProbeHeads, truth: NDArray[np.int64], config: TrainConfig) -> Calibration:
    """Temperature and rejection confidence, from the held-out log-probabilities."""
    logits = torch.from_numpy(heads.held_out)
    calibration = calibrate(logits, torch.from_numpy(truth), False, 1.0, config.rejection_share)
    return replace(calibration, mirror=config.mirrors)


def set_heads(system: Probe, heads: ProbeHeads) -> None:
    """Write the heads into the system, without the offsets of data sets: an event belongs to none."""
    for i, (layer, head) in enumerate(zip(system.heads, heads.heads, strict=True)):
        linear = cast(nn.Linear, layer)
        linear.weight.data.copy_(torch.from_numpy(head.weight.T.astype(np.float32)))
        linear.bias.data.copy_(torch.from_numpy(head.bias.astype(np.float32)))
        system.gains.data[i] = 0.0 if system.without_prior[i] else head.gain
