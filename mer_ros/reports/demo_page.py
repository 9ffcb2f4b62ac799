"""The page of a demo: what the graph published, on the page of ``mer analyze``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mer_ros.analysis import Analysis, MotionLane
from mer_ros.analysis.evidence import evidence_of
from mer_ros.explanation.explainer import Explainer
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.reports import analysis_page
from mer_ros.types import ExpressionEvent

LINKED = ("annotated.mp4", "overlay.png", "prototype.png", "outcome.json")
"""Files of a demo that its page links."""


def demo_analysis(
    name: str,
    model: Path,
    events: Sequence[ExpressionEvent],
    lanes: Sequence[MotionLane],
    clip: tuple[float, tuple[int, int], int, float],
    remarks: Sequence[str],
) -> Analysis:
    """What the graph published, with the evidence for each event computed again from its message.

    model: checkpoint of the graph. events: final ones, with the times of the clip. clip: its frame rate, Hz,
    (width, height) of its images, number of processed frames, and its length, s. remarks: sentences on the
    result, for the beginning of the page.
    """
    explainer = Explainer(Recogniser.load(model))
    fps, size_wh, frames, duration_s = clip
    return Analysis(
        name=name,
        models=(explainer.recogniser.model_id,),
        fps=fps,
        size_wh=size_wh,
        frames=frames,
        duration_s=duration_s,
        remarks=tuple(remarks),
        lanes=tuple(lanes),
        events=tuple(evidence_of(event, [explainer]) for event in events),
        rejected=None,
    )


def write(analysis: Analysis, folder: Path) -> Path:
    """Write the page into the folder of the demo; returns its path. ConfigError if it cannot be written."""
    analysis_page.write(analysis, folder, LINKED)
    return folder / analysis_page.REPORT
