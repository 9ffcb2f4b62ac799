from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.label_mapping import (
    MEGC_COUNTS,
    MEGC_LABELS,
    map_probabilities,
    mapping_matrix,
    megc_label,
    megc_priors,
)
from mer_ros.errors import DataError
from mer_ros.types import EMOTIONS


def test_the_same_labels_are_put_in_the_order_of_the_data():
    matrix = mapping_matrix(("b", "a", "c"), ("a", "b", "c"))
    np.testing.assert_array_equal(np.array([[0.5, 0.3, 0.2]]) @ matrix, [[0.3, 0.5, 0.2]])
    np.testing.assert_array_equal(mapping_matrix(EMOTIONS, EMOTIONS), np.eye(7))
    np.testing.assert_array_equal(mapping_matrix(MEGC_LABELS, MEGC_LABELS), np.eye(3))


@pytest.mark.parametrize(
    ("source", "target"), [(MEGC_LABELS, EMOTIONS), (("calm", "storm"), MEGC_LABELS), (EMOTIONS, ("a", "b"))]
)
def test_labels_without_a_mapping_are_refused(source, target):
    with pytest.raises(DataError, match="choose a model for these labels"):
        mapping_matrix(source, target)


def test_the_priors_of_megc_by_hand():
    # 442 clips: 109 happy, 83 surprised, 250 negative, of which 57 of 180 are anger; square root over classes
    found = dict(zip(EMOTIONS, megc_priors(), strict=True))
    total = 250**0.5 + 109**0.5 + 83**0.5
    assert sum(MEGC_COUNTS.values()) == 442 and megc_priors().sum() == pytest.approx(1)
    assert found["happiness"] == pytest.approx(109**0.5 / total)
    assert found["anger"] == pytest.approx(250**0.5 / total * 57 / 180)


def test_uniform_probabilities_become_the_priors():
    even = np.full((1, 7), 1 / 7)
    known = map_probabilities(even, mapping_matrix(EMOTIONS, MEGC_LABELS))[0]
    np.testing.assert_allclose(442 * known**2 / (known**2).sum(), [250, 109, 83])


def test_a_certain_label_stays_certain():
    sure = np.eye(7)
    np.testing.assert_array_equal(
        map_probabilities(sure, mapping_matrix(EMOTIONS, MEGC_LABELS)).argmax(1), [1, 0, 2, 0, 0, 0, 0]
    )


def test_seven_emotions_fall_into_three_classes():
    classes = {emotion: megc_label(emotion) for emotion in EMOTIONS}
    assert classes.pop("happiness") == "positive" and classes.pop("surprise") == "surprise"
    assert set(classes.values()) == {"negative"} and len(classes) == 5
