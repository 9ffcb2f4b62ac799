"""The overlay: position of its parts, which show the values of prediction and explanation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from mer_ros.explanation.languages import LANGUAGES
from mer_ros.motion.normalisation import normalise_flow
from mer_ros.types import EMOTIONS, UNKNOWN, Explanation, ExpressionEvent, Prediction, Sample
from mer_ros.visualisation import flow_picture, overlay, prototype_picture
from mer_ros.visualisation.overlay import (
    COLUMN,
    DISTANCE_Y,
    FACE_SIDE,
    FLOW_SIZE,
    HEIGHT,
    LEFT,
    MARGIN,
    RANKED,
    RANKED_TALL,
    RANKED_Y,
    REASON_Y,
    TILE_SIDE,
    TILE_Y,
    UNIT_TALL,
    UNITS_Y,
    WIDTH,
)
from mer_ros.visualisation.overlay import CONFIDENCE_Y as CONFIDENCE_WORDS
from mer_ros.visualisation.palette import EMPTY_BGR, FAINT_BGR, GOOD_BGR, GROUND_BGR, WARNING_BGR
from mer_ros.visualisation.text import fitted, write

FACE = np.s_[MARGIN : MARGIN + FACE_SIDE, MARGIN : MARGIN + FACE_SIDE]
CONFIDENCE_BAR, DISTANCE_BAR = CONFIDENCE_WORDS + 9, DISTANCE_Y + 9
"""A row of pixels inside each bar."""


def tile(place: int) -> tuple[slice, slice]:
    """Rows and columns of an image below the text."""
    x = LEFT + place * (TILE_SIDE + 6)
    return np.s_[TILE_Y : TILE_Y + TILE_SIDE, x : x + TILE_SIDE]


def shares(image: np.ndarray, y: int, colour: tuple[int, int, int]) -> float:
    """Share of a bar's length that has a colour."""
    return float((image[y, LEFT : LEFT + COLUMN] == colour).all(axis=1).mean())


@pytest.fixture
def event(make_event: Callable[..., ExpressionEvent]) -> ExpressionEvent:
    return make_event()


@pytest.fixture
def prediction() -> Prediction:
    probabilities = np.array([0.5, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05], np.float32)
    return Prediction("happiness", 0.5, EMOTIONS, probabilities, "one@1", "", 5.0, 20.0)


@pytest.fixture
def explanation() -> Explanation:
    """Without a heat map, action units and a prototype."""
    flow = np.random.default_rng(0).normal(size=(2, 128, 128)).astype(np.float32)
    none = np.empty(0, np.float32)
    heatmap = np.zeros((128, 128), np.float32)
    return Explanation("happiness", "one@1", "", heatmap, (), none, (), none, none, none, 0.0, flow)


