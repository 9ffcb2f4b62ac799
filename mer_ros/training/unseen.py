"""Samples of the unseen generator: training on one head with smooth noise, test on the other with rough one.

A score on the own generator says little about real faces. Here a model meets another head, with units that
were sculpted by another hand, and noise of another design (``data.synthetic.rough_noise``). A network, which
is too slow to train on each head as well, is calibrated on samples of rough noise from all heads. That leaves
out the difference between heads, the larger of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from mer_ros.progress import SILENT, Part, Progress
from mer_ros.recognition.checkpoint import Calibration
from mer_ros.recognition.mirror_averaging import answer
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.system import System
from mer_ros.training.calibration import calibrate
from mer_ros.training.labelled_set import LabelledSet, from_flow
from mer_ros.training.sample_generators import LEAST_FLOW_PX

TASK = "generating samples of the unseen generator"

ROUGH_SEED = 5
"""Added to the seed for samples of rough noise; those of the training groups differ by 0 to 4."""


@dataclass(frozen=True, eq=False)
class UnseenPair:
    """head: trained on. other: tested on. train: smooth noise. test: rough noise, other subjects."""

    head: str
    other: str
    train: LabelledSet
    test: LabelledSet


def head_pairs() -> tuple[tuple[str, str], ...]:
    """Head to train on and head to test on, once for each head of the generator."""
    from mer_ros.data.synthetic.generator import generator

    heads = tuple(generator().heads)
    return tuple((head, heads[(i + 1) % len(heads)]) for i, head in enumerate(heads))


def unseen_pairs(
    train: int, test: int, seed: int, spec: InputSpec, progress: Progress = SILENT
) -> Iterator[UnseenPair]:
    """One pair for each head of the generator, of ``train`` and ``test`` flow samples."""
    from mer_ros.data.synthetic import TRAIN_SUBJECTS, VALIDATION_SUBJECTS, flow_samples

    heads, size = head_pairs(), max(spec.size, LEAST_FLOW_PX)
    progress.started(TASK, len(heads) * (train + test))
    done = 0
    for head, other in heads:
        sides = []
        for name, n, subjects, noise, own_seed in (
            (head, train, TRAIN_SUBJECTS, "smooth", seed),
            (other, test, VALIDATION_SUBJECTS, "rough", seed + 1),
        ):
            part = Part(progress, TASK, done, n)
            flow = flow_samples(n, subjects, own_seed, size, progress=part, head=name, noise=noise)
            sides.append(from_flow(flow.data, flow.labels, flow.subjects, spec))
            done += n
        yield UnseenPair(head, other, *sides)
    progress.finished(TASK)


def rough_samples(n: int, seed: int, spec: InputSpec, progress: Progress = SILENT) -> LabelledSet:
    """``n`` flow samples of the validation subjects, of all heads, with rough noise."""
    from mer_ros.data.synthetic import VALIDATION_SUBJECTS, flow_samples

    subjects = VALIDATION_SUBJECTS[: len(VALIDATION_SUBJECTS) // 2]  # the others are for the test
    progress.started(TASK, n)
    part, size = Part(progress, TASK, 0, n), max(spec.size, LEAST_FLOW_PX)
    flow = flow_samples(n, subjects, seed + ROUGH_SEED, size, progress=part, noise="rough")
    progress.finished(TASK)
    return from_flow(flow.data, flow.labels, flow.subjects, spec)


@torch.inference_mode()
def rough_calibration(system: System, own: Calibration, rough: LabelledSet, share: float) -> Calibration:
    """``own`` with the least confidence of the answers to ``rough``, and the larger temperature of the two.

    On the heads of its training, a network may be surer under rough noise than it should be on another face.
    The limit of the distance to prototypes stays: it bounds the training data, to which rough noise does not
    belong. share: see ``calibrate``.
    """
    system.eval()
    device = next(iter(system.state_dict().values())).device
    parts = [answer(system, x.to(device), own.mirror).logits.float().cpu() for x in rough.data.split(64)]
    found = calibrate(torch.cat(parts), rough.labels, False, 1.0, share)
    return replace(
        own,
        temperature=max(own.temperature, found.temperature),
        rejection_confidence=found.rejection_confidence,
    )
