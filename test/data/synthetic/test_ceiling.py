"""The ceiling against tables done by hand, every possible rule, and the generator's own draws."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mer_ros import metrics
from mer_ros.data.clip_set import ClipSet
from mer_ros.data.label_mapping import MEGC_LABELS, megc_label
from mer_ros.data.synthetic import GENERATOR_VERSION
from mer_ros.data.synthetic.ceiling import best_of, ceiling_of_clips, faces, label_ceiling
from mer_ros.data.synthetic.flow_samples import draw_strengths
from mer_ros.data.synthetic.generator import GENERATORS, generator
from mer_ros.data.synthetic.recipes import Recipe
from mer_ros.data.synthetic.sides import Sides
from mer_ros.errors import ConfigError
from mer_ros.types import EMOTIONS

DRAWS = 60_000
"""A classifier from counts comes within one percent of the ceiling of 2.0 only with so many."""
EVEN = Sides(sigma=0.15, limit=0.5, weak_chance=0.12, weak_side=(0.0, 0.4), one_sided=(0.0, 0.25))
"""The sides of generator 1.0."""


def of(table, sides=EVEN, priors=(0.5, 0.5)):
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
    table = {"smile": (Recipe(("AU12",), 1),), "contempt": (Recipe(("AU12",), 1, one_sided=1),)}
    found = of(table)
    np.testing.assert_allclose(found.confusion, [[0.5 * (1 - 0.12 * 0.625), 0.5 * 0.12 * 0.625], [0, 0.5]])


def test_a_share_of_one_sided_clips_by_hand():
    """Half of a's smiles and all of b's are one-sided, and a strong side is always named: a then b."""
    sides = Sides(sigma=0.0001, limit=0.5, weak_chance=0, weak_side=(0, 0.4), one_sided=(0.0, 0.25))
    found = of(
        {"a": (Recipe(("AU12",), 1, one_sided=0.5),), "b": (Recipe(("AU12",), 1, one_sided=1),)}, sides
    )
    np.testing.assert_allclose(found.confusion, [[0.25, 0.25], [0, 0.5]], atol=1e-9)


def test_the_upper_face_has_its_own_sides_by_hand():
    """a shows AU4 evenly, b on one side with 30 to 70 %: nobody confuses them; AU12 mixes both."""
    sides = Sides(
        sigma=0.55, limit=0.9, weak_chance=0, weak_side=(0, 0.4), one_sided=(0.0, 0.25),
        upper_sigma=0.0001, upper_one_sided=(0.3, 0.7),
    )  # fmt: skip
    for unit, apart in (("AU4", True), ("AU12", False)):
        found = of({"a": (Recipe((unit,), 1),), "b": (Recipe((unit,), 1, one_sided=1),)}, sides)
        assert (found.accuracy == pytest.approx(1, abs=1e-9)) is apart


def test_ranges_that_overlap_the_balanced_ones():
    """No weak sides; contempt keeps U(0, 1): it is called where 1 is more than the density of a smile."""
    sides = Sides(sigma=0.15, limit=0.5, weak_chance=0.0, weak_side=(0.0, 0.4), one_sided=(0.0, 1.0))
    table = {"smile": (Recipe(("AU12",), 1),), "contempt": (Recipe(("AU12",), 1, one_sided=1),)}
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


@pytest.fixture(scope="module", params=list(GENERATORS))
def drawn(request):
    """Version, emotion, units and ratio of the sides of many expressions, as the generator draws them.

    The ratio is that of the weaker side over all units: units of the midline keep both sides.
    """
    own, rng = generator(request.param), np.random.default_rng(1)
    rows = []
    for emotion in rng.choice(len(EMOTIONS), size=DRAWS, p=own.priors):
        recipe, strengths = draw_strengths(EMOTIONS[emotion], rng, version=own.version)
        sides = [[strengths[unit + side] for side in "RL"] for unit in recipe.units]
        ratio = min(min(pair) / max(pair) for pair in sides)
        rows.append((emotion, tuple(sorted(recipe.units)), ratio))
    emotions, units, ratios = zip(*rows, strict=True)
    return own.version, np.array(emotions), units, np.array(ratios)


def test_the_generator_draws_what_is_counted(drawn):
    version, emotions, units, ratios = drawn
    recipes, sides = generator(version).recipes, generator(version).sides
    kinds = sorted({tuple(sorted(recipe.units)) for own in recipes.values() for recipe in own})
    ends = sides.ends()
    chances = faces({e: recipes[e] for e in EMOTIONS}, sides).reshape(len(EMOTIONS), len(kinds), len(ends))
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
    version, emotions, units, ratios = drawn
    seen = [(u, int(r * 20)) for u, r in zip(units, ratios, strict=True)]
    counts: dict[object, np.ndarray] = {}
    for emotion, kind in zip(emotions[::2], seen[::2], strict=True):
        counts.setdefault(kind, np.zeros(len(EMOTIONS)))[emotion] += 1
    answers = np.array([int(counts.get(kind, np.zeros(1)).argmax()) for kind in seen[1::2]])
    confusion = metrics.confusion_of(emotions[1::2], answers, len(EMOTIONS))
    found = label_ceiling(version=version)
    assert metrics.accuracy(confusion) == pytest.approx(found.accuracy, abs=0.012)
    assert found.uf1 - 0.025 < metrics.uf1(confusion) < found.uf1 + 0.012
    of_three = np.array([MEGC_LABELS.index(megc_label(emotion)) for emotion in EMOTIONS])
    summed = metrics.confusion_of(of_three[emotions[1::2]], of_three[answers], 3)
    assert metrics.accuracy(summed) < label_ceiling(MEGC_LABELS, version=version).accuracy + 0.006


@pytest.mark.parametrize(("version", "limit"), [("1.0", 0.5), ("2.0", 0.9)])
def test_the_limit_of_the_asymmetry_is_the_generator_s(version, limit):
    class Lopsided:
        """A generator of random numbers that draws the largest asymmetry and no weak side."""

        def normal(self, *_):
            return 99.0

        def uniform(self, *_):
            return 1.0

        def choice(self, *_, **__):
            return 0

    _, strengths = draw_strengths("happiness", Lopsided(), version=version)
    right, left = strengths["AU12R"], strengths["AU12L"]
    assert (right - left) / (right + left) == pytest.approx(limit)
    assert generator(version).sides.limit == limit


def test_priors_and_classes():
    three = label_ceiling(MEGC_LABELS)
    assert three.labels == MEGC_LABELS and three.confusion.sum() == pytest.approx(1)
    np.testing.assert_allclose(three.confusion.sum(1), [0.687, 0.164, 0.149])
    of_first = label_ceiling(MEGC_LABELS, version="1.0")
    np.testing.assert_allclose(of_first.confusion.sum(1), [5 / 7, 1 / 7, 1 / 7])
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
    truth, note = [0] * 5 + [1] * 2 + [2], f"made flow, generator {GENERATOR_VERSION}, in a folder"
    found = ceiling_of_clips(clips_of(truth, MEGC_LABELS, note))
    np.testing.assert_allclose(found.confusion.sum(1), [5 / 8, 2 / 8, 1 / 8])
    inside = [found.priors[EMOTIONS.index(e)] for e in ("sadness", "anger", "contempt")]
    np.testing.assert_allclose(inside, 5 / 8 * np.array([0.113, 0.157, 0.095]) / 0.687)
    own = f"synthetic flow, generator {GENERATOR_VERSION}"
    assert ceiling_of_clips(clips_of([0, 1], EMOTIONS, own)) is label_ceiling(version=GENERATOR_VERSION)
    first = ceiling_of_clips(clips_of([0, 1], EMOTIONS, "synthetic flow, generator 1.0"))
    assert first.version == "1.0" and first.accuracy > 0.9 > label_ceiling().accuracy
    assert (
        ceiling_of_clips(clips_of(truth, MEGC_LABELS, f"synthetic flow, generator {GENERATOR_VERSION}9"))
        is None
    )
    assert ceiling_of_clips(clips_of(truth, MEGC_LABELS, "MEGC flow images", synthetic=False)) is None
