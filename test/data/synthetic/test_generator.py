"""Versions of the generator: subjects are spread over the heads, old versions stay as they were."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic import GENERATOR_VERSION, flow_samples
from mer_ros.data.synthetic.generator import GENERATORS, generator
from mer_ros.data.synthetic.subject import TRAIN_SUBJECTS, make_subject
from mer_ros.errors import ConfigError
from mer_ros.face import facs
from mer_ros.types import EMOTIONS


def test_the_current_version_is_the_default() -> None:
    assert generator() is generator(GENERATOR_VERSION) is GENERATORS[GENERATOR_VERSION]
    assert all(name == own.version for name, own in GENERATORS.items())


@pytest.mark.parametrize("version", ["", "3.0", "2"])
def test_an_unknown_version_is_refused(version: str) -> None:
    with pytest.raises(ConfigError, match=r"version of the generator.*1\.0"):
        generator(version)
    with pytest.raises(ConfigError, match="version of the generator"):
        flow_samples(1, [1], 0, version=version)


def test_half_of_the_subjects_have_each_head() -> None:
    heads = [generator("2.0").head_of(number) for number in TRAIN_SUBJECTS]
    assert heads.count("photograph") == heads.count("parametric") == len(TRAIN_SUBJECTS) // 2
    assert make_subject(1).head is generator("2.0").heads[heads[1]]
    assert {generator("1.0").head_of(number) for number in TRAIN_SUBJECTS} == {"photograph"}


@pytest.mark.parametrize("version", GENERATORS)
def test_recipes_use_the_units_of_their_version(version: str) -> None:
    own = generator(version)
    assert set(own.units) <= set(facs.UNITS)
    assert {unit for table in own.recipes.values() for recipe in table for unit in recipe.units} <= set(
        own.units
    )
    assert set(own.recipes) == set(EMOTIONS)


def test_units_of_the_first_version_precede_none_of_the_second() -> None:
    """The order of the draws of a subject: unit 24 is new."""
    assert [unit for unit in generator("2.0").units if unit != "AU24"] == list(generator("1.0").units)


def test_priors_follow_the_shares() -> None:
    np.testing.assert_allclose(generator("1.0").priors, np.full(7, 1 / 7))
    second = generator("2.0")
    assert second.priors.sum() == pytest.approx(1)
    assert second.priors[EMOTIONS.index("disgust")] == pytest.approx(0.214)
    labels = flow_samples(3000, [5], 1, 8, clean=True).labels
    found = np.bincount(labels, minlength=7) / 3000
    np.testing.assert_allclose(found, second.priors, atol=4 * np.sqrt(0.2 * 0.8 / 3000))
