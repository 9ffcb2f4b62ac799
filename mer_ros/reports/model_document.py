"""All numbers of the page of `mer explain` as JSON."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from mer_ros.evaluation.model_study import Answers, MapStudy, ModelStudy
from mer_ros.face.regions import REGIONS
from mer_ros.files import write_text
from mer_ros.reports.model_page import JSON

FORMAT = "mer_ros model 1"


def write(study: ModelStudy, folder: Path) -> None:
    """Write the file. ConfigError where it cannot be written."""
    text = json.dumps(document(study), indent=1, ensure_ascii=False, allow_nan=False)
    write_text(folder / JSON, text + "\n")


def document(study: ModelStudy) -> dict[str, Any]:
    """The numbers, JSON-able; null for a number that is not finite."""
    subjects = study.subjects
    given = None
    if study.folder is not None and study.folder_answers is not None:
        given = {"origin": study.folder.origin, **_answers(study.folder_answers)}
    return {
        "format": FORMAT,
        "model": study.model_id,
        "system": study.card.system,
        "labels": list(study.card.labels),
        "numbers": study.n_parameters,
        "seed": study.seed,
        "samples": {"origin": subjects.clips.origin, "words": subjects.words, **_answers(study.answers)},
        "given": given,
        "prototypes": None
        if study.prototypes is None
        else [study.card.labels[place] for place in study.prototypes.labels],
        "regions": {
            label: dict(zip(REGIONS, map(_number, row), strict=True))
            for label, row in zip(study.answers.labels, study.regions.tolist(), strict=True)
        },
        "action_units": [one._asdict() for one in study.units],
        "maps": None if study.maps is None else _maps(study.maps),
        "training": dict(study.card.training),
    }


def _answers(found: Answers) -> dict[str, Any]:
    calibrated = found.calibrated
    return {
        "clips": len(found.truth),
        **{name: _number(value) for name, value in found.scores.items()},
        "ece": _number(calibrated.error),
        "reliability": [one._asdict() for one in calibrated.bins],
        "confusion": found.confusion.tolist(),
    }


def _maps(maps: MapStudy) -> dict[str, Any]:
    return {
        "clips": len(maps.labels),
        "default": maps.default,
        "most_faithful": maps.most_faithful or None,
        "unstable": maps.unstable,
        "inside_face_ceiling": maps.ceiling,
        "methods": {
            name: {key: _number(value) for key, value in one._asdict().items()}
            for name, one in maps.scores.items()
        },
        "agreement": dict(zip(maps.methods, maps.agreement.tolist(), strict=True)),
        "attention": {name: one.tolist() for name, one in maps.attention.items()},
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
