"""`make bench-robustness`: what each corruption does to the labels of the shipped models, 15 minutes.

Rendered expressions of people that no model has seen, changed in five severities
(``mer_ros/data/corruptions``) and measured anew. Draws docs/robustness.png.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.progress import Progress

from benchmarks.table import Figure, no_options, publish
from mer_ros import files
from mer_ros.data.corruptions import CORRUPTIONS, SEVERITIES
from mer_ros.data.synthetic import EVALUATION_SUBJECTS
from mer_ros.evaluation.entrants.catalogue import SYNTHETIC_CONTROLS
from mer_ros.evaluation.entrants.checkpoint import CheckpointEntrant
from mer_ros.evaluation.entrants.synthetic_controls import SyntheticFlow
from mer_ros.evaluation.robustness import Curve, robustness
from mer_ros.recognition import Recogniser
from mer_ros.training.entrant import Entrant
from mer_ros.types import EMOTIONS

MODELS = ("linear_prototype", "prototype", "micro_attention")
CONTROL = "linear (synthetic)"
N_SUBJECTS, N_EACH = 10, 6
PICTURE = Path(__file__).parents[1] / "docs" / "robustness.png"


def systems() -> list[Entrant]:
    """The shipped models that read flow, and the linear control of the same training data."""
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


def figures(curves: Sequence[Curve]) -> list[Figure]:
    """One row for each system without corruptions, and one for each corruption; no goals."""
    rows = []
    for name in dict.fromkeys(curve.system for curve in curves):
        own = [curve for curve in curves if curve.system == name]
        kept = sum(curve.kept for curve in own) / len(own)
        rows.append(Figure(f"{name}: clean", own[0].clean, "UF1"))
        rows.append(
            Figure(f"{name}: kept under all corruptions", kept, "share", note="mean of the rows below")
        )
        for curve in own:
            corruption = CORRUPTIONS.get(curve.corruption)
            values = ", ".join(f"{uf1:.2f}" for uf1 in curve.uf1)
            lost = f"; no face in {curve.lost[-1]:.0%} at 5" if curve.lost[-1] else ""
            note = f"severities 1 to 5: {values}; mean {curve.mean:.2f}{lost}"
            rows.append(Figure(f"{name}: kept under {corruption.title}", curve.kept, "share", note=note))
    return rows


def draw(curves: Sequence[Curve], path: Path) -> None:
    """A small plot for each corruption with the curves of all systems."""
    from matplotlib import pyplot as plt  # imported here: it takes 0.5 s

    names = list(dict.fromkeys(curve.corruption for curve in curves))
    columns = 5
    rows = -(-len(names) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(11, 2 * rows), sharex=True, sharey=True)
    for axis, name in zip(axes.flat, names):
        corruption = CORRUPTIONS.get(name)
        for k, curve in enumerate(c for c in curves if c.corruption == name):
            axis.plot(
                (0, *SEVERITIES), (curve.clean, *curve.uf1), marker="o^sv"[k % 4], ms=3.5, lw=1.2,
                label=curve.system.partition("@")[0],
            )  # fmt: skip
        axis.set_title(corruption.title, fontsize=9)
        axis.grid(alpha=0.3)
    for axis in axes.flat[len(names) :]:
        axis.axis("off")
    axes[0, 0].set_ylim(0, 0.8)
    axes[0, 0].set_xticks((0, *SEVERITIES))
    figure.supxlabel("severity; 0 is the clip as it is", fontsize=9)
    figure.supylabel("UF1, seven labels", fontsize=9)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower right", fontsize=9, frameon=False)
    figure.tight_layout()
    figure.savefig(path, dpi=90)
    plt.close(figure)


def main() -> int:
    """Measure, draw and publish."""
    no_options(__doc__)
    curves = robustness(systems(), EVALUATION_SUBJECTS[:N_SUBJECTS], N_EACH, progress=_Bar())
    draw(curves, PICTURE)
    return 0 if publish("robustness", figures(curves)) else 1


if __name__ == "__main__":
    sys.exit(main())
