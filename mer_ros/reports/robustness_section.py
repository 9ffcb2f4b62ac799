"""Finished systems on corrupted clips: a curve for each corruption, one number per system and corruption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from mer_ros.errors import quantity
from mer_ros.reports.html import Block, Chart, Row, Table, Text, chart
from mer_ros.reports.html.svg import MARKERS, SERIES
from mer_ros.reports.synthetic_scores import digits

_EXPLAINED = (
    "Each corruption changes the frames, and the face is detected, followed and measured again. Numbers: "
    "mean UF1 over five severities, and in brackets the share of the clean UF1 that is kept. A clip in which "
    "no face is detected counts as labelled wrongly. The tracker would call some of these faces covered or "
    "blurred, and label nothing."
)


def robustness_blocks(results: Mapping[str, Any]) -> list[Block]:
    """Table, charts and explanation; nothing where no clip was corrupted. results: of ``results.json``."""
    found = results.get("robustness")
    if not found:
        return []
    systems, curves = list(found["clean"]), found["curves"]
    names = list(dict.fromkeys(curve["corruption"] for curve in curves))
    rows = [["without corruption", *(digits(found["clean"][name]) for name in systems)]]
    charts: list[Block] = []
    for name in names:
        own = [curve for curve in curves if curve["corruption"] == name]
        rows.append([own[0]["title"], *(f"{digits(one['mean'])} ({digits(one['kept'])})" for one in own)])
        charts.append(_chart(own, found))
    rows.append(["mean share kept", *(digits(found["kept"][name]) for name in systems)])
    caption = f"UF1 of {quantity(found['clips'], 'clip')} under {quantity(len(names), 'corruption')}"
    return [
        Table(caption, ["corruption", *systems], rows, styles={0: "aside"}),
        Row(charts),
        Text(_EXPLAINED),
    ]


def robustness_sentence(results: Mapping[str, Any]) -> str:
    """How much of its UF1 each system keeps, or "" where no clip was corrupted."""
    found = results.get("robustness")
    if not found:
        return ""
    count = len({curve["corruption"] for curve in found["curves"]})
    kept = ", ".join(
        f"{name} {digits(found['kept'][name])} of {digits(clean)}" for name, clean in found["clean"].items()
    )
    return (
        f"Share of the clean UF1 that is kept, mean over {quantity(count, 'corruption')} in five severities: "
        f"{kept}."
    )


def _chart(curves: list[Mapping[str, Any]], found: Mapping[str, Any]) -> Chart:
    first, severities = curves[0], [0, *found["severities"]]

    def draw(axes: Axes) -> None:
        for k, curve in enumerate(curves):
            axes.plot(
                severities,
                [curve["clean"], *curve["uf1"]],
                color=SERIES[k % len(SERIES)],
                marker=MARKERS[k % len(MARKERS)],
                markersize=4,
                linewidth=1.5,
                label=curve["system"],
            )
        axes.set_ylim(0, 1)
        axes.set_xticks(severities)
        axes.set_xlabel("severity; 0 is the clip as it is")
        axes.set_ylabel("UF1")
        axes.legend(fontsize=7)

    words = "; ".join(
        f"{curve['system']} {digits(curve['clean'])} without it, then "
        f"{', '.join(digits(value) for value in curve['uf1'])}"
        for curve in curves
    )
    levels = ", ".join(f"{level:g}" for level in first["levels"])
    lost = first["lost"]
    faces = f" No face in {lost[-1]:.0%} of the clips at severity 5." if lost[-1] else ""
    caption = f"{first['title']}: {levels} ({first['unit']}).{faces}"
    name = f"robustness-{first['corruption'].replace('_', '-')}"
    return chart(name, f"UF1 under {first['title']}", words, caption, (3.6, 2.6), draw)
