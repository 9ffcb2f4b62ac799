"""`make bench-robustness`: what each corruption does to the labels of the shipped models, and to spotting.

Rendered expressions of people that no model has seen, and whole clips for the spotter, changed in five
severities (``mer_ros/data/corruptions``) and measured anew. Draws docs/robustness.png and
docs/robustness_spotting.png. `--only` runs one part and keeps the rows of the other.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from rich.progress import Progress

from benchmarks.table import Figure, kept, publish
from mer_ros import files
from mer_ros.data.corruptions import CORRUPTIONS, SEVERITIES
from mer_ros.data.rendered_recordings import RenderedRecordings
from mer_ros.data.synthetic import EVALUATION_SUBJECTS
from mer_ros.evaluation.entrants.catalogue import SYNTHETIC_CONTROLS
from mer_ros.evaluation.entrants.checkpoint import CheckpointEntrant
from mer_ros.evaluation.entrants.synthetic_controls import SyntheticFlow
from mer_ros.evaluation.robustness import Curve, robustness
from mer_ros.evaluation.spotting_robustness import SpottingCurve, spotting_robustness
from mer_ros.recognition import Recogniser
from mer_ros.training.entrant import Entrant
from mer_ros.types import EMOTIONS

MODELS = ("linear_prototype", "prototype", "micro_attention", "me_plan")
CONTROL = "linear (synthetic)"
N_SUBJECTS, N_EACH = 10, 6
SPOTTING_SEEDS, SPOTTING_EVENTS = range(540, 543), 6  # of tuning, only the contrast rule knew them
DOCS = Path(__file__).parents[1] / "docs"


def systems() -> list[Entrant]:
    """The shipped models, and the linear control of the same training data."""
    shipped = [Recogniser.load(files.models_dir() / f"{name}.safetensors") for name in MODELS]
    flow = SyntheticFlow()
    controls = [kind(flow, EMOTIONS) for _, kind in SYNTHETIC_CONTROLS]
    return [
        *(CheckpointEntrant(one, EMOTIONS) for one in shipped),
        *(control for control in controls if control.name == CONTROL),
    ]


class _Bar:
    """A progress bar on the terminal."""

    def __init__(self) -> None:
        self._bar = Progress()
        self._task = self._bar.add_task("", start=False)

    def started(self, task: str, total: float | None = None) -> None:
        """See ``mer_ros.progress.Progress``."""
        self._bar.start()
        self._bar.start_task(self._task)
        self._bar.update(self._task, description=task, total=total)

    def advanced(self, task: str, done: float, note: str = "") -> None:
        """See ``mer_ros.progress.Progress``."""
        self._bar.update(self._task, completed=done)

    def finished(self, task: str) -> None:
        """See ``mer_ros.progress.Progress``."""
        self._bar.stop()


def label_figures(curves: Sequence[Curve]) -> list[Figure]:
    """One row for each system without corruptions, and one for each corruption; no goals."""
    rows = []
    for name in dict.fromkeys(curve.system for curve in curves):
        own = [curve for curve in curves if curve.system == name]
        kept = sum(curve.kept for curve in own) / len(own)
        rows.append(Figure(f"labels, {name}: clean", own[0].clean, "UF1"))
        rows.append(
            Figure(
                f"labels, {name}: kept under all corruptions", kept, "share", note="mean of the rows below"
            )
        )
        for curve in own:
            corruption = CORRUPTIONS.get(curve.corruption)
            values = ", ".join(f"{uf1:.2f}" for uf1 in curve.uf1)
            lost = f"; no face in {curve.lost[-1]:.0%} at 5" if curve.lost[-1] else ""
            note = f"severities 1 to 5: {values}; mean {curve.mean:.2f}{lost}"
            rows.append(
                Figure(f"labels, {name}: kept under {corruption.title}", curve.kept, "share", note=note)
            )
    return rows


def spotting_figures(curves: Sequence[SpottingCurve]) -> list[Figure]:
    """The spotter without corruptions, and one row for each corruption; no goals."""
    rows = [Figure("spotting: clean", curves[0].clean, "F1", note="all expressions, IoU 0.5")]
    whole = sum(curve.kept for curve in curves) / len(curves)
    rows.append(Figure("spotting: kept under all corruptions", whole, "share", note="mean of the rows below"))
    for curve in curves:
        title = CORRUPTIONS.get(curve.corruption).title
        f1, false, judged = (
            ", ".join(f"{value:{form}}" for value in values)
            for values, form in ((curve.f1, ".2f"), (curve.false, ".1f"), (curve.judged, ".0%"))
        )
        note = f"severities 1 to 5: F1 {f1}; false events a minute {false}; frames judged {judged}"
        rows.append(Figure(f"spotting: kept under {title}", curve.kept, "share", note=note))
    return rows


Lines = list[tuple[str, tuple[float, ...]]]
"""Name and six values of each line of a plot."""


def draw(plots: Mapping[str, Lines], path: Path, what: str, most: float) -> None:
    """A small plot for each corruption. plots: its title to its lines. what: of the vertical axis."""
    from matplotlib import pyplot as plt  # imported here: it takes 0.5 s

    columns = 5
    rows = -(-len(plots) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(11, 2 * rows), sharex=True, sharey=True)
    for axis, (title, lines) in zip(axes.flat, plots.items()):
        for k, (name, values) in enumerate(lines):
            axis.plot((0, *SEVERITIES), values, marker="o^svD"[k % 5], ms=3.5, lw=1.2, label=name)
        axis.set_title(title, fontsize=9)
        axis.grid(alpha=0.3)
    for axis in axes.flat[len(plots) :]:
        axis.axis("off")
    axes[0, 0].set_ylim(0, most)
    axes[0, 0].set_xticks((0, *SEVERITIES))
    figure.supxlabel("severity; 0 is the clip as it is", fontsize=9)
    figure.supylabel(what, fontsize=9)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower right", fontsize=9, frameon=False)
    figure.tight_layout()
    figure.savefig(path, dpi=90)
    plt.close(figure)


def measure_labels() -> list[Figure]:
    """Rows and picture of the labels."""
    recordings = RenderedRecordings(tuple((subject, N_EACH) for subject in EVALUATION_SUBJECTS[:N_SUBJECTS]))
    curves = robustness(systems(), recordings, recordings.labels(), EMOTIONS, progress=_Bar())
    plots: dict[str, Lines] = {}
    for curve in curves:
        line = curve.system.partition("@")[0], (curve.clean, *curve.uf1)
        plots.setdefault(CORRUPTIONS.get(curve.corruption).title, []).append(line)
    draw(plots, DOCS / "robustness.png", "UF1, seven labels", 0.8)
    return label_figures(curves)


def measure_spotting() -> list[Figure]:
    """Rows and picture of the spotter."""
    curves = spotting_robustness(SPOTTING_SEEDS, SPOTTING_EVENTS, progress=_Bar())
    plots: dict[str, Lines] = {
        CORRUPTIONS.get(curve.corruption).title: [
            ("F1", (curve.clean, *np.nan_to_num(curve.f1))),
            ("share of frames judged", (float("nan"), *curve.judged)),
        ]
        for curve in curves
    }
    draw(plots, DOCS / "robustness_spotting.png", "F1 of spotting; share of frames judged", 1.05)
    return spotting_figures(curves)


MEASURED: dict[str, Callable[[], list[Figure]]] = {"labels": measure_labels, "spotting": measure_spotting}


def main() -> int:
    """Measure, draw and publish."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", choices=("", *MEASURED), help="one part")
    only = parser.parse_args().only
    chosen = (only,) if only else tuple(MEASURED)
    rows = [row for part in chosen for row in MEASURED[part]()]
    return 0 if publish("robustness", [*kept("robustness", chosen), *rows]) else 1


if __name__ == "__main__":
    sys.exit(main())
