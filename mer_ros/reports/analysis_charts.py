"""The timeline of a recording: movement of each facial region, events and rejected movements, by face."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from mer_ros.analysis import Analysis, EventEvidence, MotionLane, RejectedMovement
from mer_ros.analysis.rejected import short_reason
from mer_ros.errors import quantity
from mer_ros.reports.html.svg import GROUND, MUTED, SERIES, TEXT, Chart, chart

STRETCH_S, MOST_STRETCHES = 20.0, 12
"""Length of one chart, seconds, and largest number of charts of a face; beyond it they are longer."""

MOST_BRIEF_STRETCHES, _LEAST_BRIEF_S = 3, 2.0
"""Largest number of charts of a face with a brief timeline, and shortest time that one covers, seconds."""

MOST_REJECTED = 40
"""Largest number of rejected movements that a chart shows: those that stood out most."""

_RGB = (0x2B / 255, 0x8F / 255, 0xD0 / 255)  # of movement, readable on both grounds
_FULL_INTENSITY = 0.02  # interocular distances: movement that is drawn opaque, unless all are weaker
_EVENT_ROW, _REJECTED_ROW = -2.3, -1.2
_LEAST_WIDTH_SHARE = 0.004  # of the axis


def timeline(
    analysis: Analysis, lane: MotionLane, number: int, shown: Sequence[EventEvidence]
) -> list[Chart]:
    """The charts of one face, one for each stretch of the recording; those of all faces cover the same times.

    number: of the face on the page. shown: all events of the recording, whose numbers are their places here.
    """
    span_s = 0.0, max(analysis.duration_s, lane.bin_s)
    return _charts(analysis, lane, number, shown, span_s, MOST_STRETCHES)


def brief_timeline(
    analysis: Analysis, lane: MotionLane, number: int, shown: Sequence[EventEvidence]
) -> list[Chart]:
    """As ``timeline``, but only of the time in which the face was seen, and with fewer charts."""
    start_s, end_s = lane.start_s, _end_s(lane)
    if end_s - start_s < _LEAST_BRIEF_S:
        end_s = min(start_s + _LEAST_BRIEF_S, max(analysis.duration_s, end_s))
        start_s = max(end_s - _LEAST_BRIEF_S, 0.0)
    return _charts(analysis, lane, number, shown, (start_s, end_s), MOST_BRIEF_STRETCHES)


def _charts(
    analysis: Analysis,
    lane: MotionLane,
    number: int,
    shown: Sequence[EventEvidence],
    span_s: tuple[float, float],
    most: int,
) -> list[Chart]:
    """At most ``most`` charts of equal length, without those of the time before or after the face."""
    start_s, end_s = span_s
    n = min(max(math.ceil((end_s - start_s) / STRETCH_S), 1), most)
    full = full_intensity(lane)
    edges = np.linspace(start_s, end_s, n + 1)
    return [
        _stretch(analysis, lane, number, i, (edges[i], edges[i + 1]), full, shown)
        for i in range(n)
        if lane.start_s < edges[i + 1] and _end_s(lane) > edges[i]
    ]


def _end_s(lane: MotionLane) -> float:
    return lane.start_s + len(lane.motion) * lane.bin_s


def full_intensity(lane: MotionLane) -> float:
    """Movement that is drawn opaque, interocular distances."""
    known = lane.motion[np.isfinite(lane.motion)]
    largest = float(np.percentile(known, 99.8)) if len(known) else 0.0
    return max(min(largest, _FULL_INTENSITY), 1e-3)


def _stretch(
    analysis: Analysis,
    lane: MotionLane,
    number: int,
    place: int,
    span_s: tuple[float, float],
    full: float,
    shown: Sequence[EventEvidence],
) -> Chart:
    start_s, end_s = span_s
    events = [
        (n, one)
        for n, one in enumerate(shown, start=1)
        if one.face_id == lane.face_id and one.onset_s < end_s and one.offset_s > start_s
    ]
    rejected = [
        one
        for one in analysis.rejected or ()
        if one.face_id == lane.face_id and one.onset_s < end_s and one.offset_s > start_s
    ]

    marked = _strongest(rejected)

    def draw(axes: Axes) -> None:
        _draw_motion(axes, lane, full)
        for n, one in events:
            _draw_event(axes, n, one, end_s - start_s)
        for movement in marked:
            _draw_rejected(axes, movement, end_s - start_s)
        axes.set_xlim(start_s, end_s)
        axes.set_ylim(len(lane.rows) - 0.5, -3.4)
        marks = {"events": _EVENT_ROW} | ({} if analysis.rejected is None else {"rejected": _REJECTED_ROW})
        ticks = marks | {row: place for place, row in enumerate(lane.rows)}
        axes.set_yticks(list(ticks.values()), list(ticks), fontsize=8)
        axes.set_xlabel("s")
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)

    drawn = f" (the strongest {len(marked)} are drawn)" if len(marked) < len(rejected) else ""
    caption = (
        f"{lane.face_id}, {start_s:.1f} to {end_s:.1f} s: {quantity(len(events), 'event')}"
        f"{'.' if analysis.rejected is None else f', {len(rejected)} rejected{drawn}.'}"
    )
    return chart(
        f"lane-{number}-{place}",
        f"Movement of {lane.face_id} from {start_s:.1f} to {end_s:.1f} s",
        _words(lane, span_s, events, marked, len(rejected) - len(marked)),
        caption,
        (11, 1.2 + 0.2 * len(lane.rows)),
        draw,
    )


def _strongest(rejected: Sequence[RejectedMovement]) -> list[RejectedMovement]:
    """At most ``MOST_REJECTED``, in the same order."""
    order = sorted(range(len(rejected)), key=lambda i: -rejected[i].signal_to_noise)
    return [rejected[i] for i in sorted(order[:MOST_REJECTED])]


def _draw_motion(axes: Axes, lane: MotionLane, full: float) -> None:
    """Movement as opacity; grey where the face could not be judged."""
    shares = np.clip(np.nan_to_num(lane.motion.T) / full, 0, 1)  # (R, B)
    image = np.empty((*shares.shape, 4))
    image[..., :3] = _RGB
    image[..., 3] = shares
    image[:, ~lane.judged] = (0.5, 0.5, 0.5, 0.35)
    extent = (lane.start_s, _end_s(lane), len(lane.rows) - 0.5, -0.5)
    axes.imshow(image, extent=extent, aspect="auto", interpolation="nearest", zorder=1)


def _draw_event(axes: Axes, number: int, one: EventEvidence, length_s: float) -> None:
    width = max(one.offset_s - one.onset_s, _LEAST_WIDTH_SHARE * length_s)
    axes.barh(_EVENT_ROW, width, 0.8, left=one.onset_s, color=SERIES[2], zorder=3)
    axes.plot(
        [one.apex_s, one.apex_s], [_EVENT_ROW - 0.4, _EVENT_ROW + 0.4], color=GROUND, linewidth=1.2, zorder=4
    )
    axes.text(one.apex_s, _EVENT_ROW - 0.45, str(number), ha="center", va="bottom", fontsize=8, color=TEXT)


def _draw_rejected(axes: Axes, one: RejectedMovement, length_s: float) -> None:
    width = max(one.offset_s - one.onset_s, _LEAST_WIDTH_SHARE * length_s)
    look: dict[str, Any] = {"facecolor": GROUND, "edgecolor": MUTED, "hatch": "////"}
    axes.barh(_REJECTED_ROW, width, 0.5, left=one.onset_s, linewidth=0.8, zorder=3, **look)


def _words(
    lane: MotionLane,
    span_s: tuple[float, float],
    events: Sequence[tuple[int, EventEvidence]],
    rejected: Sequence[RejectedMovement],
    more: int,
) -> str:
    """The content of a chart in words. more: number of rejected movements that are not drawn."""
    parts = [
        f"event {n}, {one.onset_s:.2f} to {one.offset_s:.2f} s, apex {one.apex_s:.2f} s" for n, one in events
    ]
    parts += [
        f"rejected, {one.onset_s:.2f} to {one.offset_s:.2f} s ({short_reason(one.reason)})"
        for one in rejected
    ]
    if more:
        parts.append(f"and {more} more rejected")
    moved = _most_moved(lane, span_s)
    if moved:
        parts.append(f"the region that moves most is the {moved}")
    return "; ".join(parts) + "." if parts else "No event."


def _most_moved(lane: MotionLane, span_s: tuple[float, float]) -> str:
    """The row with the largest movement in a stretch; "" without one, and of a single row."""
    first, end = (max(int((t - lane.start_s) / lane.bin_s), 0) for t in span_s)
    motion: NDArray[np.float32] = lane.motion[first:end]
    if len(lane.rows) == 1 or not np.isfinite(motion).any():
        return ""
    return lane.rows[int(np.nanargmax(np.nan_to_num(motion).max(0)))]
