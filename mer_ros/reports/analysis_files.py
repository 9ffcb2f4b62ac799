"""The events of an analysed recording as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.analysis import Analysis, EventEvidence, ModelAnswer
from mer_ros.analysis.recording import FaceLimits
from mer_ros.explanation.action_units import LIKELY
from mer_ros.explanation.text import KIND_NAME
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.files import write_text
from mer_ros.reports.analysis_page import CSV, JSON

FORMAT = "mer_ros analysis 1"

COLUMNS = (
    "event_id",
    "face_id",
    "kind",
    "onset_s",
    "apex_s",
    "offset_s",
    "peak_px",
    "intensity",
    "signal_to_noise",
    "model",
    "label",
    "confidence",
    "closest",
    "reason",
    "second",
    "prototype_distance",
    "rejection_distance",
    "action_units",
    "text",
)
"""Columns of the CSV; one row for each event and model."""


def write(analysis: Analysis, folder: Path) -> None:
    """Write both files. ConfigError where they cannot be written."""
    write_text(folder / CSV, csv_text(analysis))
    write_text(folder / JSON, json.dumps(document(analysis), indent=1, ensure_ascii=False) + "\n")


def csv_text(analysis: Analysis) -> str:
    """The CSV with a line of column names; an event without a label has one row."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\r\n")  # RFC 4180
    writer.writeheader()
    for event in analysis.events:
        for answer in event.answers or (None,):
            writer.writerow({**_event_cells(event), **(_answer_cells(answer) if answer else {})})
    return file.getvalue()


def document(analysis: Analysis) -> dict[str, Any]:
    """The numbers of the page, JSON-able: seconds, null for a number that is unknown or not finite.

    Pixels are those of the recording, but ``right_px`` and ``left_px`` of a unit those of the crop.
    """
    return {
        "format": FORMAT,
        "recording": {
            "name": analysis.name,
            "fps": _number(analysis.fps),
            "width": analysis.size_wh[0] or None,
            "height": analysis.size_wh[1] or None,
            "frames": analysis.frames or None,
            "duration_s": _number(analysis.duration_s),
            "ended_by": analysis.ended_by,
            "remarks": list(analysis.remarks),
            "warnings": list(analysis.warnings),
            "judged": analysis.judged,
            "faces": analysis.n_faces,
            "not_followed": analysis.not_followed,
        },
        "models": list(analysis.models),
        "faces": [
            {
                "face_id": lane.face_id,
                "frames": lane.frames,
                "not_judged": dict(lane.reasons),
                "interocular_px": _number(lane.interocular_px),
                **_limits(analysis.limits.get(lane.face_id)),
            }
            for lane in analysis.lanes
        ],
        "events": [_event(event) for event in analysis.events],
        "rejected": [
            {
                "face_id": one.face_id,
                "onset_s": _number(one.onset_s),
                "apex_s": _number(one.apex_s),
                "offset_s": _number(one.offset_s),
                "intensity": _number(one.intensity),
                "signal_to_noise": _number(one.signal_to_noise),
                "reason": one.reason,
            }
            for one in analysis.rejected or ()
        ],
    }


def _limits(found: FaceLimits | None) -> dict[str, Any]:
    """What could not be detected on a face: interocular distances, by region."""
    if found is None:
        return {}
    weakest = (_number(value) for value in found.weakest.tolist())
    return {"weakest": dict(zip(MOTION_GROUPS, weakest, strict=True)), "remarks": list(found.remarks)}


def _event(event: EventEvidence) -> dict[str, Any]:
    pixels = event.unit_px
    if pixels is None or not len(pixels):
        pixels = np.full((len(event.units), 2), np.nan, np.float32)
    return {
        **_times(event),
        "returned": event.returned,
        "roi_xywh": list(event.roi_xywh),
        "failure": event.failure,
        "action_units": {
            name: {"moved": m, "right": r, "left": left, "right_px": px[0], "left_px": px[1]}
            for name, m, r, left, px in zip(
                event.units,
                _numbers(event.unit_probability),
                _numbers(event.unit_right),
                _numbers(event.unit_left),
                [_numbers(sides) for sides in pixels],
                strict=True,
            )
        },
        "answers": [_answer(answer) for answer in event.answers],
    }


def _answer(answer: ModelAnswer) -> dict[str, Any]:
    said = answer.prediction
    found: dict[str, Any] = {
        "model": said.model,
        "label": said.label,
        "reason": said.reason,
        "confidence": _number(said.confidence),
        "probabilities": dict(zip(said.labels, _numbers(said.probabilities), strict=True)),
        "distances": dict(zip(said.labels, _numbers(said.prototype_distances), strict=False)),
        "prototype_distance": _number(said.prototype_distance),
        "rejection_distance": _number(said.rejection_distance),
        "heat_map": dict(zip(answer.regions, _numbers(answer.relevance), strict=True)),
        "inside_face": _number(answer.inside_face),
        "inside_face_ceiling": _number(answer.inside_face_ceiling),
        "map_warning": answer.map_warning,
        "text": answer.text,
    }
    other = answer.what_if
    if other is not None:
        found["second"] = {
            "label": other.second,
            "probability": _number(other.probability),
            "part": other.part,
            "factor": other.factor,
            "share": _number(other.share),
            "changed_probability": _number(other.changed_probability),
            "flips": other.flips,
            "text": other.text,
        }
    return found


def _times(event: EventEvidence) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "face_id": event.face_id,
        "kind": KIND_NAME[event.kind],
        "onset_s": _number(event.onset_s),
        "apex_s": _number(event.apex_s),
        "offset_s": _number(event.offset_s),
        "peak_px": _number(event.peak_px),
        "intensity": _number(event.intensity),
        "signal_to_noise": _number(event.signal_to_noise),
    }


def _event_cells(event: EventEvidence) -> dict[str, Any]:
    units = [] if event.unit_probability is None else zip(event.units, event.unit_probability, strict=True)
    return {**_times(event), "action_units": " ".join(name for name, p in units if p > LIKELY)}


def _answer_cells(answer: ModelAnswer) -> dict[str, Any]:
    said = answer.prediction
    return {
        "model": said.model,
        "label": said.label,
        "confidence": _number(said.confidence),
        "closest": said.best_label,
        "reason": said.reason,
        "second": answer.what_if.second if answer.what_if else "",
        "prototype_distance": _number(said.prototype_distance),
        "rejection_distance": _number(said.rejection_distance),
        "text": answer.text,
    }


def _number(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None


def _numbers(values: NDArray[np.float32] | None) -> list[float | None]:
    return [] if values is None else [_number(float(value)) for value in values]
