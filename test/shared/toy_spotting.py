"""A spotting evaluation whose expressions are set by hand, for tests of reports."""

from __future__ import annotations

import numpy as np
from toy_videos import Held

from mer_ros.data.label_mapping import MEGC_LABELS, mapping_matrix
from mer_ros.data.long_videos import LongVideo, LongVideoSet, TrueExpression
from mer_ros.evaluation.spotting_results import SpottingEvaluation, evaluated
from mer_ros.evaluation.spotting_scores import LabelReading
from mer_ros.evaluation.video_spotting import EVENTS
from mer_ros.types import EMOTIONS, Kind

N_VIDEOS = 14
READING = LabelReading(MEGC_LABELS, mapping_matrix(EMOTIONS, MEGC_LABELS), True)
SEEN = {"stamps_ns": np.arange(2), "micro": np.empty(0), "macro": np.empty(0)}


class Minute(Held):
    """A minute of 30 frames a second, never read."""

    n_frames = 1800


def lasting_s(number):
    """Every third video has a macro-expression."""
    return 1.5 if number % 3 == 0 else 0.3


def measured(number):
    """A hit and a false one."""
    times = np.array([[5.0, 5.1, 5.0 + lasting_s(number)], [20.0, 20.1, 20.4]]) * 1e9
    names = ("onset_ns", "apex_ns", "offset_ns")
    events = {name: times[:, i].round().astype(np.int64) for i, name in enumerate(names)}
    events["probabilities"] = np.eye(len(EMOTIONS), dtype=np.float32)[[0, 1]]
    return {EVENTS: events, "mdmd": SEEN, "lbp_difference": SEEN}


def video(number):
    """Of two data sets in turn, with a name that looks like markup."""
    kind = Kind.MACRO if lasting_s(number) > 0.5 else Kind.MICRO
    truth = (
        TrueExpression(5.0, 5.1, 5.0 + lasting_s(number), kind, "happiness", "positive"),
        TrueExpression(40.0, 40.1, 40.3, Kind.MICRO, "anger", "negative"),
    )
    dataset = ("casme-sq", "samm-lv")[number % 2]
    return LongVideo(dataset, f"{number}/<b>", str(number % 5), Minute((), str(number)), truth)


def toy_evaluation(with_model: bool) -> SpottingEvaluation:
    """Our spotter has a hit, a missed and a false one in each video; the baselines find nothing."""
    videos = LongVideoSet(tuple(map(video, range(N_VIDEOS))), "recorded videos", ("a note.",), synthetic=True)
    labels = (READING, "m@123") if with_model else (None, "")
    return evaluated(videos, list(map(measured, range(N_VIDEOS))), 0, "key", *labels)
