"""Rows of ``benchmarks.explain``: share of the maps that the checks of ``faithfulness.trust`` call unstable.

On correct predictions. Two controls should be found: the map of a sample of another label in place of the own
one, and the maps of Grad-CAM, which are less faithful. Two need not be, because a map can be true of a wrong
answer: noise without movement, and the same model with shuffled weights.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.explain_maps import BATCH, HEADS, SEED, SHIPPED, explained
from benchmarks.recognition import UNSEEN
from benchmarks.table import Figure
from mer_ros.data.synthetic.flow_noise import Chain
from mer_ros.data.synthetic.flow_samples import AMPLITUDE_PX
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.subject_fields import SubjectFields
from mer_ros.explanation.faithfulness import (
    map_trust,
    pointing_hits,
    trusted_attribution,
    with_shuffled_weights,
)
from mer_ros.motion.key_frames import SEQUENCE_FRAMES
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.recognition.system import System

CORRECT, CONTROLS = 60, 30
"""Largest number of correct predictions, and number of maps of each control."""

SUBJECTS = 6
"""Subjects of the noise, half of each head."""


def trust() -> Iterator[Figure]:
    """The three shares of every shipped model; of correct predictions also the pointing hits."""
    for name in SHIPPED:
        own = explained(name)
        x, labels, system = own.x[:CORRECT], own.labels[:CORRECT], own.model.system
        unstable, maps = checked(system, x, labels)
        hits = pointing_hits(maps, own.regions[:CORRECT])
        of_stable = f"{hits[~unstable].mean():.2f}" if (~unstable).any() else "none"
        of_unstable = f"{hits[unstable].mean():.2f}" if unstable.any() else "none"
        note = f"{len(hits)} maps; pointing hits of stable ones {of_stable}, of unstable ones {of_unstable}"
        yield Figure(f"{name}: maps called unstable", float(unstable.mean()), "share", note=note)
        shuffled = with_shuffled_weights(system, SEED).eval()
        foreign = [
            map_trust(system, x[i : i + 1], int(labels[i]), maps[k]).warning != ""
            for i, k in enumerate(of_other_labels(labels))
        ]
        yield Figure(f"{name}: maps of another sample called unstable", float(np.mean(foreign)), "share")
        less, _ = checked(system, x, labels, "grad_cam")
        yield Figure(f"{name}: maps of Grad-CAM called unstable", float(less.mean()), "share")
        yield of_answers(f"{name}: maps of noise without movement called unstable", system, noise(own.model))
        yield of_answers(f"{name}: maps of shuffled weights called unstable", shuffled, x[:CONTROLS])


def of_answers(name: str, system: System, x: Tensor) -> Figure:
    """The share of the maps of (B, ...) scaled inputs, each for the label that the system answers."""
    with torch.no_grad():
        labels = torch.cat([system(part).logits.argmax(1) for part in x.split(BATCH)])
    unstable, _ = checked(system, x, labels)
    return Figure(name, float(unstable.mean()), "share", note=f"{len(x)} maps")


def of_other_labels(labels: Tensor) -> list[int]:
    """For each sample the place of the next one with another label, behind the last one from the first on.

    >>> of_other_labels(torch.tensor([0, 0, 1]))
    [2, 2, 0]
    """
    n = len(labels)
    return [next(k % n for k in range(i + 1, i + n) if labels[k % n] != labels[i]) for i in range(n)]


def checked(
    system: System, x: Tensor, labels: Tensor, method: str = ""
) -> tuple[NDArray[np.bool_], NDArray[np.floating]]:
    """(B,) whether the map of each of (B, ...) scaled inputs is called unstable, and (B, h, w) maps.

    method: that makes the maps, "" for the system's own.
    """
    found = [
        trusted_attribution(system, x[i : i + 1], label, method) for i, label in enumerate(labels.tolist())
    ]
    return np.array([one.warning != "" for _, one in found]), np.stack([one.map for one, _ in found])


def noise(model: Recogniser, n: int = CONTROLS) -> Tensor:
    """(n, ...) scaled inputs with the noise of the measuring chain on faces that do not move.

    Without blinks, glances, speech and living skin; as large as beside an expression.
    """
    frames = SEQUENCE_FRAMES if model.input_kind == "sequence" else 1
    steps = np.minimum(1.0, np.arange(1, frames + 1) * 2 / frames)
    spec, samples = model.card.input, []
    for i, subject in enumerate(UNSEEN[:SUBJECTS]):
        fields = SubjectFields(make_subject(subject, head=HEADS[i % len(HEADS)]), 56)
        still = np.zeros(len(fields.names))
        for k in range(i, n, SUBJECTS):
            rng = np.random.default_rng([SEED, k])
            chain = Chain(fields, float(np.exp(rng.uniform(*np.log(AMPLITUDE_PX)))), rng, living=False)
            flow = np.stack([chain.see(still, float(step)) for step in steps]).transpose(0, 3, 1, 2)
            samples.append(spec.read(flow if model.input_kind == "sequence" else flow[0]).data)
    return torch.from_numpy(spec.scale(np.stack(samples)))
