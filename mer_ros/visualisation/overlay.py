"""Overlay: one picture with the label, the heat map, the flow of the event and the nearest prototype."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.explanation.action_units import UnitProbabilities
from mer_ros.explanation.text import KIND_NAME, likely_units
from mer_ros.face.regions import FACE_OVAL
from mer_ros.motion.normalisation import normalise_flow
from mer_ros.types import UNKNOWN, Explanation, ExpressionEvent, Prediction
from mer_ros.visualisation.flow import flow_picture
from mer_ros.visualisation.heat_map import face_under_map
from mer_ros.visualisation.prototypes import prototype_picture

WIDTH, HEIGHT = 640, 360
FACE_SIDE, TILE_SIDE, MARGIN = 320, 140, 12
GROUND_BGR, INK_BGR, FAINT_BGR = (30, 27, 25), (240, 240, 240), (165, 160, 155)
BAR_BGR, BAR_GROUND_BGR, UNKNOWN_BGR = (200, 170, 90), (60, 55, 50), (120, 170, 235)
FLOW_SIZE = 56
"""Resolution of the drawn flow, the same as of the shipped models' prototypes."""

_FONT = cv2.FONT_HERSHEY_SIMPLEX


def overlay(event: ExpressionEvent, prediction: Prediction, explanation: Explanation) -> NDArray[np.uint8]:
    """(HEIGHT, WIDTH, 3) uint8 BGR picture of an explained event.

    Left: the apex face under the heat map (colour map inferno: dark violet is weak, yellow is strong). Right:
    label, confidence, and distance with its limit; below them the flow of the event and the nearest
    prototype, drawn in the same way.
    """
    picture = np.full((HEIGHT, WIDTH, 3), GROUND_BGR, np.uint8)
    top = (HEIGHT - FACE_SIDE) // 2 - 4
    picture[top : top + FACE_SIDE, MARGIN : MARGIN + FACE_SIDE] = _face(event, explanation.heatmap)
    note = f"heat map on the face: {explanation.inside_face:.1f} x uniform map"
    _text(picture, note, (MARGIN, top + FACE_SIDE + 16), 0.4, FAINT_BGR)
    left = MARGIN + FACE_SIDE + 16
    _headline(picture, left, event, prediction)
    _units(picture, left, explanation)
    y = HEIGHT - MARGIN - TILE_SIDE - 12
    movement = flow_picture(normalise_flow(explanation.flow, FLOW_SIZE))
    _tile(picture, left, y, movement, "measured flow")
    if explanation.prototype is not None:
        nearest = prototype_picture(explanation.prototype)
        _tile(picture, left + TILE_SIDE + 6, y, nearest, "nearest prototype")
    return picture


def _face(event: ExpressionEvent, heatmap: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The apex face under the map, with the outline of the face, FACE_SIDE pixels wide."""
    mixed = face_under_map(event.apex_face, heatmap, FACE_SIDE)
    oval = event.landmarks[list(FACE_OVAL), :2] * (FACE_SIDE / event.apex_face.shape[0])
    cv2.polylines(mixed, [np.round(oval * 16).astype(np.int32)], True, (230, 230, 230), 1, cv2.LINE_AA, 4)
    return mixed


def _headline(picture: NDArray[np.uint8], x: int, event: ExpressionEvent, prediction: Prediction) -> None:
    """Draw the label, confidence, kind and duration, and the distance relative to its limit."""
    known = prediction.label != UNKNOWN
    _text(picture, prediction.label, (x, 40), 0.9, INK_BGR if known else UNKNOWN_BGR, 2)
    kind = f"{KIND_NAME[event.kind]}, {event.duration_s * 1000:.0f} ms"
    _text(picture, kind, (x, 62), 0.45, FAINT_BGR)
    closest = "" if known else f" {prediction.best_label}"
    confidence = f"confidence{closest} {prediction.confidence:.0%}"
    _bar(picture, x, 74, prediction.confidence, confidence)
    if np.isfinite(prediction.prototype_distance):
        limit = prediction.rejection_distance
        words = f"distance {prediction.prototype_distance:.1f}"
        if np.isfinite(limit):
            words += f", limit {limit:.1f}"
        share = prediction.prototype_distance / limit if np.isfinite(limit) and limit > 0 else 0.0
        _bar(picture, x, 108, share, words)
    if not known:
        _text(picture, prediction.reason, (x, 150), 0.42, UNKNOWN_BGR)


def _units(picture: NDArray[np.uint8], x: int, explanation: Explanation) -> None:
    """Draw the action units that are more likely than not, one per line."""
    found = UnitProbabilities(
        explanation.action_unit_probability, explanation.action_unit_right, explanation.action_unit_left
    )
    for line, unit in enumerate(likely_units(explanation.action_units, found)):
        name = f"{unit.unit} {unit.side}".rstrip()
        words = f"{name}: {unit.appearance}  {unit.percent}"
        _text(picture, words, (x, 168 + 17 * line), 0.42, FAINT_BGR)


def _bar(picture: NDArray[np.uint8], x: int, y: int, share: float, words: str) -> None:
    """Draw a labelled bar, full for shares of 1 and more."""
    width = 2 * TILE_SIDE + 6
    _text(picture, words, (x, y + 12), 0.42, FAINT_BGR)
    cv2.rectangle(picture, (x, y + 18), (x + width, y + 23), BAR_GROUND_BGR, cv2.FILLED)
    full = round(width * float(np.clip(np.nan_to_num(share), 0, 1)))
    colour = UNKNOWN_BGR if share > 1 else BAR_BGR
    cv2.rectangle(picture, (x, y + 18), (x + full, y + 23), colour, cv2.FILLED)


def _tile(picture: NDArray[np.uint8], x: int, y: int, tile: NDArray[np.uint8], caption: str) -> None:
    """Draw a small square picture with a caption below."""
    picture[y : y + TILE_SIDE, x : x + TILE_SIDE] = cv2.resize(
        tile, (TILE_SIDE, TILE_SIDE), interpolation=cv2.INTER_AREA
    )
    _text(picture, caption, (x, y + TILE_SIDE + 14), 0.4, FAINT_BGR)


def _text(
    picture: NDArray[np.uint8],
    words: str,
    place_xy: tuple[int, int],
    scale: float,
    colour: tuple[int, int, int],
    thickness: int = 1,
) -> None:
    cv2.putText(picture, words, place_xy, _FONT, scale, colour, thickness, cv2.LINE_AA)
