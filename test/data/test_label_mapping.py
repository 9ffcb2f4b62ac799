from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.datasets.megc_flow import LABELS
from mer_ros.data.label_mapping import MEGC_CLASSES, shares, translated, translation
from mer_ros.errors import DataError
from mer_ros.types import EMOTIONS


def test_the_same_labels_are_put_in_the_order_of_the_data():
    matrix = translation(("b", "a", "c"), ("a", "b", "c"))
    np.testing.assert_array_equal(np.array([[0.5, 0.3, 0.2]]) @ matrix, [[0.3, 0.5, 0.2]])
    np.testing.assert_array_equal(translation(EMOTIONS, EMOTIONS), np.eye(7))
    np.testing.assert_array_equal(translation(LABELS, LABELS), np.eye(3))


@pytest.mark.parametrize(
    ("own", "wanted"), [(LABELS, EMOTIONS), (("calm", "storm"), LABELS), (EMOTIONS, ("a", "b"))]
)
def test_labels_that_no_sum_leads_to_are_refused(own, wanted):
    with pytest.raises(DataError, match="choose a model for these labels"):
        translation(own, wanted)


def test_the_mix_of_the_sets_by_hand():
    # 442 clips: 109 happy, 83 surprised, 250 negative, of which 57 of 180 are anger; of the classes the root
    found = dict(zip(EMOTIONS, shares(), strict=True))
    total = 250**0.5 + 109**0.5 + 83**0.5
    assert sum(MEGC_CLASSES.values()) == 442 and shares().sum() == pytest.approx(1)
    assert found["happiness"] == pytest.approx(109**0.5 / total)
    assert found["anger"] == pytest.approx(250**0.5 / total * 57 / 180)


def test_a_model_that_knows_nothing_answers_with_the_mix():
    even = np.full((1, 7), 1 / 7)
    known = translated(even, translation(EMOTIONS, LABELS))[0]
    np.testing.assert_allclose(442 * known**2 / (known**2).sum(), [250, 109, 83])


def test_a_sure_model_stays_sure():
    sure = np.eye(7)
    np.testing.assert_array_equal(
        translated(sure, translation(EMOTIONS, LABELS)).argmax(1), [1, 0, 2, 0, 0, 0, 0]
    )
