"""Confusion and calibration of answers, as blocks of a report."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from mer_ros.evaluation.model_study import Calibrated
from mer_ros.metrics import Reliability
from mer_ros.reports.html import Block, Chart, Row, Table, chart
from mer_ros.reports.html.svg import MUTED, SERIES
from mer_ros.reports.synthetic_scores import digits


def confusion_table(name: str, labels: Sequence[str], counts: NDArray[np.int64]) -> Table:
    """(C, C) counts, rows are the truth; the background shows the share of the row."""
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    shades = {(row, column + 1): float(shares[row, column]) for row, column in np.ndindex(*shares.shape)}
    rows = [[label, *map(str, row)] for label, row in zip(labels, counts.tolist(), strict=True)]
    return Table(
        f"{name}: clips by true class (rows) and answer (columns)", ["", *labels], rows, shades=shades
    )


def calibration_blocks(name: str, found: Calibrated, identifier: str) -> list[Block]:
    """The reliability curve with its numbers. identifier: unique within the page."""
    header = ["mean confidence", "clips", "share of right answers"]
    rows = [[digits(one.confidence), str(one.samples), digits(one.accuracy)] for one in found.bins]
    table = Table(f"{name}: confidence and right answers, ECE {digits(found.error)}", header, rows)
    return [Row([_reliability_chart(name, found, identifier), table])]


def _reliability_chart(name: str, found: Calibrated, identifier: str) -> Chart:
    bins: Sequence[Reliability] = found.bins
    most = max(one.samples for one in bins)

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=MUTED, linestyle="--", linewidth=1)
        x, y = [one.confidence for one in bins], [one.accuracy for one in bins]
        axes.plot(x, y, color=SERIES[0], linewidth=1.5)
        axes.scatter(x, y, s=[20 + 130 * one.samples / most for one in bins], color=SERIES[0], zorder=3)
        axes.set_xlim(0, 1)
        axes.set_ylim(-0.03, 1.03)
        axes.set_xlabel("confidence")
        axes.set_ylabel("share of right answers")

    words = "; ".join(
        f"confidence {digits(one.confidence)}: {digits(one.accuracy)} right of {one.samples}" for one in bins
    )
    caption = (
        f"{name}: ECE {digits(found.error)}. On the dashed line a model is right as often as its confidence; "
        "above it, it is too cautious. The area of a dot shows the number of clips."
    )
    return chart(identifier, f"Reliability curve of {name}", words, caption, (4.6, 3.4), draw)
