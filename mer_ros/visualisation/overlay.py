"""Overlay: one picture with the label, the heat map, the flow of the event and the nearest prototype."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.explanation.action_units import UnitProbabilities
from mer_ros.explanation.languages import LANGUAGES, Phrases
from mer_ros.explanation.text import likely_units, side_words
from mer_ros.face.regions import FACE_OVAL
from mer_ros.motion.normalisation import normalise_flow
from mer_ros.types import UNKNOWN, Explanation, ExpressionEvent, Prediction
from mer_ros.visualisation.flow import flow_picture
from mer_ros.visualisation.heat_map import face_under_map
from mer_ros.visualisation.palette import (
    BLACK_BGR,
    EMPTY_BGR,
    FAINT_BGR,
    GOOD_BGR,
    GROUND_BGR,
    INK_BGR,
    WARNING_BGR,
)
from mer_ros.visualisation.prototypes import prototype_picture
from mer_ros.visualisation.text import text_width, write

WIDTH, HEIGHT = 640, 480
MARGIN, FACE_SIDE = 12, 312
LEFT = MARGIN + FACE_SIDE + MARGIN
"""First column of the right half."""

COLUMN = WIDTH - LEFT - MARGIN
TILE_SIDE = (COLUMN - 6) // 2
TILE_Y = HEIGHT - MARGIN - 20 - TILE_SIDE
CONFIDENCE_Y, DISTANCE_Y, BAR_TALL = 88, 126, 7
"""Baseline of the words of each bar, which lies below them."""

REASON_Y, UNITS_Y, UNIT_TALL = 164, 190, 42
RANKED, RANKED_Y, RANKED_TALL = 4, 372, 27
"""Number of the most probable labels below the face, and their lines."""

FLOW_SIZE = 56
"""Resolution of the drawn flow, the same as of the shipped models' prototypes."""


def overlay(event: ExpressionEvent, prediction: Prediction, explanation: Explanation) -> NDArray[np.uint8]:
    """(HEIGHT, WIDTH, 3) uint8 BGR picture of an explained event, in the language of the explanation.

    Left: the apex face under the heat map (colour map inferno: dark violet is weak, yellow is strong), with
    the word for an unstable map on it, and below it the most probable labels. Right: label, confidence,
    distance with its limit, the reason of an unknown label, and the likely action units with their pixels
    of the crop; below them the flow of the event and the nearest prototype, drawn in the same way.
    """
    phrases = LANGUAGES.get(explanation.language)
    picture = np.full((HEIGHT, WIDTH, 3), GROUND_BGR, np.uint8)
    picture[MARGIN : MARGIN + FACE_SIDE, MARGIN : MARGIN + FACE_SIDE] = _face(event, explanation.heatmap)
    if explanation.map_warning:
        _badge(picture, phrases.warning)
    _where(picture, explanation, phrases)
    _ranking(picture, prediction, phrases)
    _headline(picture, event, prediction, phrases)
    _units(picture, explanation, event.apex_face.shape[0], phrases)
    _tile(picture, LEFT, flow_picture(normalise_flow(explanation.flow, FLOW_SIZE)), phrases.flow)
    if explanation.prototype is not None:
        nearest = prototype_picture(explanation.prototype)
        _tile(picture, LEFT + TILE_SIDE + 6, nearest, phrases.prototype)
    return picture


