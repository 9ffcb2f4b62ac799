"""Answers into scores: what ``results.json`` and ``predictions.csv`` hold.

Neither holds a time, a path or a machine: the same seed gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.data.clip_set import ClipSet
from mer_ros.evaluation import bootstrap
from mer_ros.evaluation.evaluate import Answers, Evaluation
from mer_ros.evaluation.fold_store import write_whole
from mer_ros.evaluation.protocol import megc_size_note

FORMAT = "mer_ros evaluation 1"
RESULTS, PREDICTIONS = "results.json", "predictions.csv"
COMPARED = ("uf1", "uar")
_LIBRARIES = ("numpy", "scikit-learn", "scipy", "torch")
_DIGITS = 6


def write(evaluation: Evaluation, out: Path) -> dict[str, Any]:
    """Write both files and return what the first holds."""
    results = summarise(evaluation)
    write_whole(out / PREDICTIONS, predictions(evaluation))
    write_whole(out / RESULTS, json.dumps(results, indent=1, allow_nan=False) + "\n")
    return results


def summarise(evaluation: Evaluation) -> dict[str, Any]:
    """Everything about an evaluation, JSON-able; NaN is None."""
    clips, protocol = evaluation.clips, evaluation.protocol
    datasets = sorted(set(clips.datasets.tolist()))
    systems = {}
    for answers in evaluation.answers:
        scores = {"all": _scores(evaluation, answers, answers.asked)}
        if len(datasets) > 1:
            for name in datasets:
                part = answers.asked[clips.datasets[answers.asked] == name]
                if len(part):
                    scores[name] = _scores(evaluation, answers, part)
        systems[answers.name] = {
            "control": answers.is_control,
            "settings": answers.settings,
            "scores": scores,
            "chosen": list(answers.chosen),
        }
    notes = [protocol.warning, clips.caveat, megc_size_note(clips) if protocol.name == "megc2019" else ""]
    return _plain(
        {
            "format": FORMAT,
            "data": {
                "origin": clips.origin,
                "made": clips.synthetic,
                "digest": clips.digest(),
                "clips": len(clips),
                "subjects": len(np.unique(clips.subject_ids)),
                "labels": clips.labels,
                "datasets": {
                    name: np.bincount(
                        clips.truth[clips.datasets == name], minlength=len(clips.labels)
                    ).tolist()
                    for name in datasets
                },
            },
            "protocol": {
                "name": protocol.name,
                "title": protocol.title,
                "folds": [fold.name for fold in evaluation.folds],
                "asked": len(evaluation.answers[0].asked),
            },
            "notes": [note for note in notes if note],
            "seed": evaluation.seed,
            "bootstrap": {"draws": bootstrap.DRAWS, "level": bootstrap.LEVEL, "over": "subjects"},
            "label_ceiling": _ceiling(clips),
            "systems": systems,
            "comparisons": _comparisons(evaluation),
            "versions": {name: version(name) for name in _LIBRARIES},
        }
    )


def _ceiling(clips: ClipSet) -> dict[str, Any] | None:
    """The best that the labels of made clips allow; None for real clips."""
    if not clips.synthetic:
        return None
    from mer_ros.data.synthetic.ceiling import ceiling_of_clips  # late: the generator is needed only here

    ceiling = ceiling_of_clips(clips)
    return None if ceiling is None else ceiling.figures()


def predictions(evaluation: Evaluation) -> str:
    """The table of all answers as CSV: a row for each system and clip, in the order of the data set."""
    clips, text = evaluation.clips, io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    chances = [f"p_{label}" for label in clips.labels]
    table.writerow(["system", "sample", "subject", "dataset", "truth", "label", *chances, "fold"])
    for answers in evaluation.answers:
        for i in answers.asked:
            row = answers.probabilities[i]
            table.writerow(
                [
                    answers.name,
                    clips.samples[i],
                    clips.subjects[i],
                    clips.datasets[i],
                    clips.labels[clips.truth[i]],
                    clips.labels[int(row.argmax())],
                    *(f"{chance:.{_DIGITS}f}" for chance in row),
                    evaluation.folds[answers.fold[i]].name,
                ]
            )
    return text.getvalue()


def best_control(evaluation: Evaluation) -> Answers | None:
    """The control of the highest UF1, which makes the comparison harder for whoever is held against it."""
    controls = [answers for answers in evaluation.answers if answers.is_control]
    return max(controls, key=lambda a: float(metrics.uf1(_by_person(evaluation, a).sum(0))), default=None)


def _comparisons(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Every other contestant against the best control."""
    control = best_control(evaluation)
    if control is None:
        return []
    found, theirs = [], _by_person(evaluation, control)
    for answers in evaluation.answers:
        if answers is control:
            continue
        own = _by_person(evaluation, answers)
        for name in COMPARED:
            compared = bootstrap.compare(own, theirs, metrics.METRICS[name], evaluation.seed)
            found.append(
                {"system": answers.name, "control": control.name, "metric": name, **asdict(compared)}
            )
    return found


def _by_person(evaluation: Evaluation, answers: Answers, part: NDArray[np.int64] | None = None) -> Any:
    """(P, C, C) confusions of the clips that were asked, or of a part of them."""
    clips = evaluation.clips
    part = answers.asked if part is None else part
    labels = answers.probabilities[part].argmax(1)
    return bootstrap.by_subject(clips.truth[part], labels, clips.subject_ids[part], len(clips.labels))


def _scores(evaluation: Evaluation, answers: Answers, part: NDArray[np.int64]) -> dict[str, Any]:
    clips = evaluation.clips
    subject_ids = _by_person(evaluation, answers, part)
    whole = subject_ids.sum(0)
    scores: dict[str, Any] = {"clips": len(part), "subjects": len(subject_ids)}
    for name, metric in metrics.METRICS.items():
        interval = bootstrap.interval(subject_ids, metric, evaluation.seed)
        scores[name] = {"value": float(metric(whole)), **asdict(interval)}
    scores["ece"] = metrics.calibration_error(clips.truth[part], answers.probabilities[part])
    per_class = (metrics.f1(whole), metrics.precision(whole), metrics.recall(whole), whole.sum(1))
    scores["per_class"] = {
        label: dict(zip(("f1", "precision", "recall", "clips"), (v[c] for v in per_class), strict=True))
        for c, label in enumerate(clips.labels)
    }
    scores["confusion"] = whole.tolist()
    return scores


def _plain(value: Any) -> Any:
    """JSON's own types, floats rounded, NaN as None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return round(value, _DIGITS) if math.isfinite(value) else None
    return value
