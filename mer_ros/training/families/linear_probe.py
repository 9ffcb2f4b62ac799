"""How a probe is taught: features of frozen networks, once; heads pulled to what the networks think;
calibration.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mer_ros import metrics
from mer_ros.data.label_mapping import translation
from mer_ros.errors import ConfigError, DataError
from mer_ros.recognition import checkpoint
from mer_ros.recognition.checkpoint import Calibration, Card
from mer_ros.recognition.mirror_averaging import mirrored
from mer_ros.recognition.recogniser import device_of
from mer_ros.recognition.registry import settings_of
from mer_ros.recognition.systems.probe import Member, Probe, ProbeConfig
from mer_ros.training import residual_head
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import TrainConfig
from mer_ros.training.initialisation import loaded
from mer_ros.training.labelled_set import LabelledSet
from mer_ros.training.samples import samples_for
from mer_ros.training.train_system import Job, Result, summary, train_system

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Read:
    """What the frozen networks make of N samples: opinion (N, C), and features, one (N, D) for each set.

    alone: which sets vote without the opinion.
    """

    opinion: NDArray[np.float32]
    features: tuple[NDArray[np.float32], ...]
    alone: tuple[bool, ...]

    def sets(self) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """The opinion, or none of it, and the features of each set."""
        for alone, features in zip(self.alone, self.features, strict=True):
            yield self.opinion.astype(np.float64) * (not alone), features.astype(np.float64)


@dataclass(frozen=True, eq=False)
class Taught:
    """heads: one for each set of features. held_out: (n, C) log-probabilities of training people held out."""

    heads: tuple[residual_head.ResidualHead, ...]
    held_out: NDArray[np.float64]

    def __call__(self, read: Read) -> NDArray[np.float64]:
        """(m, C) logits: the mean of the heads' log-probabilities."""
        found = [head(*one) for head, one in zip(self.heads, read.sets(), strict=True)]
        return np.asarray(np.mean(found, axis=0))

    @property
    def chosen(self) -> dict[str, float]:
        """What was chosen, by name."""
        return {f"strength_{i + 1}": head.strength for i, head in enumerate(self.heads)}


def untaught(config: TrainConfig, labels: tuple[str, ...], device: torch.device) -> Probe:
    """The frozen networks of ``config.start`` as a probe for these labels, whose heads have learned
    nothing.
    """
    if not config.start:
        raise ConfigError("A probe needs networks to read: name one checkpoint or more as 'start'.")
    sources = loaded(config.start, config)
    own = sources[0].card.labels
    for source in sources:
        if config.system not in ("probe", source.card.system):
            raise ConfigError(
                f"{source.model_id} is a {source.card.system!r} and the settings are for {config.system!r}: "
                "start from one of that system, or set the system to 'probe', which reads any."
            )
        if source.card.labels != own or isinstance(source.system, Probe):
            raise ConfigError(
                f"{source.model_id} answers {', '.join(source.card.labels)} and the first start "
                f"{', '.join(own)}: name networks of the same labels, and no probe."
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
        weights = translation(own, labels)
    except DataError:  # other labels: the networks have no opinion, their features may still serve
        weights = np.zeros((len(own), len(labels)))
    system.translation.copy_(torch.from_numpy(weights.astype(np.float32)))
    return system.eval().to(device)


@torch.inference_mode()
def read(system: Probe, samples: Tensor, mirror: bool, progress: Progress | None = None) -> Read:
    """(N, 3, S, S) scaled samples -> what the networks make of them; the mean over the mirror where asked."""
    device, parts = system.gains.device, []
    done = 0
    for x in samples.split(64):
        x = x.to(device)
        opinion, features = system.read(x)
        if mirror:
            other, others = system.read(mirrored(x))
            opinion = (opinion + other) / 2
            features = [(one + two) / 2 for one, two in zip(features, others, strict=True)]
        parts.append([part.cpu().numpy() for part in (opinion, *features)])
        done += len(x)
        if progress:
            progress(done, len(samples))
    opinion_, *features_ = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Read(opinion_, tuple(features_), system.alone)


def learn(
    found: Read,
    truth: NDArray[np.int64],
    subject_ids: NDArray[np.str_],
    strengths: tuple[float, ...],
    seed: int,
    progress: Progress | None = None,
) -> Taught:
    """A head for each set of features; every strength is chosen on people held out."""
    learned = []
    for i, (opinion, features) in enumerate(found.sets()):
        learned.append(residual_head.learn(opinion, features, truth, subject_ids, strengths, seed))
        if progress:
            progress(i + 1, len(found.features))
    held_out = np.mean([one.held_out for one in learned], axis=0)
    return Taught(tuple(one.head for one in learned), held_out)


def calibration_of(taught: Taught, truth: NDArray[np.int64], config: TrainConfig) -> Calibration:
    """Temperature and least confidence, on training people held out."""
    logits = torch.from_numpy(taught.held_out)
    found = calibrate(logits, torch.from_numpy(truth), False, 1.0, config.rejection_share)
    return replace(found, mirror=config.mirrors)


def put_into(system: Probe, taught: Taught) -> None:
    """Give the heads to the system."""
    for i, (layer, head) in enumerate(zip(system.heads, taught.heads, strict=True)):
        layer.weight.data.copy_(torch.from_numpy(head.weight.T.astype(np.float32)))
        layer.bias.data.copy_(torch.from_numpy(head.bias.astype(np.float32)))
        system.gains.data[i] = 0.0 if system.alone[i] else head.gain


@train_system.register
def _probe(system: Probe, job: Job) -> Result:
    """It learns from the training and the validation people; choices are made on people held out in turn."""
    config, began = job.config, time.monotonic()
    groups = samples_for(job.clips, config, job.watch.stage)
    system = untaught(config, groups.labels, device_of(job.device))
    sides: tuple[LabelledSet, ...] = (groups.train, groups.validation)
    samples = torch.cat([side.data for side in sides])
    truth = np.concatenate([side.labels.numpy() for side in sides])
    subject_ids = np.concatenate([side.subjects for side in sides]).astype(str)
    found = read(system, samples, config.mirrors, job.watch.stage("reading"))
    stage = job.watch.stage("choosing strengths")
    taught = learn(found, truth, subject_ids, config.probe.strengths, config.seed, stage)
    put_into(system, taught)
    answers = taught(read(system, groups.test.data, config.mirrors)).argmax(1)
    n_labels = len(groups.labels)
    held_out = metrics.confusion_of(truth, taught.held_out.argmax(1), n_labels)
    test = metrics.confusion_of(groups.test.labels.numpy(), answers, n_labels)
    training = summary(
        config,
        {"held_out": held_out, "test": test},
        groups.labels,
        groups.synthetic,
        **groups.about,
        samples=groups.counts,
        probe=asdict(config.probe),
        start=config.start,
        transfer="probe",
        chosen=taught.chosen,
    )
    card = Card("probe", groups.labels, config.input, calibration_of(taught, truth, config), training)
    model_id = checkpoint.save(job.out, system, card)
    seconds = time.monotonic() - began
    return Result(
        job.out,
        model_id,
        groups.labels,
        held_out,
        test,
        taught.chosen,
        groups.words,
        seconds,
        groups.synthetic,
    )
