"""The action units of an evaluation: how well the shipped reader finds what coders saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from mer_ros.errors import quantity
from mer_ros.face.facs import UNIT_DESCRIPTIONS
from mer_ros.reports.html import Block, Chart, Table, Text, chart
from mer_ros.reports.html.svg import MUTED, SERIES
from mer_ros.reports.synthetic_scores import digits


def unit_blocks(results: Mapping[str, Any]) -> list[Block]:
    """Chart, table and explanation; nothing where no clip is coded. results: content of ``results.json``."""
    units = results.get("units")
    if not units:
        return []
    level = f"{results['bootstrap']['level']:.0%}"
    rows = []
    for name, own in units["by_unit"].items():
        sided = f"{own['right_side']} of {own['one_sided']}" if own["one_sided"] else "-"
        area = own["auc"]
        rows.append(
            [
                f"{name}, {UNIT_DESCRIPTIONS[name]}",
                f"{own['clips']} of {own['of']}",
                digits(area["value"]),
                f"[{digits(area['low'])}, {digits(area['high'])}]",
                sided,
                digits(own["side_auc"]),
            ]
        )
    header = ["unit", "shown in", "AUC", level, "side right", "AUC of the side"]
    caption = f"{units['reader']} on {quantity(units['clips'], 'coded clip')}"
    blocks: list[Block] = [Table(caption, header, rows)]
    known = {name: own["auc"] for name, own in units["by_unit"].items() if own["auc"]["value"] is not None}
    if known:  # of a unit that every clip shows no area is known
        blocks.insert(0, _chart(known, level))
    if units["by_dataset"]:
        blocks.append(_by_dataset(units, level))
    blocks.append(Text(_explained(units)))
    if units["not_read"]:
        other = ", ".join(f"{name} in {count}" for name, count in units["not_read"].items())
        blocks.append(Text(f"Coded units that the reader does not know: {other}."))
    return blocks


def _by_dataset(units: Mapping[str, Any], level: str) -> Table:
    """Data sets are coded by other people, and recorded by other cameras."""
    rows = []
    for name, own in units["by_dataset"].items():
        mean = own["mean_auc"]
        interval = f"{digits(mean['value'])} [{digits(mean['low'])}, {digits(mean['high'])}]"
        sided = f"{own['right_side']} of {own['one_sided']}" if own["one_sided"] else "-"
        rows.append([name, str(own["clips"]), str(mean["units"]), interval, sided])
    header = ["data set", "clips", "units", f"mean AUC [{level}]", "side right"]
    return Table("Coded clips of each data set", header, rows)


def unit_sentence(results: Mapping[str, Any]) -> str:
    """The scores in one sentence, or "" where no clip is coded."""
    units = results.get("units")
    if not units:
        return ""
    mean = units["mean_auc"]
    sides = (
        f"; the side is right in {units['right_side']} of {units['one_sided']} one-sided units"
        if units["one_sided"]
        else ""
    )
    return (
        f"Action units, read by {units['reader']} in {quantity(units['clips'], 'coded clip')}: mean AUC "
        f"{digits(mean['value'])} [{digits(mean['low'])}, {digits(mean['high'])}] over "
        f"{quantity(mean['units'], 'unit')} that {units['least_clips']} clips or more show{sides}."
    )


def _explained(units: Mapping[str, Any]) -> str:
    return (
        "AUC: probability that the reader gives a clip in which coders saw the unit a higher probability "
        "than a clip in which they did not; .5 is chance. The reader was trained on synthetic flow alone. "
        "Clips in which coders were unsure of a unit do not count for it. The mean leaves out units that "
        f"fewer than {units['least_clips']} clips show. Sides are compared where coders named one."
    )


def _chart(shown: Mapping[str, Any], level: str) -> Chart:
    """shown: the area of each unit, one or more."""

    def draw(axes: Axes) -> None:
        for row, area in enumerate(shown.values()):
            if area["low"] is not None:
                axes.plot([area["low"], area["high"]], [row, row], color=SERIES[0], linewidth=2)
            axes.plot(area["value"], row, "o", color=SERIES[0], markersize=7)
        axes.axvline(0.5, color=MUTED, linewidth=1, linestyle="--")
        axes.set_yticks(range(len(shown)), list(shown))
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        axes.set_xlabel("AUC")
        axes.grid(axis="y", visible=False)

    words = "; ".join(
        f"{name} {digits(area['value'])} [{digits(area['low'])}, {digits(area['high'])}]"
        for name, area in shown.items()
    )
    caption = f"AUC of each unit with {level} intervals over subjects. Dashed: chance."
    size = (8.0, 0.9 + 0.3 * len(shown))
    return chart("unit-auc", "AUC of the action units", words, caption, size, draw)
