"""The charts of an evaluation report, each with its content in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from mer_ros.reports.html.svg import GROUND, LINE, MARKERS, MUTED, SERIES, TEXT, Chart, chart
from mer_ros.reports.latent_space import LatentMap
from mer_ros.reports.synthetic_scores import digits
from mer_ros.training.entrant import EpochScore


def interval_chart(systems: Mapping[str, Any], ceiling: float | None, level: str) -> Chart:
    """UF1 of every system with its interval, controls with another marker. systems: of ``results.json``."""
    names = list(systems)
    scores = [systems[name]["scores"]["all"]["uf1"] for name in names]

    def draw(axes: Axes) -> None:
        for row, (name, score) in enumerate(zip(names, scores, strict=True)):
            control = bool(systems[name]["control"])
            colour, marker = (MUTED, "s") if control else (SERIES[0], "o")
            if score["low"] is not None:
                axes.plot([score["low"], score["high"]], [row, row], color=colour, linewidth=2)
            axes.plot(score["value"], row, marker, color=colour, markersize=7)
        best = max(scores[i]["value"] for i in range(len(names)) if systems[names[i]]["control"])
        axes.axvline(best, color=MUTED, linewidth=1, linestyle="--")
        if ceiling is not None:
            axes.axvline(ceiling, color=SERIES[1], linewidth=1, linestyle=":")
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        axes.set_xlabel("UF1")
        axes.grid(axis="y", visible=False)

    words = "; ".join(
        f"{name}{' (control)' if systems[name]['control'] else ''} {digits(score['value'])} "
        f"[{digits(score['low'])}, {digits(score['high'])}]"
        for name, score in zip(names, scores, strict=True)
    )
    caption = f"UF1 with {level} intervals. Grey squares: controls; dashed: the best of them."
    if ceiling is not None:
        words += f"; ceiling of the labels {digits(ceiling)}"
        caption += " Dotted: the ceiling of the synthetic labels."
    return chart("uf1", "UF1 of all systems", words, caption, (8, 0.9 + 0.33 * len(names)), draw)


def curve_charts(number: int, name: str, folds: Sequence[Sequence[EpochScore]]) -> list[Chart]:
    """Loss and validation UF1 over the epochs: median and middle 80 % of the folds still in training."""
    longest = max(len(fold) for fold in folds)
    best = [max(i for i, epoch in enumerate(fold) if epoch.best) + 1 for fold in folds if fold]
    charts = []
    for key, title in (("loss", "training loss"), ("validation_uf1", "UF1 on validation subjects")):
        values = np.full((len(folds), longest), np.nan)
        for row, fold in enumerate(folds):
            values[row, : len(fold)] = [getattr(epoch, key) for epoch in fold]
        charts.append(_curve(f"curve-{number}-{key.replace('_', '-')}", name, title, values, best))
    return charts


def _curve(identifier: str, name: str, title: str, values: NDArray[np.float64], best: Sequence[int]) -> Chart:
    """values: (folds, epochs), NaN after the last epoch of a fold. best: the chosen epoch of each fold."""
    low, middle, high = np.nanquantile(values, [0.1, 0.5, 0.9], axis=0)
    epochs = np.arange(1, values.shape[1] + 1)
    chosen = float(np.median(best))

    def draw(axes: Axes) -> None:
        axes.fill_between(epochs, low, high, color=SERIES[0], alpha=0.22, linewidth=0)
        axes.plot(epochs, middle, color=SERIES[0], linewidth=2, marker="o", markersize=3)
        axes.axvline(chosen, color=SERIES[1], linestyle="--", linewidth=1.2)
        axes.set_xlabel("epoch")
        axes.set_ylabel(title)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylim(bottom=0)

    words = (
        f"{title} of {name}: median {middle[0]:.3f} after epoch 1, {middle[-1]:.3f} after epoch "
        f"{len(epochs)}; median of the chosen epochs {chosen:g} of {len(epochs)}."
    )
    folds = f"{len(values)} folds: median and the middle 80 %" if len(values) > 1 else "One fold"
    caption = f"{name}: {title}. {folds}; dashed: median of the chosen epochs, {chosen:g}."
    return chart(identifier, f"{title} of {name}", words, caption, (4.6, 2.8), draw)


def map_chart(
    identifier: str, name: str, labels: Sequence[str], latent: LatentMap, trained: bool = True
) -> Chart:
    """The latent space on two axes: colour and marker show the class, filled markers are held-out clips.

    identifier: unique in the page. trained: whether the system was trained on the other clips.
    """

    def draw(axes: Axes) -> None:
        for c, label in enumerate(labels):
            colour, marker = SERIES[c % len(SERIES)], MARKERS[c % len(MARKERS)]
            own = latent.truth == c
            held, other = latent.points[own & latent.tested], latent.points[own & ~latent.tested]
            axes.scatter(
                other[:, 0],
                other[:, 1],
                s=18,
                marker=marker,
                facecolors="none",
                edgecolors=colour,
                alpha=0.6,
                linewidths=1,
            )
            axes.scatter(
                held[:, 0],
                held[:, 1],
                s=36,
                c=colour,
                marker=marker,
                edgecolors=GROUND,
                linewidths=0.5,
                zorder=3,
                label=label,
            )
        x, y = latent.centres.T
        axes.scatter(x, y, marker="x", c=TEXT, s=90, linewidths=2.2, zorder=4, label="K-means centre")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.grid(visible=False)
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(True)
            axes.spines[side].set_color(LINE)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9)

    tested = int(latent.tested.sum())
    agreement = "-" if latent.agreement is None else f"{latent.agreement:.2f}"
    counts = ", ".join(f"{(latent.truth == c).sum()} {label}" for c, label in enumerate(labels))
    words = (
        f"Scatter plot of {len(latent.points)} clips ({counts}), of which {tested} are held out. Agreement "
        f"of K-means clusters and classes on held-out clips: {agreement} (1 if they are equal, 0 by chance)."
    )
    shown = (
        f"{len(latent.points)} of {latent.n_clips} clips"
        if len(latent.points) < latent.n_clips
        else "All clips"
    )
    others = "trained on" if trained else "all others"
    caption = (
        f"{name}: latent space by t-SNE. {shown}; filled: held out ({tested}), hollow: {others}. Distances "
        "between groups have no meaning in t-SNE."
    )
    return chart(identifier, f"Latent space of {name}", words, caption, (6, 3.8), draw)
