"""Rows of ``benchmarks.explain``: faithfulness of the maps of every shipped model, by method."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.recognition import UNSEEN
from benchmarks.table import Figure
from mer_ros import files
from mer_ros.data.synthetic import FlowSet, flow_samples, flow_sequences
from mer_ros.evaluation.model_study.maps import face_of_crop
from mer_ros.evaluation.model_study.subjects import strongest_moments
from mer_ros.explanation import attributions, methods_of
from mer_ros.explanation.faithfulness import MapScores, agreement, map_scores, most_faithful
from mer_ros.explanation.faithfulness.pointing import moving_region, pointing_hits
from mer_ros.motion.key_frames import SEQUENCE_FRAMES
from mer_ros.recognition import Recogniser

SHIPPED = ("linear_prototype", "prototype", "micro_attention", "me_plan")
HEADS = ("photograph", "parametric")
EACH, SEED, BATCH = 60, 73, 30
"""EACH: samples of each head."""

LEAST_POINTING, LEAST_INSIDE = 0.8, 0.7


class Explained(NamedTuple):
    """Correct predictions of a model: scaled inputs, labels, (N, S, S) true regions, (N,) places in HEADS."""

    model: Recogniser
    x: Tensor
    labels: Tensor
    regions: NDArray[np.bool_]
    heads: NDArray[np.int64]


def maps() -> Iterator[Figure]:
    """Scores of every method on every model, and the goals of the default method."""
    face = face_of_crop()
    most = 1 / float(face.mean())
    yield Figure(
        "background of the crops", 1 - float(face.mean()), "share", note="outside the oval of the face"
    )
    for name in SHIPPED:
        own = explained(name)
        system = own.model.system
        scores = map_scores(system, own.x, own.labels, own.regions, face)
        for method, one in scores.items():
            yield from _rows(f"{name}, {method}", one, most)
        best, default = most_faithful(scores), system.explained_by
        note = f"most faithful: {best}, by insertion minus deletion among maps that change with the weights"
        yield Figure(
            f"{name}: default map {default} is the most faithful",
            scores[default].gain - scores[best].gain, "gain behind the best", "0", default == best, note,
        )  # fmt: skip
        yield from _goals(name, own, scores[default], most)
        yield from _agreement(name, own)


@cache
def explained(name: str) -> Explained:
    """The correct predictions of a shipped model for unseen subjects of both heads."""
    model = Recogniser.load(files.models_dir() / f"{name}.safetensors")
    noisy, clean, heads = [], [], []
    for place, head in enumerate(HEADS):
        noisy.append(_samples(model, head, False))
        clean.append(_samples(model, head, True))
        heads += [place] * EACH
    spec = model.card.input
    flows = np.concatenate([one.data for one in noisy])
    x = torch.from_numpy(spec.scale(np.stack([spec.read(flow).data for flow in flows])))
    truth = torch.from_numpy(np.concatenate([one.labels for one in noisy]))
    with torch.inference_mode():
        answers = torch.cat([model.answer(part).logits.argmax(1) for part in x.split(BATCH)])
    right = (answers == truth).numpy()
    still = np.concatenate([one.data for one in clean])
    if still.ndim == 5:
        still = strongest_moments(still)
    return Explained(model, x[right], truth[right], moving_region(still)[right], np.array(heads)[right])


def _samples(model: Recogniser, head: str, clean: bool) -> FlowSet:
    if model.input_kind == "sequence":
        return flow_sequences(EACH, UNSEEN, SEED, 56, SEQUENCE_FRAMES, clean, head=head)
    return flow_samples(EACH, UNSEEN, SEED, 56, clean, head=head)


def _rows(name: str, one: MapScores, most: float) -> Iterator[Figure]:
    note = f"insertion {one.insertion:.3f}, deletion {one.deletion:.3f}"
    yield Figure(f"{name}: insertion minus deletion", one.gain, "area", note=note)
    yield Figure(f"{name}: pointing game", one.pointing, "share")
    yield Figure(f"{name}: like the map of shuffled weights", one.shuffled, "rank correlation")
    yield Figure(f"{name}: inside_face", one.inside_face, "x uniform map", note=f"ceiling {most:.2f}")


def _goals(name: str, own: Explained, score: MapScores, most: float) -> Iterator[Figure]:
    """The goals of the default map: pointing game by head, inside_face."""
    parts = zip(own.x.split(BATCH), own.labels.split(BATCH), strict=True)
    found = np.concatenate([attributions(own.model.system, x, labels).maps for x, labels in parts])
    hits = pointing_hits(found, own.regions)
    area = float(own.regions.mean())
    for place, head in enumerate(HEADS):
        share = float(hits[own.heads == place].mean())
        note = f"{(own.heads == place).sum()} correct predictions; a random point {area:.2f}"
        yield Figure(
            f"{name}: pointing game, {head} head", share, "share", f">= {LEAST_POINTING}",
            share >= LEAST_POINTING, note,
        )  # fmt: skip
    share = score.inside_face / most
    note = f"median {score.inside_face:.2f} of {most:.2f} x uniform map; the map is not masked"
    yield Figure(
        f"{name}: inside_face of its ceiling",
        share,
        "share",
        f">= {LEAST_INSIDE}",
        share >= LEAST_INSIDE,
        note,
    )


def _agreement(name: str, own: Explained) -> Iterator[Figure]:
    """Median rank correlation of the default map with those of the other methods."""
    system, x, labels = own.model.system, own.x[:BATCH], own.labels[:BATCH]
    methods = methods_of(system)
    matrix = agreement({method: attributions(system, x, labels, method).maps for method in methods})
    row = matrix[methods.index(system.explained_by)]
    others = [f"{method} {value:.2f}" for method, value in zip(methods, row, strict=True)]
    mean = float(
        np.mean([value for method, value in zip(methods, row, strict=True) if method != system.explained_by])
    )
    yield Figure(f"{name}: agreement of the methods", mean, "rank correlation", note=", ".join(others))
