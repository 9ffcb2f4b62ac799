"""Section of the page of a recording: the timeline of every face."""

from __future__ import annotations

from collections.abc import Sequence

from mer_ros.analysis import Analysis, EventEvidence
from mer_ros.errors import quantity
from mer_ros.reports.analysis_charts import brief_timeline, full_intensity, timeline
from mer_ros.reports.html import Block, Folded, Text

OPEN_LANES = 8
"""Number of faces whose timelines cover the recording; those of the others are brief, and folded."""


def timeline_blocks(analysis: Analysis, shown: Sequence[EventEvidence]) -> list[Block]:
    """The section: every recorded face, those that were seen longest first. Nothing without a face.

    shown: the events of the page, whose numbers are their places here.
    """
    if not analysis.lanes:
        return []
    full = [full_intensity(lane) for lane in analysis.lanes]
    hatched = "" if analysis.rejected is None else "hatched bars are rejected movements; "
    single = all(len(lane.rows) == 1 for lane in analysis.lanes)
    rows = (
        "The row shows the region of the face that moves most at the time; the graph publishes no others."
        if single
        else "Rows are regions of the face; left and right are the person's own."
    )
    intro = (
        f"{rows} Colour shows how far {'it' if single else 'a region'} is from its mean "
        "position of the last half second, and is full from "
        f"{max(full):.1%} of the distance between the eyes on. Filled bars are events, with their numbers "
        f"and a line at the apex; {hatched}grey marks a face that could not be judged."
    )
    blocks: list[Block] = [Text(intro)]
    folded: list[Block] = []
    for number, lane in enumerate(analysis.lanes):
        if number < OPEN_LANES:
            blocks += timeline(analysis, lane, number, shown)
        else:
            folded += brief_timeline(analysis, lane, number, shown)
    if folded:
        others = quantity(len(analysis.lanes) - OPEN_LANES, "other face")
        blocks.append(Folded(f"Timelines of {others}, seen more briefly", folded))
    if analysis.faces_left_out:
        first, more = len(analysis.lanes), quantity(analysis.faces_left_out, "face")
        blocks.append(Text(f"Movement was kept of the first {first} faces; {more} came later."))
    return blocks
