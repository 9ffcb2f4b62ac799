"""The picture of ``docs/perception.md``: a smile and a bout of speech, with what the tracker reports.

``python -m benchmarks.mouth_image`` draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.recorded import Recorded, RecordingSpotter
from benchmarks.variants import open_mouth
from mer_ros.data.synthetic import everyday
from mer_ros.data.synthetic.clip import SyntheticClip, demo_subject, synthetic_timeline
from mer_ros.data.synthetic.conditions import Conditions
from mer_ros.data.synthetic.nuisances import Nuisances
from mer_ros.pipeline import frames_of
from mer_ros.spotting.speech import SHAPES
from mer_ros.spotting.unit_patterns import SCULPTED
from mer_ros.spotting.watcher import FaceWatcher
from mer_ros.types import ExpressionEvent

IMAGE = Path(__file__).parents[1] / "docs" / "mouth.jpg"

_SEED, _FPS, _WIDTH_PX = 543, 60.0, 220.0
_BEFORE_S, _AFTER_S = 0.5, 1.1
_WORDS = {(True, False): "provisional", (False, False): "final", (False, True): "withdrawn"}
_COLOURS = {"provisional": "tab:orange", "final": "tab:green", "withdrawn": "tab:red"}

Report = tuple[float, ExpressionEvent]


def _clip(talks: bool) -> SyntheticClip:
    """One smile that parts the lips, or one bout of speech, on the sculpted head."""
    conditions = replace(Conditions(), gap_s=(3.0, 3.0))
    timeline = open_mouth(synthetic_timeline(_SEED, 2, conditions))
    if talks:
        spoken = synthetic_timeline(_SEED, 0, everyday(_SEED), duration_s=60.0).nuisances.talks[0]
        shift_s = 3.0 - spoken.start_s
        spoken = replace(spoken, start_s=3.0, at_s=tuple(t + shift_s for t in spoken.at_s))
        timeline = replace(timeline, events=(), nuisances=Nuisances(talks=(spoken,)), duration_s=7.0)
    else:
        smile = timeline.events[1]
        timeline = replace(timeline, events=(smile,), duration_s=smile.offset_s + 2.0)
    subject = demo_subject(_SEED, head=SCULPTED)
    return SyntheticClip(subject, timeline, _SEED, _FPS, amplitude_px=16.0, face_width_px=_WIDTH_PX)


def _watched(clip: SyntheticClip) -> tuple[NDArray[np.float64], NDArray[np.float64], list[Report]]:
    """(T,) times, (T, 2) gap between the lips and width of the mouth, and what was reported when."""
    recorded, reports = Recorded(), []
    watcher = FaceWatcher(make_spotter=partial(RecordingSpotter, recorded=recorded))
    try:
        for frame in frames_of(clip):
            reports += [(frame.stamp_ns * 1e-9, event) for event in watcher.process(frame).events]
    finally:
        watcher.close()
    measured = [call for call in recorded.calls if isinstance(call, tuple)]
    times = np.array([stamp_ns * 1e-9 for stamp_ns, _ in measured])
    return times, np.stack([one.groups.ravel() for _, one in measured]).astype(np.float64) @ SHAPES, reports


def _draw(clip: SyntheticClip, start_s: float, axes: Sequence[Any], curve: Any, title: str) -> None:
    times, shapes, reports = _watched(clip)
    end_s = start_s + _BEFORE_S + _AFTER_S + 0.6
    for axis, time_s in zip(axes, np.linspace(start_s + 0.3, end_s - 0.3, len(axes)), strict=True):
        image = clip.render(round(time_s * _FPS))
        height, width = image.shape[:2]
        side = int(0.8 * _WIDTH_PX)
        centre = width // 2, height // 2
        face = image[centre[1] - side : centre[1] + side, centre[0] - side : centre[0] + side]
        axis.imshow(face[..., ::-1])
        axis.set_title(f"{time_s - start_s:.2f} s", fontsize=9)
        axis.set_axis_off()
        curve.axvline(time_s - start_s, color="0.85", linewidth=1, zorder=0)
    shown = (times > start_s) & (times < end_s)
    for k, (name, style) in enumerate((("gap between the lips", "-"), ("width of the mouth", "--"))):
        values = shapes[shown, k] - shapes[shown, k][:10].mean()
        curve.plot(times[shown] - start_s, 100 * values, style, color="tab:blue", label=name)
    row = 0
    for time_s, event in reports:
        word = _WORDS[event.provisional, event.withdrawn]
        if not start_s < time_s < end_s:
            continue
        onset_s, offset_s = event.onset_ns * 1e-9 - start_s, event.offset_ns * 1e-9 - start_s
        level = curve.get_ylim()[1]
        curve.annotate(
            word, (time_s - start_s, level), color=_COLOURS[word], fontsize=9, rotation=60, va="bottom"
        )
        curve.axvline(time_s - start_s, color=_COLOURS[word], linewidth=1.2)
        if not event.provisional:
            curve.axvspan(onset_s, offset_s, color=_COLOURS[word], alpha=0.15, zorder=0)
        row += 1
    curve.set_ylabel(f"{title}\n% of the interocular distance", fontsize=9)
    curve.set_xlim(0, end_s - start_s)
    curve.set_xlabel("s")
    curve.legend(fontsize=8, loc="upper right")


def draw(path: Path = IMAGE) -> None:
    """Write the picture: a smile in the upper half, a bout of speech in the lower."""
    from matplotlib import pyplot as plt  # imported here: it takes 0.5 s

    figure = plt.figure(figsize=(11, 8.4), layout="constrained")
    grid = figure.add_gridspec(4, 6, height_ratios=(1.1, 1, 1.1, 1))
    smile, speech = _clip(talks=False), _clip(talks=True)
    for row, clip, start_s, title in (
        (0, smile, smile.truth[0].onset_s - _BEFORE_S, "a smile that parts the lips"),
        (2, speech, 3.0 - _BEFORE_S, "speech"),
    ):
        axes = [figure.add_subplot(grid[row, column]) for column in range(6)]
        _draw(clip, start_s, axes, figure.add_subplot(grid[row + 1, :]), title)
    figure.savefig(path, dpi=85, pil_kwargs={"quality": 88})
    plt.close(figure)


if __name__ == "__main__":
    draw()
