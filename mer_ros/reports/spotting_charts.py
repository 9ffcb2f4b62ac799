"""The charts of a spotting report, each with its content in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from mer_ros.data.long_videos import LongVideo, TrueExpression
from mer_ros.errors import quantity
from mer_ros.evaluation.spotters import SpottedExpression
from mer_ros.evaluation.spotting_scores import KINDS, ScoredExpression
from mer_ros.reports.html.svg import GROUND, MARKERS, SERIES, TEXT, Chart, chart
from mer_ros.reports.synthetic_scores import digits
from mer_ros.types import Kind

_TRUE, _SPOTTED = 1.0, 0.0  # places of the two rows of a lane
_HEIGHT = 0.62
_LEAST_WIDTH_SHARE = 0.004  # of the axis, so that a short expression of a long video is still seen


def f1_chart(systems: Mapping[str, Any], level: str) -> Chart:
    """F1 of every system, by kind, with intervals. systems: of ``results.json``."""
    names, kinds = list(systems), list(KINDS)
    found = {(n, k): systems[n]["scores"]["all"][k]["f1"] for n in names for k in kinds}

    def draw(axes: Axes) -> None:
        for column, kind in enumerate(kinds):
            place = [row + 0.24 * (column - 1) for row in range(len(names))]
            colour, marker = SERIES[column], MARKERS[column]
            for y, name in zip(place, names, strict=True):
                score = found[name, kind]
                if score["low"] is not None:
                    axes.plot([score["low"], score["high"]], [y, y], color=colour, linewidth=2)
            known = [
                (found[n, kind]["value"], y)
                for n, y in zip(names, place)
                if found[n, kind]["value"] is not None
            ]
            if known:
                axes.plot(*zip(*known), marker, color=colour, markersize=6, label=kind)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        axes.set_xlabel("F1")
        axes.grid(axis="y", visible=False)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9)

    words = "; ".join(
        f"{name} {kind} {digits(score['value'])} [{digits(score['low'])}, {digits(score['high'])}]"
        for (name, kind), score in found.items()
    )
    caption = f"F1 of all videos with {level} intervals over subjects."
    return chart("f1", "F1 of all systems", words, caption, (9, 1.0 + 0.5 * len(names)), draw)


def lane_chart(number: int, name: str, video: LongVideo, found: Sequence[ScoredExpression]) -> Chart:
    """The true expressions of a video above, those of a spotter below. number: unique within the page."""
    length_s = video.frames.n_frames / video.frames.fps

    def draw(axes: Axes) -> None:
        for one in found:
            if one.true:
                _bar(axes, one.true, _TRUE, SERIES[2] if one.is_hit else SERIES[1], one.is_hit, length_s)
                _letter(axes, one.true, _TRUE, one.kind)
            if one.spotted:
                _bar(
                    axes, one.spotted, _SPOTTED, SERIES[2] if one.is_hit else SERIES[1], one.is_hit, length_s
                )
                _letter(axes, one.spotted, _SPOTTED, one.kind)
        axes.set_yticks([_TRUE, _SPOTTED], ["true", "spotted"])
        axes.set_ylim(-0.5, 1.75)
        axes.set_xlim(0, length_s)
        axes.set_xlabel("s")
        axes.grid(axis="y", visible=False)

    counts = {word: sum(one.word == word for one in found) for word in ("hit", "missed", "false")}
    hits = quantity(counts["hit"], "hit")
    caption = (
        f"{video.name}, {length_s:.0f} s, {name}: {hits}, {counts['missed']} missed, {counts['false']} false."
    )
    return chart(
        f"lane-{number}",
        f"Expressions in {video.name}, true and spotted by {name}",
        words_of(found) or "There is no expression, and none was spotted.",
        caption,
        (10, 1.25),
        draw,
    )


def _bar(
    axes: Axes,
    one: TrueExpression | SpottedExpression,
    row: float,
    colour: str,
    filled: bool,
    length_s: float,
) -> None:
    """Hits are filled, others are hatched outlines, so that colour is not the only difference."""
    width = max(one.offset_s - one.onset_s, _LEAST_WIDTH_SHARE * length_s)
    look: dict[str, Any] = (
        {"color": colour} if filled else {"facecolor": GROUND, "edgecolor": colour, "hatch": "////"}
    )
    axes.barh(row, width, _HEIGHT, left=one.onset_s, linewidth=1.0, **look)


def _letter(axes: Axes, one: TrueExpression | SpottedExpression, row: float, kind: Kind) -> None:
    if kind == Kind.MACRO:
        middle = (one.onset_s + one.offset_s) / 2
        axes.text(middle, row + 0.35, "M", ha="center", va="bottom", fontsize=7, color=TEXT)


def words_of(found: Sequence[ScoredExpression]) -> str:
    """All expressions of a video in words, in order of time."""
    parts = []
    for one in found:
        kind = "macro" if one.kind == Kind.MACRO else "micro"
        span = " and ".join(
            f"{what} {each.onset_s:.2f} to {each.offset_s:.2f} s"
            for what, each in (("true", one.true), ("spotted", one.spotted))
            if each
        )
        parts.append(f"{one.word}, {kind}: {span}")
    return "; ".join(parts) + "." if parts else ""
