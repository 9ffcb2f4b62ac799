"""Heat maps of held-out apex images, as blocks of a report: pictures, and how much lies on the face."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.evaluation.run import Evaluation, SystemPredictions
from mer_ros.motion.normalisation import face_window
from mer_ros.reports.html import Block, Picture, Pictures, Table
from mer_ros.visualisation.heat_map import face_under_map
from mer_ros.visualisation.peak_words import peak_in_words

PICTURE_PX = 150
EACH = 2
"""Number of held-out clips of each class that are shown."""


def heat_map_blocks(evaluation: Evaluation) -> list[Block]:
    """Pictures of every system that has maps, and a table of where the maps lie; [] if none has."""
    clips, fold = evaluation.clips, evaluation.folds[evaluation.inspected]
    blocks: list[Block] = []
    rows: list[list[str]] = []
    for one in evaluation.predictions:
        maps = one.inspection.maps if one.inspection else None
        if maps is None:
            continue
        shown = _shown(clips.truth[fold.test], len(clips.labels))
        pictures = [_picture(evaluation, one, maps[i], int(fold.test[i])) for i in shown]
        caption = f"{one.name}: evidence for the answer, on held-out apex images, {EACH} of each class"
        blocks.append(Pictures(caption, pictures))
        low, middle, high = np.quantile([on_face(found) for found in maps], [0.1, 0.5, 0.9])
        rows.append([one.name, str(len(maps)), f"{middle:.2f}", f"{low:.2f} to {high:.2f}"])
    if rows:
        most = 1 / face_window(64).mean()
        caption = f"Weight of the maps within the face: 1 for a uniform map, at most {most:.2f}"
        blocks.append(Table(caption, ["system", "clips", "median", "middle 80 %"], rows))
    return blocks


def on_face(heatmap: NDArray[np.float32]) -> float:
    """Mean of an (h, w) map, 0 or more, within the ellipse of the face over its mean; NaN of an empty one.

    The ellipse is that which every aligned face fills (``motion.normalisation.face_window``).
    """
    large = np.maximum(cv2.resize(heatmap, (64, 64), interpolation=cv2.INTER_LINEAR), 0)
    whole = float(large.mean())
    return float(large[face_window(64)].mean()) / whole if whole > 0 else float("nan")


def _shown(truth: NDArray[np.int64], n_labels: int) -> list[int]:
    """Places of the first clips of each class on the test side."""
    return [int(i) for label in range(n_labels) for i in np.flatnonzero(truth == label)[:EACH]]


def _picture(
    evaluation: Evaluation, one: SystemPredictions, heatmap: NDArray[np.float32], clip: int
) -> Picture:
    labels: Sequence[str] = evaluation.clips.labels
    true, answer = labels[evaluation.clips.truth[clip]], labels[int(one.probabilities[clip].argmax())]
    peak = float(heatmap.max())
    image = face_under_map(evaluation.clips.apex_images[clip], heatmap / max(peak, 1e-9), PICTURE_PX)
    where = f"strongest at {peak_in_words(heatmap)}" if peak > 0 else "empty"
    words = f"Apex image of {true}, answered {answer} by {one.name}; heat map {where}"
    return Picture(image, words, true if true == answer else f"{true}, answered {answer}")
