"""The maps of a model on correct predictions: their faithfulness, attention of each block, and examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.explanation.faithfulness import (
    MapScores,
    agreement,
    map_scores,
    most_faithful,
    trusted_attribution,
)
from mer_ros.explanation.methods.attention import attention_maps
from mer_ros.explanation.methods.catalogue import METHODS, attributions, methods_of
from mer_ros.face.canonical_mesh import crop_landmarks
from mer_ros.face.geometry import CROP_SIZE
from mer_ros.face.regions import face_mask
from mer_ros.progress import SILENT, Progress
from mer_ros.recognition.recogniser import Recogniser

TASK = "maps of the model"
EACH = 3
"""Correct predictions of each label whose maps are computed."""


@dataclass(frozen=True, eq=False)
class MapStudy:
    """Maps of correct predictions. clips: (n,) int64, places of their samples. labels: (n,) int64.

    scores: of each method that applies; empty where the true regions are not known. agreement: (M, M) median
    rank correlations of those methods. absent: the other methods, with what they need. default: the method of
    the explainer. most_faithful: the best by ``scores``, "" without. unstable: share of the default maps that
    are called unstable. examples: (n, h, w) default maps. attention: (h, w) mean map of each block, by name.
    ceiling: largest possible ``MapScores.inside_face``.
    """

    clips: NDArray[np.int64]
    labels: NDArray[np.int64]
    default: str
    methods: tuple[str, ...]
    absent: Mapping[str, str]
    scores: Mapping[str, MapScores]
    most_faithful: str
    agreement: NDArray[np.float64]
    unstable: float
    examples: NDArray[np.float32]
    attention: Mapping[str, NDArray[np.float32]]
    ceiling: float


def face_of_crop() -> NDArray[np.bool_]:
    """(CROP_SIZE, CROP_SIZE) mask of the canonical face, to which every crop is aligned."""
    return face_mask(crop_landmarks(), CROP_SIZE)


def chosen_clips(truth: NDArray[np.int64], right: NDArray[np.bool_], n_labels: int) -> NDArray[np.int64]:
    """Places of the first ``EACH`` correct predictions of every label, in the order of the labels."""
    found = [np.flatnonzero(right & (truth == label))[:EACH] for label in range(n_labels)]
    return np.concatenate(found).astype(np.int64)


def nearest_to_mean(maps: NDArray[np.float32]) -> int:
    """Place of the map that is most like the mean of n maps: cosine similarity, each map scaled to norm 1.

    maps: (n, h, w), n > 0. An empty map is like none.
    """
    flat = maps.reshape(len(maps), -1).astype(np.float64)
    norms = np.linalg.norm(flat, axis=1, keepdims=True)
    scaled = np.divide(flat, norms, out=np.zeros_like(flat), where=norms > 0)
    return int((scaled @ scaled.mean(0)).argmax())


def study_maps(
    recogniser: Recogniser,
    x: Tensor,
    labels: NDArray[np.int64],
    clips: NDArray[np.int64],
    regions: NDArray[np.bool_] | None,
    progress: Progress = SILENT,
) -> MapStudy | None:
    """The study of n correct predictions; None for none.

    x: (n, ...) scaled inputs. labels: (n,). clips: (n,) their places. regions: (n, S, S) true regions.
    """
    if not len(labels):
        return None
    system, explained = recogniser.system, torch.from_numpy(labels)
    methods, face = methods_of(system), face_of_crop()
    progress.started(TASK, len(methods) + 2)
    scores: dict[str, MapScores] = {}
    for number, method in enumerate(methods if regions is not None else (), start=1):
        scores |= map_scores(system, x, explained, regions, face, (method,))  # type: ignore[arg-type]
        progress.advanced(TASK, number, method)
    found = {method: attributions(system, x, explained, method).maps for method in methods}
    progress.advanced(TASK, len(methods) + 1)
    checks = [
        trusted_attribution(system, x[i : i + 1], int(label))[1].warning != ""
        for i, label in enumerate(labels)
    ]
    blocks = attention_maps(system, x)[0] if system.attention_layers else {}
    progress.advanced(TASK, len(methods) + 2)
    progress.finished(TASK)
    return MapStudy(
        clips=clips,
        labels=labels,
        default=system.explained_by,
        methods=methods,
        absent={name: method.needs for name, method in METHODS if name not in methods},
        scores=scores,
        most_faithful=most_faithful(scores) if scores else "",
        agreement=agreement(found),
        unstable=float(np.mean(checks)),
        examples=found[system.explained_by].astype(np.float32),
        attention={name: maps.mean(0).numpy() for name, maps in blocks.items()},
        ceiling=1 / float(face.mean()),
    )