def _face(event: ExpressionEvent, heatmap: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The apex face under the map, with the outline of the face, FACE_SIDE pixels wide."""
    mixed = face_under_map(event.apex_face, heatmap, FACE_SIDE)
    oval = event.landmarks[list(FACE_OVAL), :2] * (FACE_SIDE / event.apex_face.shape[0])
    cv2.polylines(mixed, [np.round(oval * 16).astype(np.int32)], True, (230, 230, 230), 1, cv2.LINE_AA, 4)
    return mixed


def _badge(picture: NDArray[np.uint8], word: str) -> None:
    """Draw the word for a map that is not to be trusted on a bar at the top of the face."""
    size = 19
    end = (MARGIN + text_width(word, size) + 20, MARGIN + 30)
    cv2.rectangle(picture, (MARGIN, MARGIN), end, WARNING_BGR, cv2.FILLED)
    write(picture, word, (MARGIN + 10, MARGIN + 22), size, BLACK_BGR)


def _where(picture: NDArray[np.uint8], explanation: Explanation, phrases: Phrases) -> None:
    """Draw below the face how much of the map lies on it, and the largest value."""
    if not np.isfinite(explanation.inside_face_ceiling):
        return
    ratio, most = (
        phrases.number(value) for value in (explanation.inside_face, explanation.inside_face_ceiling)
    )
    words = phrases.on_face.format(ratio=ratio, most=most)
    write(picture, words, (MARGIN, MARGIN + FACE_SIDE + 20), 15, FAINT_BGR, FACE_SIDE)


def _ranking(picture: NDArray[np.uint8], prediction: Prediction, phrases: Phrases) -> None:
    """Draw the most probable labels with their probabilities."""
    order = np.argsort(-prediction.probabilities, kind="stable")[:RANKED]
    for line, k in enumerate(order):
        y = RANKED_Y + RANKED_TALL * line
        chance = float(prediction.probabilities[k])
        write(picture, phrases.label(prediction.labels[k]), (MARGIN, y), 16, INK_BGR, 124)
        _fill(picture, MARGIN + 132, y - 10, 124, chance, GOOD_BGR)
        write(picture, f"{chance:.0%}", (MARGIN + 264, y), 16, INK_BGR, 48)


def _headline(
    picture: NDArray[np.uint8], event: ExpressionEvent, prediction: Prediction, phrases: Phrases
) -> None:
    """Draw the label, kind and duration, confidence, and the distance relative to its limit."""
    known = prediction.label != UNKNOWN
    label = phrases.label(prediction.label)
    write(picture, label, (LEFT, 38), 30, INK_BGR if known else WARNING_BGR, COLUMN)
    kind = f"{phrases.kinds[event.kind]}, {event.duration_s * 1000:.0f} ms"
    write(picture, kind, (LEFT, 64), 17, FAINT_BGR, COLUMN)
    closest = "" if known else f" {phrases.label(prediction.best_label)}"
    _bar(
        picture,
        CONFIDENCE_Y,
        prediction.confidence,
        f"{phrases.confidence}{closest} {prediction.confidence:.0%}",
    )
    if np.isfinite(prediction.prototype_distance):
        limit = prediction.rejection_distance
        words = f"{phrases.distance} {phrases.number(prediction.prototype_distance)}"
        if np.isfinite(limit):
            words += f", {phrases.limit} {phrases.number(limit)}"
        share = prediction.prototype_distance / limit if np.isfinite(limit) and limit > 0 else 0.0
        _bar(picture, DISTANCE_Y, share, words)
    if not known:
        write(picture, phrases.reason(prediction.reason), (LEFT, REASON_Y), 16, WARNING_BGR, COLUMN)


def _units(picture: NDArray[np.uint8], explanation: Explanation, crop_px: int, phrases: Phrases) -> None:
    """Draw the named action units (``likely_units``), two lines each: appearance, and numbers.

    Below numbers in pixels one line says that they are pixels of the crop, which is ``crop_px`` wide.
    """
    found = UnitProbabilities(
        explanation.action_unit_probability, explanation.action_unit_right, explanation.action_unit_left
    )
    units, px = explanation.action_units, explanation.action_unit_px
    likely = likely_units(units, found, explanation.language)
    for line, unit in enumerate(likely):
        own = px[units.index(unit.unit)] if len(px) else None
        y = UNITS_Y + UNIT_TALL * line
        write(picture, unit.appearance, (LEFT, y), 17, INK_BGR, COLUMN)
        numbers = f"{unit.unit} {unit.percent}{side_words(unit, own, phrases)}"
        write(picture, numbers, (LEFT, y + 20), 15, FAINT_BGR, COLUMN)
    if likely and len(px):
        words = phrases.px_of_crop.format(crop=crop_px)
        write(picture, words, (LEFT, UNITS_Y + UNIT_TALL * len(likely)), 15, FAINT_BGR, COLUMN)


def _bar(picture: NDArray[np.uint8], y: int, share: float, words: str) -> None:
    """Draw a bar below its words, full for shares of 1 and more, and in another colour above 1."""
    write(picture, words, (LEFT, y), 15, FAINT_BGR, COLUMN)
    _fill(picture, LEFT, y + 6, COLUMN, share, WARNING_BGR if share > 1 else GOOD_BGR)


def _fill(
    picture: NDArray[np.uint8], x: int, y: int, width: int, share: float, colour: tuple[int, int, int]
) -> None:
    """Draw a horizontal bar that is full from the left."""
    picture[y : y + BAR_TALL, x : x + width] = EMPTY_BGR
    full = round(width * float(np.clip(np.nan_to_num(share), 0, 1)))
    picture[y : y + BAR_TALL, x : x + full] = colour


def _tile(picture: NDArray[np.uint8], x: int, tile: NDArray[np.uint8], caption: str) -> None:
    """Draw a small square picture with a caption below."""
    small = cv2.resize(tile, (TILE_SIDE, TILE_SIDE), interpolation=cv2.INTER_AREA)
    picture[TILE_Y : TILE_Y + TILE_SIDE, x : x + TILE_SIDE] = small
    write(picture, caption, (x, TILE_Y + TILE_SIDE + 17), 15, FAINT_BGR, TILE_SIDE)