def test_an_explanation_without_content_is_drawn_in_the_same_size(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    image = overlay(event, prediction, explanation)
    assert image.shape == (HEIGHT, WIDTH, 3) and image.dtype == np.uint8
    assert (image[tile(1)] == GROUND_BGR).all(), "no prototype"


def test_drawing_changes_neither_event_nor_explanation(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    before = event.apex_face.copy(), explanation.heatmap.copy(), explanation.flow.copy()
    overlay(event, prediction, explanation)
    for one, other in zip(before, (event.apex_face, explanation.heatmap, explanation.flow), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_heat_map_colours_its_own_part_of_the_face(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    upper = explanation.heatmap.copy()
    upper[:64] = 1
    plain, heated = (
        overlay(event, prediction, replace(explanation, heatmap=heatmap)).astype(int)
        for heatmap in (explanation.heatmap, upper)
    )
    changed = (plain != heated).any(axis=2)
    everywhere = changed.copy()
    everywhere[FACE] = False
    assert not everywhere.any()
    face = changed[FACE]
    assert face[:150].mean() > 0.9 and not face[170:].any()
    warmth = heated[FACE][:150].mean((0, 1)) - plain[FACE][:150].mean((0, 1))
    assert warmth[2] > 50 and warmth[1] > 50 and warmth[0] < warmth[1], "yellow where it is strongest"


def test_flow_and_prototype_are_drawn_alike(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    same = Sample("flow", normalise_flow(explanation.flow, FLOW_SIZE))
    image = overlay(event, prediction, replace(explanation, prototype=same))
    np.testing.assert_array_equal(image[tile(0)], image[tile(1)])
    assert image[tile(0)].std() > 10
    assert np.array_equal(flow_picture(same.data), prototype_picture(same))


@pytest.mark.parametrize("confidence", [0.0, 0.25, 1.0])
def test_the_bar_of_the_confidence(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation, confidence: float
) -> None:
    image = overlay(event, replace(prediction, confidence=confidence), explanation)
    assert shares(image, CONFIDENCE_BAR, GOOD_BGR) == pytest.approx(confidence, abs=0.01)
    assert shares(image, CONFIDENCE_BAR, EMPTY_BGR) == pytest.approx(1 - confidence, abs=0.01)


@pytest.mark.parametrize(
    ("distance", "limit", "filled", "over"),
    [
        (5.0, 20.0, 0.25, 0.0),
        (20.0, 20.0, 1.0, 0.0),
        (30.0, 20.0, 0.0, 1.0),  # in the colour of unknown events
        (5.0, np.inf, 0.0, 0.0),
        (5.0, 0.0, 0.0, 0.0),
    ],
)
def test_the_bar_of_the_distance_is_full_at_its_limit(
    event: ExpressionEvent,
    prediction: Prediction,
    explanation: Explanation,
    distance: float,
    limit: float,
    filled: float,
    over: float,
) -> None:
    measured = replace(prediction, prototype_distance=distance, rejection_distance=limit)
    image = overlay(event, measured, explanation)
    assert shares(image, DISTANCE_BAR, GOOD_BGR) == pytest.approx(filled, abs=0.01)
    assert shares(image, DISTANCE_BAR, WARNING_BGR) == pytest.approx(over, abs=0.01)
    assert shares(image, DISTANCE_BAR, EMPTY_BGR) == pytest.approx(1 - filled - over, abs=0.01)


def test_a_model_without_prototypes_has_no_distance(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    plain = replace(prediction, prototype_distance=float("nan"), rejection_distance=float("nan"))
    image = overlay(event, plain, explanation)
    assert (image[DISTANCE_Y - 12 : DISTANCE_Y + 14, LEFT:] == GROUND_BGR).all()


def test_a_rejected_event_is_shown_with_its_reason_in_another_colour(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    rejected = replace(prediction, label=UNKNOWN, reason="far from every prototype")
    known, unknown = (overlay(event, one, explanation) for one in (prediction, rejected))
    name, reason = np.s_[10:46, LEFT:], np.s_[REASON_Y - 12 : REASON_Y + 5, LEFT:]
    assert not (known[name] == WARNING_BGR).all(axis=2).any()
    assert (unknown[name] == WARNING_BGR).all(axis=2).any()
    assert (known[reason] == GROUND_BGR).all() and (unknown[reason] != GROUND_BGR).any()


Pair = tuple[float, float]


def with_units(explanation: Explanation, unit: Pair, right: Pair, left: Pair) -> Explanation:
    """The probabilities of AU6 and AU15."""
    return replace(
        explanation,
        action_units=("AU6", "AU15"),
        action_unit_probability=np.array(unit, np.float32),
        action_unit_right=np.array(right, np.float32),
        action_unit_left=np.array(left, np.float32),
    )


@pytest.mark.parametrize(("chances", "n_lines"), [((0.5, 0.4), 0), ((0.9, 0.69), 1), ((0.9, 0.71), 2)])
def test_each_likely_action_unit_has_a_line(
    event: ExpressionEvent,
    prediction: Prediction,
    explanation: Explanation,
    chances: Pair,
    n_lines: int,
) -> None:
    image = overlay(event, prediction, with_units(explanation, chances, chances, chances))
    lines = [(image[y - 12 : y + 24, LEFT:] != GROUND_BGR).any() for y in (UNITS_Y, UNITS_Y + UNIT_TALL)]
    assert sum(lines) == n_lines and lines == sorted(lines, reverse=True)


@pytest.mark.parametrize("language", LANGUAGES.names)
@pytest.mark.parametrize(("chances", "n_lines"), [((0.5, 0.4), 0), ((0.9, 0.69), 1), ((0.9, 0.71), 2)])
def test_one_line_below_the_units_says_that_their_pixels_are_of_the_crop(
    event: ExpressionEvent,
    prediction: Prediction,
    explanation: Explanation,
    chances: Pair,
    n_lines: int,
    language: str,
) -> None:
    without = replace(with_units(explanation, chances, chances, chances), language=language)
    with_px = replace(without, action_unit_px=np.array([[1.2, 0.3], [0.4, 0.5]], np.float32))
    images = [overlay(event, prediction, one) for one in (without, with_px)]
    y = UNITS_Y + UNIT_TALL * n_lines
    below = np.s_[y - 12 : TILE_Y, LEFT:]
    assert (images[0][below] == GROUND_BGR).all()
    expected = np.full_like(images[1], GROUND_BGR)
    if n_lines:
        words = LANGUAGES.get(language).px_of_crop.format(crop=event.apex_face.shape[0])
        assert "px" in words and "128" in words and fitted(words, 15, COLUMN) == (words, 15), "not shrunk"
        write(expected, words, (LEFT, y), 15, FAINT_BGR)
        assert (expected[below] != GROUND_BGR).any()
    np.testing.assert_array_equal(images[1][below], expected[below])


def test_the_longest_line_of_a_unit_fits_and_names_its_side(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    one_sided = with_units(explanation, (0, 1), (0, 0), (0, 1))
    both = with_units(explanation, (0, 1), (0, 1), (0, 1))
    images = [overlay(event, prediction, one) for one in (one_sided, both)]
    assert not np.array_equal(*images)
    rows = np.s_[UNITS_Y - 14 : TILE_Y, LEFT + COLUMN :]
    assert all((image[rows] == GROUND_BGR).all() for image in images)


def test_fault_36_a_face_beyond_the_crop_does_not_break_the_drawing(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    away = replace(event, landmarks=event.landmarks + np.float32(500))
    assert overlay(away, prediction, explanation).shape == (HEIGHT, WIDTH, 3)


def test_an_unstable_map_carries_the_word(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    plain, warned = (
        overlay(event, prediction, replace(explanation, map_warning=word)) for word in ("", "unstable")
    )
    changed = (plain != warned).any(axis=2)
    badge = np.s_[MARGIN : MARGIN + 31, MARGIN : MARGIN + 140]
    assert (warned[badge] == WARNING_BGR).all(axis=2).mean() > 0.3
    changed[badge] = False
    assert not changed.any()


def test_the_most_probable_labels_are_ranked(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    image = overlay(event, prediction, explanation)
    filled = [
        int((image[RANKED_Y + RANKED_TALL * i - 7, :LEFT] == GOOD_BGR).all(axis=1).sum())
        for i in range(RANKED)
    ]
    assert filled[0] == 62 and filled[1:] == [12] * (RANKED - 1)  # .5 and .1 of 124


@pytest.mark.parametrize("language", LANGUAGES.names)
def test_every_language_fits_into_its_column(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation, language: str
) -> None:
    rejected = replace(prediction, label=UNKNOWN, reason="the network's output is not a number")
    spoken = replace(
        with_units(explanation, (1, 0.9), (1, 0.9), (1, 0.9)),
        language=language,
        inside_face=12.345,
        inside_face_ceiling=23.456,
        action_unit_px=np.array([[12.3, 45.6], [12.3, 45.6]], np.float32),
    )
    image = overlay(event, rejected, spoken)
    assert (image[:, LEFT + COLUMN :] == GROUND_BGR).all(), "right of the column"
    assert (image[:, MARGIN + FACE_SIDE + 1 : LEFT] == GROUND_BGR).all(), "between the halves"
    assert (image[HEIGHT - 4 :] == GROUND_BGR).all(), "below"


def test_the_signal_colours_differ_for_every_kind_of_colour_vision() -> None:
    """By the matrices of Machado, Oliveira, Fernandes, IEEE TVCG 15(6), 2009, for complete deficiency."""
    dichromats = {
        "protan": [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        "deutan": [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        "tritan": [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    }
    good, warning = (np.array(bgr[::-1]) / 255 for bgr in (GOOD_BGR, WARNING_BGR))
    for kind, matrix in dichromats.items():
        assert np.linalg.norm(np.array(matrix) @ (good - warning)) > 0.4, kind
