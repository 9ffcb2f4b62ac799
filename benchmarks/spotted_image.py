"""One test stream as an image: true expressions, detections of each spotter, and nuisances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib import pyplot as plt

from benchmarks.streams import Spot, StreamResult

IMAGE = Path(__file__).parents[1] / "docs" / "spotted.png"
NUISANCES = ("talks", "blinks", "glances", "gestures", "refocuses")


def draw(result: StreamResult, others: Mapping[str, Sequence[Spot]], path: Path = IMAGE) -> None:
    """Draw one row for the truth, for each spotter and for each nuisance; micro-expressions are blue.

    others: detections of the baselines, by name.
    """
    nuisances = result.stream.clip().timeline.nuisances
    rows: list[tuple[str, list[tuple[float, float]], list[str]]] = []
    for name, spots in {"true": result.truth, "spotter": result.found, **others}.items():
        spans = [(one.onset_s, one.offset_s - one.onset_s) for one in spots]
        rows.append((name, spans, ["C0" if one.micro else "C1" for one in spots]))
    for kind in NUISANCES:
        spans = [(one.start_s, one.duration_s) for one in getattr(nuisances, kind)]
        rows.append((kind, spans, ["0.6"] * len(spans)))
    figure, axes = plt.subplots(figsize=(11, 2.8), layout="constrained")
    for row, (_, spans, colours) in enumerate(rows):
        axes.broken_barh(spans, (row + 0.15, 0.7), color=colours)
    axes.set_yticks([row + 0.5 for row in range(len(rows))], [name for name, _, _ in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 60 * result.minutes)
    axes.set_xlabel("seconds")
    figure.savefig(path, dpi=110)
    plt.close(figure)
