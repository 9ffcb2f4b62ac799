"""From frames to cached flow: clips a second on two cores, and what the steps cost.

200 clips of 30 frames, 640x480 JPEG, are cut from rendered videos of 12 synthetic subjects at 200 fps, and
are measured with and without a known apex, then read from the cache.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

import cv2

from benchmarks.table import Figure, no_options, publish
from mer_ros.data.frames.cache import ClipCache
from mer_ros.data.frames.folders import ClipFrames
from mer_ros.data.frames.measured_set import measure_clips
from mer_ros.data.frames.measurement import MeasurementSettings
from mer_ros.data.synthetic import SyntheticClip, everyday
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.timeline import make_timeline

CLIPS, FRAMES, SUBJECTS, EVENTS = 200, 30, 12, 4
SHIFTS = 5
"""Clips from one video, each a frame later than the one before."""

FPS, SIZE_WH, QUALITY, CORES = 200.0, (640, 480), 95, 2
GOAL_PER_S = 10.0


def render(subject: int, folder: Path) -> list[Path]:
    """Write the videos of a subject as numbered pictures; returns their folders."""
    who, conditions = make_subject(2000 + subject), everyday(subject)
    timeline = make_timeline(subject, who, EVENTS, conditions, typical=False)
    clip = SyntheticClip(who, timeline, subject, FPS, SIZE_WH, conditions=conditions)
    folders = []
    for number, event in enumerate(timeline.events[:EVENTS]):
        folders.append(folder / f"{subject}_{number}")
        folders[-1].mkdir()
        for i in range(FRAMES + SHIFTS):
            image = clip.render(round(event.onset_s * FPS) + i)
            cv2.imwrite(str(folders[-1] / f"{i}.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return folders


def main() -> int:
    """Measure and publish."""
    import joblib

    figures = []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        jobs = (joblib.delayed(render)(subject, root) for subject in range(SUBJECTS))
        folders = [folder for own in joblib.Parallel(CORES)(jobs) for folder in own]
        clips = [
            ClipFrames(tuple(folder / f"{first + i}.jpg" for i in range(FRAMES)), range(FRAMES), FRAMES // 2)
            for first in range(SHIFTS)
            for folder in folders
        ][:CLIPS]
        settings = MeasurementSettings()
        for title, apex in (("apex known", FRAMES // 2), ("apex estimated", None)):
            cache = ClipCache(root / title)
            own = [replace(clip, apex=apex) for clip in clips]
            for state in ("measured", "cached"):
                start = time.perf_counter()
                _, failed = measure_clips(root, own, cache, settings, cores=CORES)
                rate = len(own) / (time.perf_counter() - start)
                goal = f">= {GOAL_PER_S:.0f}" if state == "measured" else None
                met = rate >= GOAL_PER_S if goal else None
                note = f"{len(own)} clips, {len(failed)} failed"
                figures.append(Figure(f"{title}, {state}", rate, "clips/s", goal, met, note))
    return 0 if publish("frames", figures) else 1


if __name__ == "__main__":
    no_options(__doc__)
    raise SystemExit(main())
