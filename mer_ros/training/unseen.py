"""Samples of the unseen generator: training on one head with smooth noise, test on the other with rough one.

A score on the own generator says little about real faces. Here a model meets another head, with units that
were sculpted by another hand, and noise of another design (``data.synthetic.rough_noise``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mer_ros.progress import SILENT, Part, Progress
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.labelled_set import LabelledSet, from_flow

TASK = "generating samples of the unseen generator"


@dataclass(frozen=True, eq=False)
class UnseenPair:
    """head: trained on. other: tested on. train: smooth noise. test: rough noise, other subjects."""

    head: str
    other: str
    train: LabelledSet
    test: LabelledSet


def unseen_pairs(
    train: int, test: int, seed: int, spec: InputSpec, progress: Progress = SILENT
) -> Iterator[UnseenPair]:
    """One pair for each head of the generator, of ``train`` and ``test`` flow samples."""
    from mer_ros.data.synthetic import TRAIN_SUBJECTS, VALIDATION_SUBJECTS, flow_samples
    from mer_ros.data.synthetic.generator import generator

    heads = tuple(generator().heads)
    progress.started(TASK, len(heads) * (train + test))
    done = 0
    for i, head in enumerate(heads):
        other = heads[(i + 1) % len(heads)]
        sides = []
        for name, n, subjects, noise, own_seed in (
            (head, train, TRAIN_SUBJECTS, "smooth", seed),
            (other, test, VALIDATION_SUBJECTS, "rough", seed + 1),
        ):
            part = Part(progress, TASK, done, n)
            flow = flow_samples(n, subjects, own_seed, spec.size * 2, progress=part, head=name, noise=noise)
            sides.append(from_flow(flow.data, flow.labels, flow.subjects, spec))
            done += n
        yield UnseenPair(head, other, *sides)
    progress.finished(TASK)
