"""The ceiling against tables done by hand, every possible rule, and the generator's own draws."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mer_ros import metrics
from mer_ros.data.clip_set import ClipSet
from mer_ros.data.label_mapping import MEGC_LABELS, megc_label
from mer_ros.data.synthetic import GENERATOR_VERSION, ceiling
from mer_ros.data.synthetic.ceiling import (
    Sides,
    best_of,
    ceiling_of_clips,
    faces,
    label_ceiling,
)
from mer_ros.data.synthetic.flow_samples import draw_strengths
from mer_ros.data.synthetic.recipes import RECIPES, Recipe
from mer_ros.errors import ConfigError
from mer_ros.types import EMOTIONS

DRAWS = 24_000


def of(table, sides=ceiling.GENERATOR, priors=(0.5, 0.5)):
    return best_of(np.array(priors)[:, None] * faces(table, sides), tuple(table), priors)


def test_a_shared_unit_by_hand():
    """AU4 is a or, half as often, b: call it a. AU9 is b. So a quarter of all, b's AU4, is named a."""
    table = {"a": (Recipe(("AU4",), 1),), "b": (Recipe(("AU4",), 3), Recipe(("AU9",), 3))}
    found = of(table)
    np.testing.assert_allclose(found.confusion, [[0.5, 0], [0.25, 0.25]], atol=1e-12)
    assert found.accuracy == pytest.approx(0.75) and found.uar == pytest.approx(0.75)
    np.testing.assert_allclose(found.f1, [2 * 0.5 / 1.25, 2 * 0.25 / 0.75])
    assert found.uf1 == found.uf1_of_likeliest == pytest.approx((0.8 + 2 / 3) / 2)


def test_the_order_of_units_does_not_matter():
    assert of({"a": (Recipe(("AU1", "AU2"), 1),), "b": (Recipe(("AU2", "AU1"), 1),)}).accuracy == 0.5


def test_one_sidedness_by_hand():
    """Where the weak side keeps under .25 it is contempt, but for 12 % x .25/.4 of the two-sided ones."""
    sides = Sides(sigma=0.15, limit=0.5, weak_chance=0.12, weak_side=(0.0, 0.4), one_sided=(0.0, 0.25))
    table = {"smile": (Recipe(("AU12",), 1),), "contempt": (Recipe(("AU12",), 1, one_sided=True),)}
    found = of(table, sides)
    np.testing.assert_allclose(found.confusion, [[0.5 * (1 - 0.12 * 0.625), 0.5 * 0.12 * 0.625], [0, 0.5]])


def test_ranges_that_overlap_the_balanced_ones():
    """No weak sides; contempt keeps U(0, 1): it is called where 1 is more than the density of a smile."""
    sides = Sides(sigma=0.15, limit=0.5, weak_chance=0.0, one_sided=(0.0, 1.0))
    table = {"smile": (Recipe(("AU12",), 1),), "contempt": (Recipe(("AU12",), 1, one_sided=True),)}
    ratios = (np.arange(200_000) + 0.5) / 200_000
    a = (1 - ratios) / (1 + ratios)
    density = 2 * np.exp(-0.5 * (a / 0.15) ** 2) / (0.15 * np.sqrt(2 * np.pi)) * 2 / (1 + ratios) ** 2
    assert of(table, sides).accuracy == pytest.approx(0.5 * np.maximum(density, 1).mean(), abs=1e-3)


@pytest.mark.parametrize("seed", range(12))
def test_no_rule_is_better(seed):
    rng = np.random.default_rng(seed)
    joint = rng.dirichlet(np.full(15, 0.4)).reshape(3, 5)
    found = best_of(joint, MEGC_LABELS, (1.0,) * 7)
    rules = [joint @ np.eye(3)[list(rule)] for rule in itertools.product(range(3), repeat=5)]
    assert found.accuracy == pytest.approx(max(metrics.accuracy(rule) for rule in rules))
    assert found.uar == pytest.approx(max(metrics.uar(rule) for rule in rules))
    assert found.uf1 == pytest.approx(max(metrics.uf1(rule) for rule in rules))


def test_the_likeliest_answer_is_not_the_one_of_greatest_uf1():
    """A rare class that is never the most likely: predicting it raises UF1 and lowers accuracy."""
    joint = np.array([[0.60, 0.15], [0.12, 0.13]])
    found = best_of(joint, ("often", "seldom"), (1.0,) * 7)
    assert found.accuracy == pytest.approx(0.75) and found.uf1_of_likeliest == pytest.approx(0.75 / 1.75)
    np.testing.assert_allclose(found.f1, [2 * 0.60 / (0.75 + 0.72), 2 * 0.13 / (0.25 + 0.28)])


@pytest.fixture(scope="module")
def drawn():
    """Emotion, units and ratio of the sides of many expressions, as the generator draws them."""
    rng = np.random.default_rng(1)
    rows = []
    for emotion in rng.integers(len(EMOTIONS), size=DRAWS):
        recipe, strengths = draw_strengths(EMOTIONS[emotion], rng)
        right, left = (strengths[recipe.units[0] + side] for side in "RL")
        rows.append((emotion, tuple(sorted(recipe.units)), min(right, left) / max(right, left)))
    emotions, units, ratios = zip(*rows, strict=True)
    return np.array(emotions), units, np.array(ratios)


