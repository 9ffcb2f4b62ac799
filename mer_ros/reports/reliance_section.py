"""What the answers of a model rest on, as blocks of its page: attention, regions, action units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import quantity
from mer_ros.evaluation.model_study import ModelStudy
from mer_ros.evaluation.model_study.maps import face_of_crop
from mer_ros.explanation.regions import inside_face
from mer_ros.face.facs import UNIT_DESCRIPTIONS
from mer_ros.face.regions import REGIONS
from mer_ros.reports.html import Block, Picture, Pictures, Table, Text
from mer_ros.reports.latent_section import PICTURE_PX
from mer_ros.reports.synthetic_scores import digits
from mer_ros.visualisation.heat_map import face_under_map
from mer_ros.visualisation.peak_words import peak_in_words
from mer_ros.visualisation.prototype_motion import neutral_face

MOST_UNITS = 20


def attention_blocks(study: ModelStudy) -> list[Block]:
    """The mean attention of each block, or a sentence."""
    if study.maps is None or not study.maps.attention:
        reason = (
            "has no attention units" if study.maps else "has no correct prediction whose attention to show"
        )
        return [Text(f"{study.name} {reason}.")]
    pictures, rows = [], []
    face = face_of_crop()
    for number, heatmap in enumerate(study.maps.attention.values(), start=1):
        side = f"{heatmap.shape[1]} x {heatmap.shape[0]}"
        ratio = inside_face(heatmap, face)
        image = face_under_map(neutral_face(), _stretched(heatmap), PICTURE_PX)
        words = f"Mean attention of block {number}, strongest at {peak_in_words(heatmap)}"
        pictures.append(Picture(image, words, f"block {number}"))
        low, high = float(heatmap.min()), float(heatmap.max())
        rows.append([f"block {number}", side, f"{low:.3g} to {high:.3g}", f"{ratio:.2f}"])
    n = quantity(len(study.maps.labels), "correct prediction")
    most = f"{study.maps.ceiling:.2f}"
    return [
        Text(
            "Attention shows where a network looks, and not what supports an answer. The colours are "
            "stretched from the smallest to the largest value of each block."
        ),
        Pictures(f"Mean attention over {n}", pictures),
        Table(
            f"Attention of each block; weight within the face: 1 for a uniform map, at most {most}",
            ["block", "cells", "values", "weight within the face"],
            rows,
        ),
    ]


def _stretched(heatmap: NDArray[np.float32]) -> NDArray[np.float32]:
    span = float(np.ptp(heatmap))
    return ((heatmap - heatmap.min()) / span if span > 0 else np.zeros_like(heatmap)).astype(np.float32)


def region_blocks(study: ModelStudy) -> list[Block]:
    """The share of each region in the fall of the score, by answer."""
    labels = study.answers.labels
    shares = study.regions
    rows = [
        [label, *("-" if np.isnan(value) else f"{100 * value:.0f} %" for value in row)]
        for label, row in zip(labels, shares, strict=True)
    ]
    shades = {
        (row, column + 1): float(shares[row, column])
        for row, column in np.ndindex(*shares.shape)
        if not np.isnan(shares[row, column])
    }
    return [
        Text(
            "One region at a time is made blank. The table shows the share of each region in the falls of "
            "the score of the answer; right and left are the person's own."
        ),
        Table("Answers by the region that they rest on", ["answer", *REGIONS], rows, shades=shades),
    ]


def unit_blocks(study: ModelStudy) -> list[Block]:
    """The fall of the probability without each unit, or a sentence."""
    if not study.units:
        return [
            Text(
                "Units can be left out of generated flow only, and the samples of this page are rendered or "
                "too few."
            )
        ]
    rows = [
        [
            f"{one.unit}, {UNIT_DESCRIPTIONS[one.unit]}",
            str(one.clips),
            digits(one.fall, "+"),
            f"{100 * one.changed:.0f} %",
        ]
        for one in study.units[:MOST_UNITS]
    ]
    shades = {(row, 2): min(max(one.fall, 0.0), 1.0) for row, one in enumerate(study.units[:MOST_UNITS])}
    return [
        Text(
            "The generator makes the same movement again without one of its action units: the same subject, "
            "noise and other units, at the same largest movement. The table shows by how much the "
            "probability of the answer falls (a negative value: it rises). Movements of "
            "a single unit are left out."
        ),
        Table(
            "Action units that the answers rest on",
            ["unit", "movements", "fall of the probability", "another answer"],
            rows,
            shades=shades,
        ),
    ]
