"""Thresholds p of the published spotters for `mer evaluate --task spotting`, offline and causal.

``python -m benchmarks.long_video_thresholds`` prints, for each method and form, the p of a grid with the best
overall F1 on rendered long videos of subjects on which nothing is evaluated. 5 min.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

from mer_ros.data.long_videos import LongVideo
from mer_ros.data.synthetic import VALIDATION_SUBJECTS
from mer_ros.data.synthetic_videos import rendered_video
from mer_ros.evaluation.spotters import spotted_by
from mer_ros.evaluation.spotting_scores import ScoredExpression, outcomes
from mer_ros.evaluation.video_spotting import VideoSettings, measure_videos, video_cache
from mer_ros.spotting.baselines import METHODS

SEED, VIDEOS = 77, 6
GRID = (0.0, 0.002, 0.005, 0.01, 0.02, *np.round(np.arange(0.05, 1.0, 0.05), 2).tolist())


def f1(found: list[list[ScoredExpression]]) -> float:
    """Overall F1 of all videos."""
    words = [one.word for own in found for one in own]
    return 2 * words.count("hit") / max(len(words) + words.count("hit"), 1)


def main() -> int:
    """Measure the videos, and print the best p of each method and form with its F1."""
    videos: list[LongVideo] = [
        rendered_video(number, subject, SEED) for number, subject in enumerate(VALIDATION_SUBJECTS[:VIDEOS])
    ]
    with tempfile.TemporaryDirectory() as folder:
        cache = video_cache(Path(folder))
        measured = measure_videos(videos, tuple(METHODS), cache, VideoSettings(), workers=2)
    for method in METHODS:
        for causal in (False, True):
            scores = {
                p: f1(
                    [
                        outcomes(video, spotted_by(own[method], p, causal))
                        for video, own in zip(videos, measured, strict=True)
                    ]
                )
                for p in GRID
            }
            best = max(GRID, key=lambda p: scores[p])
            form = "causal" if causal else "offline"
            sys.stdout.write(f"{method} {form}: p {best:g}, F1 {scores[best]:.3f}\n")
            sys.stdout.write("  " + " ".join(f"{p:g}:{score:.3f}" for p, score in scores.items()) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
