"""All numbers of the page of `mer explain` as JSON; the points of the latent map are only drawn."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from mer_ros.evaluation.model_study import Answers, MapStudy, ModelStudy
from mer_ros.evaluation.model_study.maps import face_of_crop
from mer_ros.explanation.regions import inside_face
from mer_ros.face.regions import REGIONS
from mer_ros.files import write_text
from mer_ros.recognition.checkpoint import Calibration
from mer_ros.reports.latent_space import latent_clusters
from mer_ros.reports.model_page import JSON

FORMAT = "mer_ros model 1"


def write(study: ModelStudy, folder: Path) -> None:
    """Write the file. ConfigError where it cannot be written."""
    text = json.dumps(document(study), indent=1, ensure_ascii=False, allow_nan=False)
    write_text(folder / JSON, text + "\n")


def document(study: ModelStudy) -> dict[str, Any]:
    """The numbers, JSON-able; null for a number that is not finite."""
    subjects, spec, seed = study.subjects, study.card.input, study.seed
    given = None
    if study.folder is not None and study.folder_answers is not None:
        given = {"origin": study.folder.origin, **_answers(study.folder_answers, seed)}
    return {
        "format": FORMAT,
        "model": study.model_id,
        "system": study.card.system,
        "labels": list(study.card.labels),
        "input": {
            "kind": spec.kind,
            "size_px": spec.size,
            "frames": spec.frames if spec.kind == "sequence" else None,
        },
        "numbers": study.n_parameters,
        "calibration": _calibration(study.card.calibration),
        "seed": seed,
        "samples": {
            "origin": subjects.clips.origin,
            "words": subjects.words,
            "amplitude_px": subjects.amplitude_px or None,
            **_answers(study.answers, seed),
        },
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


def _calibration(found: Calibration) -> dict[str, Any]:
    """Null for no limit."""
    return {
        "temperature": found.temperature,
        "rejection_confidence": found.rejection_confidence or None,
        "rejection_distance": found.rejection_distance or None,
        "mirror": found.mirror,
    }


def _answers(found: Answers, seed: int) -> dict[str, Any]:
    calibrated = found.calibrated
    return {
        "clips": len(found.truth),
        **{name: _number(value) for name, value in found.scores.items()},
        "ece": _number(calibrated.error),
        "reliability": [one._asdict() for one in calibrated.bins],
        "confusion": found.confusion.tolist(),
        "latent": _latent(found, seed),
    }


def _latent(found: Answers, seed: int) -> dict[str, Any] | None:
    """The clusters of the page, null for a model without latents and for too few clips."""
    if found.latents is None:
        return None
    train, test = found.first_half, ~found.first_half
    clusters = latent_clusters(
        found.latents[train], found.latents[test], found.truth[test], len(found.labels), seed
    )
    if clusters is None:
        return None
    return {
        "clusters": clusters.counts.tolist(),
        "adjusted_mutual_information": clusters.agreement,
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
        "attention_inside_face": {
            name: inside_face(one, face_of_crop()) for name, one in maps.attention.items()
        },
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
