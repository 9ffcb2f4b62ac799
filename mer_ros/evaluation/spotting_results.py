"""The results of spotting in long videos: the content of ``results.json`` and ``spotted.csv``.

None holds a time, a path or a machine: the same data and settings give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mer_ros import __version__
from mer_ros.data.array_cache import Arrays, hash_of
from mer_ros.data.long_videos import LongVideo, LongVideoSet
from mer_ros.data.notes import Notes
from mer_ros.errors import ConfigError
from mer_ros.evaluation import bootstrap
from mer_ros.evaluation.fold_store import FOLDER
from mer_ros.evaluation.results import RESULTS, plain
from mer_ros.evaluation.spotters import SPOTTERS, VideoSpotter
from mer_ros.evaluation.spotting_scores import MIN_IOU, LabelReading, ScoredExpression, outcomes, scores
from mer_ros.evaluation.video_spotting import VideoSettings, video_key
from mer_ros.files import write_text
from mer_ros.limits import MICRO_MAX_S
from mer_ros.types import Kind

FORMAT = "mer_ros spotting 1"
SPOTTED = "spotted.csv"
_LIBRARIES = ("numpy", "opencv-contrib-python", "mediapipe", "scipy")
_WORDS = {Kind.MICRO: "micro", Kind.MACRO: "macro"}


@dataclass(frozen=True, eq=False)
class SpottingEvaluation:
    """Videos, and for each spotter one list of outcomes for each video. key: see ``evaluation_key``. model:
    id of the model whose labels are scored, "" without one. notes: sentences on the videos.
    """

    videos: LongVideoSet
    seed: int
    key: str
    found: Mapping[str, Sequence[Sequence[ScoredExpression]]]
    reading: LabelReading | None = None
    model: str = ""
    notes: tuple[str, ...] = ()
    spotters: tuple[VideoSpotter, ...] = SPOTTERS


def evaluation_key(videos: LongVideoSet, settings: VideoSettings, seed: int) -> str:
    """Hash of everything that decides the results: frames, annotations, spotters, model, seed, version."""
    described = [
        [video_key(video.frames, one.measurement, settings) for one in SPOTTERS]
        + [video.dataset, video.name, video.subject, repr(video.truth)]
        for video in videos.videos
    ]
    own = [[one.name, one.settings] for one in SPOTTERS]
    return hash_of([__version__, FORMAT, described, own, seed])[:16]


def check_folder(out: Path, key: str) -> None:
    """Raise ConfigError if a folder contains another evaluation."""
    path = out / RESULTS
    if (out / FOLDER).exists():
        other = True
    elif path.exists():
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            other = found.get("format") != FORMAT or found.get("key") != key
        except (OSError, ValueError, AttributeError):
            other = True
    else:
        return
    if other:
        raise ConfigError(
            f"{out} contains another evaluation (task, data, model, seed or version differ): choose another "
            "--out."
        )


def evaluated(
    videos: LongVideoSet,
    measured: Sequence[Mapping[str, Arrays]],
    seed: int,
    key: str,
    reading: LabelReading | None = None,
    model: str = "",
) -> SpottingEvaluation:
    """What each spotter finds in the measurements of each video, compared with its annotation."""
    found = {
        spotter.name: [
            outcomes(video, spotter.spot(own[spotter.measurement]))
            for video, own in zip(videos.videos, measured, strict=True)
        ]
        for spotter in SPOTTERS
    }
    notes = Notes()
    for video, own in zip(videos.videos, measured, strict=True):
        if any("stamps_ns" in arrays and not len(arrays["stamps_ns"]) for arrays in own.values()):
            notes.tally(("video shows", "videos show"), "no face in any frame", video.name)
    return SpottingEvaluation(videos, seed, key, found, reading, model, notes.sentences)


def write(evaluation: SpottingEvaluation, out: Path) -> dict[str, Any]:
    """Write the files and return the content of the first. ConfigError where one cannot be written."""
    results = summarise(evaluation)
    write_text(out / SPOTTED, spotted_csv(evaluation))
    write_text(out / RESULTS, json.dumps(results, indent=1, allow_nan=False) + "\n")
    return results


def summarise(evaluation: SpottingEvaluation) -> dict[str, Any]:
    """Everything about an evaluation, JSON-able; NaN is None."""
    videos = evaluation.videos
    all_videos = videos.videos
    datasets = list(dict.fromkeys(video.dataset for video in all_videos))
    parts = {"all": list(range(len(all_videos)))}
    for name in datasets if len(datasets) > 1 else ():
        parts[name] = [i for i, video in enumerate(all_videos) if video.dataset == name]
    systems = {}
    for spotter in evaluation.spotters:
        reading = None if spotter.is_baseline else evaluation.reading
        found = evaluation.found[spotter.name]
        systems[spotter.name] = {
            "baseline": spotter.is_baseline,
            "causal": spotter.causal,
            "settings": spotter.settings,
            "choices": spotter.choices,
            "model": "" if spotter.is_baseline else evaluation.model,
            "scores": {
                name: scores(
                    [all_videos[i] for i in part], [found[i] for i in part], evaluation.seed, reading
                )
                for name, part in parts.items()
            },
        }
    return plain(
        {
            "format": FORMAT,
            "key": evaluation.key,
            "data": {
                "origin": videos.origin,
                "synthetic": videos.synthetic,
                "datasets": {name: _counts(all_videos, name) for name in datasets},
            },
            "rule": {"min_iou": MIN_IOU, "longest_micro_s": MICRO_MAX_S},
            "labels": evaluation.reading.labels if evaluation.reading else [],
            "notes": [*videos.notes, *evaluation.notes],
            "seed": evaluation.seed,
            "bootstrap": {"draws": bootstrap.DRAWS, "level": bootstrap.LEVEL, "over": "subjects"},
            "systems": systems,
            "versions": {name: version(name) for name in _LIBRARIES},
        }
    )


def _counts(videos: Sequence[LongVideo], dataset: str) -> dict[str, object]:
    own = [video for video in videos if video.dataset == dataset]
    kinds = [true.kind for video in own for true in video.truth]
    return {
        "videos": len(own),
        "subjects": len({video.subject for video in own}),
        "minutes": sum(video.frames.n_frames / video.frames.fps for video in own) / 60,
        "micro": kinds.count(Kind.MICRO),
        "macro": kinds.count(Kind.MACRO),
    }


COLUMNS = (
    *("spotter", "dataset", "video", "subject", "kind", "result", "onset_s", "apex_s", "offset_s"),
    *("onset_frame", "apex_frame", "offset_frame", "iou", "true_label", "label"),
)
"""Of ``spotted.csv``. Times and frames are those of the spotted expression, or of the missed one."""


def spotted_csv(evaluation: SpottingEvaluation) -> str:
    """A row for each spotter and expression: hit, false or missed."""
    text, reading = io.StringIO(), evaluation.reading
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for spotter in evaluation.spotters:
        for video, found in zip(evaluation.videos.videos, evaluation.found[spotter.name], strict=True):
            for one in found:
                shown = one.spotted or one.true
                assert shown is not None  # of any outcome
                times = (shown.onset_s, shown.apex_s, shown.offset_s)
                row = [spotter.name, video.dataset, video.name, video.subject, _WORDS[one.kind], one.word]
                row += [_number(time_s, 3) for time_s in times]
                row += [_number(video.first + time_s * video.frames.fps, 0) for time_s in times]
                row.append(_number(one.iou, 3) if one.is_hit else "")
                row.append(one.true.label if one.true else "")
                answered = reading and one.spotted and one.spotted.probabilities
                row.append(reading.answer(one.spotted) if reading and one.spotted and answered else "")
                table.writerow(row)
    return text.getvalue()


def _number(value: float, digits: int) -> str:
    return "" if math.isnan(value) else f"{value:.{digits}f}"
