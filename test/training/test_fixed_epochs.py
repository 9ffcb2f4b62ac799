from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.progress import SILENT
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.fixed_epochs import TRAINING_UF1, FixedEpochs

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}
SPEC = InputSpec("apex", 24)
CONFIGS = {
    "prototype": {"backbone": NARROW, "size": 24, "decoder_width": 16},
    "micro_attention": {"backbone": NARROW},
}


@pytest.fixture(scope="module")
def clips(make_clips):
    """Apex images whose brightest band is the class."""
    clips = make_clips(subject_ids=6, each=6)
    images = np.random.default_rng(0).integers(0, 60, (len(clips), 48, 48, 3)).astype(np.uint8)
    for image, label in zip(images, clips.truth, strict=True):
        image[10 + 12 * label : 18 + 12 * label] += 150
    return replace(clips, apex_images=tuple(images))


def entrant(system: str, epochs: int) -> FixedEpochs:
    options = OptimiserConfig(batch=8, learning_rate=5e-3)
    return FixedEpochs("net", TrainConfig(system, CONFIGS[system], SPEC, options), epochs, "cpu")


@pytest.fixture(scope="module")
def sides(clips, split_for):
    """Training set and features of the test clips; a third of the clips of every subject is tested."""
    train, test = split_for(entrant("prototype", 1), clips, np.arange(len(clips)) % 6 >= 4)
    return replace(train, inspect=True), test


@pytest.mark.parametrize("system", CONFIGS)
def test_every_clip_is_trained_on_for_the_given_number_of_epochs(system, sides):
    train, test = sides
    net = entrant(system, 12)
    found = net.fit_predict(train, test, 0, SILENT)
    assert net.name == "net, 12 epochs"
    assert found.probabilities.argmax(1).tolist() == [1, 2] * 6
    assert found.chosen == {TRAINING_UF1: 1.0}
    assert found.inspection is not None
    assert len(found.inspection.train) == len(train.truth) and len(found.inspection.test) == len(test)
    assert [one.epoch for one in found.inspection.prototypes] == ([12] if system == "prototype" else [])


def test_every_test_clip_has_a_map_of_evidence_for_its_answer(sides):
    train, test = sides
    inspection = entrant("micro_attention", 12).fit_predict(train, test, 0, SILENT).inspection
    assert inspection is not None and inspection.maps is not None
    maps = inspection.maps
    assert len(maps) == len(test) and maps.dtype == np.float32 and maps.min() >= 0 and maps.max() > 0


def test_nothing_is_kept_that_was_not_asked_for(sides):
    train, test = sides
    found = entrant("micro_attention", 1).fit_predict(replace(train, inspect=False), test, 0, SILENT)
    assert found.inspection is None


def test_the_same_seed_gives_the_same_answers_and_the_settings_name_the_epochs(sides):
    train, test = sides
    one, other = (entrant("micro_attention", 1).fit_predict(train, test, 3, SILENT) for _ in range(2))
    np.testing.assert_array_equal(one.probabilities, other.probabilities)
    settings = entrant("micro_attention", 7).settings
    assert settings["fixed_epochs"] == 7 and "validation_share" not in settings


def test_a_system_that_is_not_trained_in_epochs_is_refused():
    with pytest.raises(ConfigError, match="'linear' is not trained in epochs"):
        FixedEpochs("linear", TrainConfig("linear"), 3, "cpu")
