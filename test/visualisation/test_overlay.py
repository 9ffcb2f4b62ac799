"""The overlay: position of its parts, which show the values of prediction and explanation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from mer_ros.motion.normalisation import normalise_flow
from mer_ros.types import EMOTIONS, UNKNOWN, Explanation, ExpressionEvent, Prediction, Sample
from mer_ros.visualisation import flow_picture, overlay, prototype_picture
from mer_ros.visualisation.overlay import (
    BAR_BGR,
    BAR_GROUND_BGR,
    FACE_SIDE,
    FLOW_SIZE,
    GROUND_BGR,
    HEIGHT,
    MARGIN,
    TILE_SIDE,
    UNKNOWN_BGR,
    WIDTH,
)

FACE_TOP = (HEIGHT - FACE_SIDE) // 2 - 4
FACE = np.s_[FACE_TOP : FACE_TOP + FACE_SIDE, MARGIN : MARGIN + FACE_SIDE]
RIGHT_X = MARGIN + FACE_SIDE + 16
BAR_WIDTH = 2 * TILE_SIDE + 6
CONFIDENCE_Y, DISTANCE_Y = 74 + 20, 108 + 20
"""A row of pixels inside each bar."""


def tile(place: int) -> tuple[slice, slice]:
    """Rows and columns of an image below the text."""
    x, y = RIGHT_X + place * (TILE_SIDE + 6), HEIGHT - MARGIN - TILE_SIDE - 12
    return np.s_[y : y + TILE_SIDE, x : x + TILE_SIDE]


def shares(image: np.ndarray, y: int, colour: tuple[int, int, int]) -> float:
    """Share of a bar's length that has a colour."""
    return float((image[y, RIGHT_X : RIGHT_X + BAR_WIDTH] == colour).all(axis=1).mean())


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
    assert shares(image, CONFIDENCE_Y, BAR_BGR) == pytest.approx(confidence, abs=0.01)
    assert shares(image, CONFIDENCE_Y, BAR_GROUND_BGR) == pytest.approx(1 - confidence, abs=0.01)


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
    assert shares(image, DISTANCE_Y, BAR_BGR) == pytest.approx(filled, abs=0.01)
    assert shares(image, DISTANCE_Y, UNKNOWN_BGR) == pytest.approx(over, abs=0.01)
    assert shares(image, DISTANCE_Y, BAR_GROUND_BGR) == pytest.approx(1 - filled - over, abs=0.01)


def test_a_model_without_prototypes_has_no_distance(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    plain = replace(prediction, prototype_distance=float("nan"), rejection_distance=float("nan"))
    image = overlay(event, plain, explanation)
    assert (image[108:132, RIGHT_X:] == GROUND_BGR).all()


def test_a_rejected_event_is_shown_with_its_reason_in_another_colour(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    rejected = replace(prediction, label=UNKNOWN, reason="far from every prototype")
    known, unknown = (overlay(event, one, explanation) for one in (prediction, rejected))
    name, reason = np.s_[15:50, RIGHT_X:], np.s_[138:156, RIGHT_X:]
    assert not (known[name] == UNKNOWN_BGR).all(axis=2).any()
    assert (unknown[name] == UNKNOWN_BGR).all(axis=2).any()
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


@pytest.mark.parametrize(("chances", "n_lines"), [((0.5, 0.4), 0), ((0.9, 0.5), 1), ((0.9, 0.7), 2)])
def test_each_likely_action_unit_has_a_line(
    event: ExpressionEvent,
    prediction: Prediction,
    explanation: Explanation,
    chances: Pair,
    n_lines: int,
) -> None:
    image = overlay(event, prediction, with_units(explanation, chances, chances, chances))
    lines = [(image[158 + 17 * i : 169 + 17 * i, RIGHT_X:] != GROUND_BGR).any() for i in range(2)]
    assert sum(lines) == n_lines and lines == sorted(lines, reverse=True)


def test_the_longest_line_of_a_unit_fits_and_names_its_side(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    one_sided = with_units(explanation, (0, 1), (0, 0), (0, 1))
    both = with_units(explanation, (0, 1), (0, 1), (0, 1))
    images = [overlay(event, prediction, one) for one in (one_sided, both)]
    assert not np.array_equal(*images)
    assert all((image[158:170, WIDTH - 4 :] == GROUND_BGR).all() for image in images)


def test_fault_36_a_face_beyond_the_crop_does_not_break_the_drawing(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation
) -> None:
    away = replace(event, landmarks=event.landmarks + np.float32(500))
    assert overlay(away, prediction, explanation).shape == (HEIGHT, WIDTH, 3)
