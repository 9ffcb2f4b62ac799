"""One or two sentences about an event. They describe facial movement, never feelings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.facs import UNIT_DESCRIPTIONS
from mer_ros.types import UNKNOWN, ExpressionEvent, Kind, Prediction

KIND_NAME = {Kind.MICRO: "micro", Kind.MACRO: "macro", Kind.UNKNOWN: "unclear kind"}

LEAST_RELEVANCE, LEAST_EVIDENCE, MOST_NAMED = 0.15, 0.25, 2
"""Smallest share of a region and smallest evidence of a unit to be named, and the largest number of each."""


def strongest(names: tuple[str, ...], values: NDArray[np.float32], least: float) -> list[str]:
    """The names of the largest values that reach ``least``, largest first, at most ``MOST_NAMED``."""
    order = np.argsort(-values, kind="stable")[:MOST_NAMED]
    return [names[i] for i in order if values[i] >= least]


def sentences(
    event: ExpressionEvent,
    prediction: Prediction,
    regions: tuple[str, ...],
    relevance: NDArray[np.float32],
    units: tuple[str, ...],
    evidence: NDArray[np.float32],
) -> str:
    """Label and confidence, the regions that the model relied on, and the action units in the flow.

    regions, relevance: R names and (R,) shares of the heat map. units, evidence: K names and (K,) evidence.
    """
    span = f"{event.duration_s * 1000:.0f} ms"
    if prediction.label == UNKNOWN:
        first = f"A facial movement of {span} was not labelled: {prediction.reason or 'no reason was given'}"
        if prediction.confidence > 0:
            first += f" (closest: {prediction.best_label}, {prediction.confidence:.0%})"
    else:
        first = f"A facial movement of {span} is labelled {prediction.label} ({prediction.confidence:.0%})"
    looked = strongest(regions, relevance, LEAST_RELEVANCE)
    if looked:
        largest = (
            "largest part of the heat map is" if len(looked) == 1 else "largest parts of the heat map are"
        )
        first += f"; the {largest} on the {' and the '.join(looked)}"
    moved = [f"{unit} ({UNIT_DESCRIPTIONS[unit]})" for unit in strongest(units, evidence, LEAST_EVIDENCE)]
    second = f" The movement resembles {' and '.join(moved)}." if moved else ""
    return f"{first}.{second}"
