"""The heads of a probe: features of frozen networks, heads on them, their calibration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mer_ros.data.label_mapping import mapping_matrix
from mer_ros.errors import ConfigError, DataError
from mer_ros.progress import SILENT, Progress, counted
from mer_ros.recognition.checkpoint import Calibration
from mer_ros.recognition.mirror_averaging import mirrored
from mer_ros.recognition.registry import settings_of
from mer_ros.recognition.systems.probe import Member, Probe, ProbeConfig
from mer_ros.training import residual_head
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import TrainConfig
from mer_ros.training.initialisation import loaded


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

    def __call__(self, found: ProbeFeatures) -> NDArray[np.float64]:
        """(m, C) logits: the mean of the heads' log-probabilities."""
        logits = [head(*one) for head, one in zip(self.heads, found.sets(), strict=True)]
        return np.asarray(np.mean(logits, axis=0))

    @property
    def chosen(self) -> dict[str, float]:
        """The chosen strengths by name."""
        return {f"strength_{i + 1}": head.strength for i, head in enumerate(self.heads)}


def frozen_probe(config: TrainConfig, labels: tuple[str, ...], device: torch.device) -> Probe:
    """The networks of ``config.start`` as a probe for these labels, whose heads are zero.

    ConfigError where there is no start, or networks of another system or of different labels.
    """
    if not config.start:
        raise ConfigError("A probe needs trained networks: name one or more checkpoints as 'start'.")
    sources = loaded(config.start, config)
    own = sources[0].card.labels
    for source in sources:
        if config.system not in ("probe", source.card.system):
            raise ConfigError(
                f"{source.model_id} is of the system {source.card.system!r}, but the settings are for "
                f"{config.system!r}: start from a network of that system, or set the system to 'probe', "
                "which accepts networks of any system."
            )
        if source.card.labels != own or isinstance(source.system, Probe):
            raise ConfigError(
                f"{source.model_id} has the labels {', '.join(source.card.labels)}, the first 'start' has "
                f"{', '.join(own)}: name networks with the same labels, and no probe."
            )
    members = []
    for source in sources:
        layers = config.probe.layers or (str(source.system.gradcam_layer),)
        members.append(Member(source.card.system, settings_of(source.system), layers))
    probe = config.probe
    settings = ProbeConfig(len(labels), tuple(members), len(own), probe.grid, probe.untrained)
    system = Probe(settings)
    for member, source in zip(system.members, sources, strict=True):
        member.load_state_dict(source.system.state_dict())
    temperatures = [source.card.calibration.temperature for source in sources]
    system.temperatures.copy_(torch.tensor(temperatures))
    try:
        weights = mapping_matrix(own, labels, sources[0].card.priors)
    except DataError:  # unrelated labels: the prior says nothing, but the features may still serve
        weights = np.zeros((len(own), len(labels)))
    system.translation.copy_(torch.from_numpy(weights.astype(np.float32)))
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
    strengths: tuple[float, ...],
    seed: int,
    progress: Progress = SILENT,
) -> ProbeHeads:
    """A head for each set of features; each strength is chosen by cross-validation over subjects."""
    fits = [
        residual_head.fit(prior, features, truth, subject_ids, strengths, seed)
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
    """Write the heads into the system."""
    for i, (layer, head) in enumerate(zip(system.heads, heads.heads, strict=True)):
        linear = cast(nn.Linear, layer)
        linear.weight.data.copy_(torch.from_numpy(head.weight.T.astype(np.float32)))
        linear.bias.data.copy_(torch.from_numpy(head.bias.astype(np.float32)))
        system.gains.data[i] = 0.0 if system.without_prior[i] else head.gain