def test_the_generator_draws_what_is_counted(drawn):
    emotions, units, ratios = drawn
    kinds = sorted({tuple(sorted(recipe.units)) for own in RECIPES.values() for recipe in own})
    ends, *_ = ceiling.GENERATOR.masses()
    chances = faces({e: RECIPES[e] for e in EMOTIONS}).reshape(len(EMOTIONS), len(kinds), len(ends))
    np.testing.assert_allclose(chances.sum((1, 2)), 1)
    of_units = np.array([kinds.index(u) for u in units])
    for number in range(len(EMOTIONS)):
        own = emotions == number
        found = np.bincount(of_units[own], minlength=len(kinds)) / own.sum()
        np.testing.assert_allclose(found, chances[number].sum(1), atol=5 * np.sqrt(0.25 / own.sum()))
        below = np.searchsorted(np.sort(ratios[own]), ends + 1e-9, side="right") / own.sum()
        gap = np.abs(below - chances[number].sum(0).cumsum()).max()
        assert gap < 2 / np.sqrt(own.sum()), EMOTIONS[number]  # Kolmogorov-Smirnov, p < .001


def test_a_classifier_learned_from_draws_reaches_the_ceiling_and_not_more(drawn):
    """A classifier from counts of units and ratios (twentieths) of half of the draws, scored on the rest."""
    emotions, units, ratios = drawn
    seen = [(u, int(r * 20)) for u, r in zip(units, ratios, strict=True)]
    counts: dict[object, np.ndarray] = {}
    for emotion, kind in zip(emotions[::2], seen[::2], strict=True):
        counts.setdefault(kind, np.zeros(len(EMOTIONS)))[emotion] += 1
    answers = np.array([int(counts.get(kind, np.zeros(1)).argmax()) for kind in seen[1::2]])
    confusion = metrics.confusion_of(emotions[1::2], answers, len(EMOTIONS))
    found = label_ceiling()
    assert metrics.accuracy(confusion) == pytest.approx(found.accuracy, abs=0.012)
    assert found.uf1 - 0.025 < metrics.uf1(confusion) < found.uf1 + 0.012
    of_three = np.array([MEGC_LABELS.index(megc_label(emotion)) for emotion in EMOTIONS])
    summed = metrics.confusion_of(of_three[emotions[1::2]], of_three[answers], 3)
    assert metrics.accuracy(summed) < label_ceiling(MEGC_LABELS).accuracy + 0.006


def test_the_limit_of_the_asymmetry_is_the_generator_s():
    class Lopsided:
        """A generator of random numbers that draws the largest asymmetry and no weak side."""

        def normal(self, *_):
            return 99.0

        def uniform(self, *_):
            return 1.0

        def choice(self, *_, **__):
            return 0

    _, strengths = draw_strengths("happiness", Lopsided())
    right, left = strengths["AU12R"], strengths["AU12L"]
    assert (right - left) / (right + left) == pytest.approx(ceiling.ASYMMETRY_LIMIT)


def test_priors_and_classes():
    three = label_ceiling(MEGC_LABELS)
    assert three.labels == MEGC_LABELS and three.confusion.sum() == pytest.approx(1)
    np.testing.assert_allclose(three.confusion.sum(1), [5 / 7, 1 / 7, 1 / 7])
    assert label_ceiling().accuracy < three.accuracy < 1
    only_two = label_ceiling(priors=(3, 0, 1, 0, 0, 0, 0))
    np.testing.assert_allclose(only_two.confusion.sum(1)[[0, 2]], [0.75, 0.25])
    assert only_two.uf1 <= 2 / 7 + 1e-12  # a class that does not occur counts 0
    assert label_ceiling() is label_ceiling()


def test_what_is_stored_is_plain_and_has_its_names():
    found = label_ceiling(MEGC_LABELS).figures()
    assert list(found["f1"]) == list(MEGC_LABELS) and found["generator"] == GENERATOR_VERSION
    assert found["uf1"] == pytest.approx(np.mean(list(found["f1"].values())), abs=1e-4)
    assert np.sum(found["confusion_of_likeliest"]) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"labels": ("happiness", "sadness")}, "cannot be labelled as happiness, sadness"),
        ({"labels": (*EMOTIONS, "negative")}, "cannot be labelled as"),
        ({"priors": (1, 1)}, "give 7"),
        ({"priors": (0,) * 7}, "give 7"),
        ({"priors": (-1, 1, 1, 1, 1, 1, 1)}, "give 7 of 0 or more"),
    ],
)
def test_questions_without_an_answer_are_refused(arguments, says):
    with pytest.raises(ConfigError, match=says):
        label_ceiling(**arguments)


def clips_of(truth, labels, origin, synthetic=True):
    n = len(truth)
    names = np.array([f"{i}" for i in range(n)])
    flow = np.zeros((n, 2, 8, 8), np.float32)
    return ClipSet(flow, np.array(truth), labels, names, names, names, origin, synthetic)


def test_a_folder_s_own_shares_count_and_real_or_older_clips_have_no_ceiling():
    truth, note = [0] * 5 + [1] * 2 + [2], f"synthetic flow, generator {GENERATOR_VERSION}, in a folder"
    found = ceiling_of_clips(clips_of(truth, MEGC_LABELS, note))
    np.testing.assert_allclose(found.confusion.sum(1), [5 / 8, 2 / 8, 1 / 8])
    assert len({found.priors[EMOTIONS.index(e)] for e in ("sadness", "anger", "contempt")}) == 1
    own = f"synthetic flow, generator {GENERATOR_VERSION}"
    assert ceiling_of_clips(clips_of([0, 1], EMOTIONS, own)) is label_ceiling()
    assert ceiling_of_clips(clips_of(truth, MEGC_LABELS, f"{own}9")) is None
    assert ceiling_of_clips(clips_of(truth, MEGC_LABELS, "MEGC flow images", synthetic=False)) is None
