"""Latent spaces and decoded prototypes of an evaluation, as blocks of its report."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from mer_ros.errors import quantity
from mer_ros.evaluation.run import Evaluation, SystemPredictions
from mer_ros.reports.evaluation_charts import map_chart
from mer_ros.reports.html import Block, Picture, Pictures, Row, Table, Text
from mer_ros.reports.latent_space import LatentMap, latent_map
from mer_ros.training.entrant import DecodedPrototypes
from mer_ros.training.inspection import DECODED_EPOCHS
from mer_ros.types import Sample
from mer_ros.visualisation.flow_words import in_words
from mer_ros.visualisation.prototypes import prototype_picture

PICTURE_PX = 132
MOST_PROTOTYPES = 24
"""Largest number of prototypes that are shown of one system after one number of epochs."""


def latent_blocks(evaluation: Evaluation, prefix: str = "") -> list[Block]:
    """A map and the clusters of every system with a latent space. prefix: of identifiers, where a page shows
    several evaluations.
    """
    clips, fold = evaluation.clips, evaluation.folds[evaluation.inspected]
    blocks: list[Block] = []
    for number, one in enumerate(evaluation.predictions):
        if one.inspection is None:
            continue
        found = latent_map(
            one.inspection.train,
            one.inspection.test,
            clips.truth[fold.train],
            clips.truth[fold.test],
            len(clips.labels),
            evaluation.seed,
        )
        if found:
            blocks.append(map_row(f"{prefix}map-{number}", one.name, clips.labels, found, one.uses_folds))
    return blocks


def map_row(identifier: str, name: str, labels: Sequence[str], found: LatentMap, trained: bool = True) -> Row:
    """A map beside its clusters; arguments as ``evaluation_charts.map_chart``."""
    return Row([map_chart(identifier, name, labels, found, trained), _clusters(name, labels, found)])


def _clusters(name: str, labels: Sequence[str], found: LatentMap) -> Table:
    shares = found.clusters / np.maximum(found.clusters.sum(1, keepdims=True), 1)
    shades = {(row, column + 1): float(shares[row, column]) for row, column in np.ndindex(*shares.shape)}
    rows = [[f"cluster {k + 1}", *map(str, row)] for k, row in enumerate(found.clusters.tolist())]
    agreement = "not defined" if found.agreement is None else f"{found.agreement:.2f}"
    caption = (
        f"{name}: held-out clips in K-means clusters of the other clips; adjusted mutual information "
        f"{agreement}"
    )
    return Table(caption, ["", *labels], rows, shades=shades)


def prototype_blocks(evaluation: Evaluation) -> list[Block]:
    """Pictures of the decoded prototypes of every system that has them."""
    blocks: list[Block] = []
    for one in evaluation.predictions:
        sets = one.inspection.prototypes if one.inspection else ()
        chosen = one.chosen[evaluation.inspected].get("epoch")
        blocks += [_pictures(one, found, evaluation.clips.labels, found.epoch == chosen) for found in sets]
        trained = len(one.epochs[evaluation.inspected]) if one.epochs else 0
        missed = [str(epoch) for epoch in DECODED_EPOCHS if epoch > trained]
        if sets and trained and missed:
            blocks.append(
                Text(
                    f"{one.name} was trained for {trained} epochs in this fold, so there are no prototypes "
                    f"after {' and '.join(missed)} epochs."
                )
            )
    return blocks


def _pictures(
    one: SystemPredictions, found: DecodedPrototypes, labels: Sequence[str], chosen: bool
) -> Pictures:
    when = f" after {quantity(found.epoch, 'epoch')}" if found.epoch else ""
    pictures = []
    for data, title in zip(found.data, prototype_titles(found, labels), strict=True):
        image = cv2.resize(prototype_picture(Sample(one.reads, data)), (PICTURE_PX, PICTURE_PX))
        words = f"Prototype of {title}{when}: {in_words(data) if one.reads == 'flow' else 'a face'}"
        pictures.append(Picture(image, words, title))
    first = f"; {MOST_PROTOTYPES} of {len(pictures)}" if len(pictures) > MOST_PROTOTYPES else ""
    caption = f"{one.name}{when}{' (the chosen epoch)' if chosen else ''}{first}"
    return Pictures(caption, pictures[:MOST_PROTOTYPES])


def prototype_titles(found: DecodedPrototypes, labels: Sequence[str]) -> list[str]:
    """The label of each prototype, with a number from the second of a label on.

    >>> two = DecodedPrototypes(0, np.empty((3, 3, 1, 1), np.float32), (1, 0, 1))
    >>> prototype_titles(two, ("fear", "anger"))
    ['anger', 'fear', 'anger 2']
    """
    seen = dict.fromkeys(labels, 0)
    titles = []
    for label in (labels[place] for place in found.labels):
        seen[label] += 1
        titles.append(label if seen[label] == 1 else f"{label} {seen[label]}")
    return titles
