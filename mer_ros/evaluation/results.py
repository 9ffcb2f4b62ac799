"""Scores of an evaluation: the content of ``results.json``, ``scores.csv`` and ``predictions.csv``.

None holds a time, a path or a machine: the same seed gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.data.clip_set import ClipSet
from mer_ros.evaluation import bootstrap
from mer_ros.evaluation.protocol import megc_size_note
from mer_ros.evaluation.run import Evaluation, SystemPredictions
from mer_ros.files import write_text

FORMAT = "mer_ros evaluation 1"
RESULTS, PREDICTIONS, SCORES = "results.json", "predictions.csv", "scores.csv"
FOLD_MEAN = "mean of the folds"
"""The part of ``scores.csv`` for protocols whose folds are averaged."""
COMPARED = ("uf1", "uar")
_LIBRARIES = ("numpy", "scikit-learn", "scipy", "torch")
_DIGITS = 6


def write(evaluation: Evaluation, out: Path, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Write the files and return the content of ``results.json``. ConfigError where one cannot be written.

    more: further parts of it, such as the scores of action units under "units"; None values are left out.
    """
    extra = {name: part for name, part in (more or {}).items() if part is not None}
    results = {**summarise(evaluation), **plain(extra)}
    write_text(out / SCORES, scores_csv(results))
    write_text(out / PREDICTIONS, predictions_csv(evaluation))
    write_text(out / RESULTS, json.dumps(results, indent=1, allow_nan=False) + "\n")
    return results


def summarise(evaluation: Evaluation) -> dict[str, Any]:
    """Everything about an evaluation, JSON-able; NaN is None."""
    clips, protocol = evaluation.clips, evaluation.protocol
    datasets = sorted(set(clips.datasets.tolist()))
    systems = {}
    for system in evaluation.predictions:
        scores = {"all": _scores(evaluation, system, system.tested)}
        if len(datasets) > 1:
            for name in datasets:
                part = system.tested[clips.datasets[system.tested] == name]
                if len(part):
                    scores[name] = _scores(evaluation, system, part)
        means = {"fold_mean": _fold_means(evaluation, system)} if protocol.averages_folds else {}
        systems[system.name] = {
            "control": system.is_control,
            "uses_folds": system.uses_folds,
            "choices": system.choices,
            "settings": system.settings,
            "scores": scores,
            **means,
            "chosen": list(system.chosen),
        }
    size_note = megc_size_note(clips) if protocol.name == "megc2019" else ""
    notes = [protocol.warning, clips.caveat, size_note, *clips.notes]
    return plain(
        {
            "format": FORMAT,
            "data": {
                "origin": clips.origin,
                "synthetic": clips.synthetic,
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
                "asked": len(evaluation.predictions[0].tested),
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
    """The best scores that the labels of synthetic clips allow; None for real clips."""
    if not clips.synthetic:
        return None
    from mer_ros.data.synthetic.ceiling import ceiling_of_clips  # late: the generator is needed only here

    ceiling = ceiling_of_clips(clips)
    return None if ceiling is None else ceiling.figures()


def scores_csv(results: Mapping[str, Any]) -> str:
    """All scores as CSV: a row for each system, part of the data and score; empty where there is no value."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["system", "control", "part", "clips", "score", "value", "low", "high"])
    for name, system in results["systems"].items():
        for part, scores in system["scores"].items():
            start = [name, str(system["control"]).lower(), part, scores["clips"]]
            for score in metrics.METRICS:
                table.writerow([*start, score, *(scores[score][key] for key in ("value", "low", "high"))])
            table.writerow([*start, "ece", scores["ece"], None, None])
            for label, values in scores["per_class"].items():
                table.writerow([*start, f"f1_{label}", values["f1"], None, None])
        for score, mean in system.get("fold_mean", {}).items():
            start = [name, str(system["control"]).lower(), FOLD_MEAN, results["protocol"]["asked"]]
            table.writerow([*start, score, *(mean[key] for key in ("value", "low", "high"))])
    units = results.get("units", {})
    for prefix, scores in (
        ("", units),
        *((f"{name} ", own) for name, own in units.get("by_dataset", {}).items()),
    ):
        for unit, own in scores.get("by_unit", {}).items():
            area = [own["auc"][key] for key in ("value", "low", "high")]
            table.writerow([units["reader"], "false", f"{prefix}{unit}", own["clips"], "auc", *area])
    corrupted = results.get("robustness", {})
    for curve in corrupted.get("curves", ()):
        control = str(results["systems"][curve["system"]]["control"]).lower()
        start = [curve["system"], control, curve["title"], corrupted["clips"]]
        for score in ("mean", "kept"):
            table.writerow([*start, f"uf1_{score}", curve[score], None, None])
    return text.getvalue()


def predictions_csv(evaluation: Evaluation) -> str:
    """All predictions as CSV: a row for each system and clip, in the order of the data set."""
    clips, text = evaluation.clips, io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    columns = [f"p_{label}" for label in clips.labels]
    table.writerow(["system", "sample", "subject", "dataset", "truth", "label", *columns, "fold"])
    for system in evaluation.predictions:
        for i in system.tested:
            row = system.probabilities[i]
            table.writerow(
                [
                    system.name,
                    clips.samples[i],
                    clips.subjects[i],
                    clips.datasets[i],
                    clips.labels[clips.truth[i]],
                    clips.labels[int(row.argmax())],
                    *(f"{probability:.{_DIGITS}f}" for probability in row),
                    evaluation.folds[system.fold[i]].name,
                ]
            )
    return text.getvalue()


def best_control(evaluation: Evaluation, without_folds: bool = False) -> SystemPredictions | None:
    """The control of the highest UF1: the hardest one to compare with.

    without_folds: among those that, like a finished checkpoint, are not trained on the folds.
    """
    controls = [
        one for one in evaluation.predictions if one.is_control and not (without_folds and one.uses_folds)
    ]
    return max(
        controls, key=lambda one: float(metrics.uf1(_by_subject(evaluation, one).sum(0))), default=None
    )


def _comparisons(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Every other system against the best control; then those that are not trained on the folds against
    the best control that is not either.
    """
    best, unseeing = best_control(evaluation), best_control(evaluation, without_folds=True)
    found = []
    if best is not None:
        found += _compared(evaluation, best, evaluation.predictions)
    if unseeing is not None and unseeing is not best:
        alike = [one for one in evaluation.predictions if not one.uses_folds]
        found += _compared(evaluation, unseeing, alike)
    return found


def _compared(
    evaluation: Evaluation, control: SystemPredictions, systems: Sequence[SystemPredictions]
) -> list[dict[str, Any]]:
    """Each of the systems against a control."""
    found, theirs = [], _by_subject(evaluation, control)
    for system in systems:
        if system is control:
            continue
        own = _by_subject(evaluation, system)
        for name in COMPARED:
            compared = bootstrap.compare(own, theirs, metrics.METRICS[name], evaluation.seed)
            found.append({"system": system.name, "control": control.name, "metric": name, **asdict(compared)})
    return found


def _by_subject(
    evaluation: Evaluation, system: SystemPredictions, part: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """(P, C, C) confusions of the predicted clips, or of a part of them."""
    clips = evaluation.clips
    part = system.tested if part is None else part
    labels = system.probabilities[part].argmax(1)
    return bootstrap.confusions_by_subject(
        clips.truth[part], labels, clips.subject_ids[part], len(clips.labels)
    )


def _scores(evaluation: Evaluation, system: SystemPredictions, part: NDArray[np.int64]) -> dict[str, Any]:
    clips = evaluation.clips
    confusions = _by_subject(evaluation, system, part)
    whole = confusions.sum(0)
    scores: dict[str, Any] = {"clips": len(part), "subjects": len(confusions)}
    for name, metric in metrics.METRICS.items():
        interval = bootstrap.confidence_interval(confusions, metric, evaluation.seed)
        scores[name] = {"value": float(metric(whole)), **asdict(interval)}
    scores["ece"] = metrics.calibration_error(clips.truth[part], system.probabilities[part])
    per_class = (metrics.f1(whole), metrics.precision(whole), metrics.recall(whole), whole.sum(1))
    scores["per_class"] = {
        label: dict(zip(("f1", "precision", "recall", "clips"), (v[c] for v in per_class), strict=True))
        for c, label in enumerate(clips.labels)
    }
    scores["confusion"] = whole.tolist()
    return scores


def _fold_means(evaluation: Evaluation, system: SystemPredictions) -> dict[str, Any]:
    """The mean of each score over the folds, with its interval: every fold counts the same."""
    parts = [_by_subject(evaluation, system, fold.test) for fold in evaluation.folds]
    means = {}
    for name, metric in metrics.METRICS.items():
        interval = bootstrap.mean_interval(parts, metric, evaluation.seed)
        value = float(np.mean([metric(part.sum(0)) for part in parts]))
        means[name] = {"value": value, **asdict(interval)}
    return means


def plain(value: Any) -> Any:
    """JSON's own types, floats rounded, NaN as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return round(value, _DIGITS) if math.isfinite(value) else None
    return value
