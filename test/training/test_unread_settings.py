"""Changed settings that a run does not read are refused by name."""

from __future__ import annotations

import pytest

from mer_ros.errors import ConfigError
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.augmentation import Augmentation
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.unread_settings import Unread, refuse_unread

SEQUENCE, CLIP, APEX = InputSpec("sequence", 28), InputSpec("clip", 64), InputSpec("apex", 64)


@pytest.mark.parametrize(
    ("setting", "contained"),
    [
        ("", False),
        ("optimiser", True),
        ("optimiser.epochs", True),
        ("mirror", True),
        ("optimiser2", False),
        ("mirrored", False),
        ("input.mirror", False),
        ("input.frames", True),
        ("input", False),
    ],
)
def test_a_name_stands_for_itself_and_for_everything_in_it(setting, contained):
    assert (setting in Unread("A toy", ("optimiser", "mirror", "input.frames"))) is contained


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig("prototype"),
        TrainConfig("prototype", seed=3, samples=100),
        TrainConfig("prototype", optimiser=OptimiserConfig(), input=InputSpec("flow", 56)),  # as by default
        TrainConfig("prototype", macro_epochs=2, augmentation=Augmentation(noise=0.5), mirror=False),
        TrainConfig("me_plan", input=InputSpec("sequence", 28, frames=9), mirror=False),
    ],
)
def test_settings_that_are_read_or_unchanged_are_accepted(config):
    refuse_unread(config, (Unread("A toy", ("probe", "ensemble")),))


@pytest.mark.parametrize(
    ("config", "unread", "says"),
    [
        (
            TrainConfig("prototype", ensemble=2),
            Unread("A toy", ("ensemble",)),
            "A toy does not read 'ensemble' (2): omit it.",
        ),
        (
            TrainConfig("prototype", optimiser=OptimiserConfig(epochs=3, batch=8), seed=1),
            Unread("A toy", ("optimiser", "seed"), "set another"),
            "A toy does not read 'optimiser.epochs' (3), 'optimiser.batch' (8), 'seed' (1): set another.",
        ),
        (
            TrainConfig("prototype", model={"margin": 2.0}),
            Unread("A toy", ("model",)),
            "A toy does not read 'model.margin' (2.0): omit it.",
        ),
    ],
)
def test_what_a_family_does_not_read_is_refused(config, unread, says):
    with pytest.raises(ConfigError) as caught:
        refuse_unread(config, (Unread("Another toy", ("probe",)), unread))
    assert str(caught.value) == says


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (
            TrainConfig("prototype", model={"n_labels": 3}),
            "from the data, does not read 'model.n_labels' (3)",
        ),
        (
            TrainConfig("me_plan", input=SEQUENCE, macro_epochs=1),
            "kind 'sequence' does not read 'macro_epochs' (1)",
        ),
        (
            TrainConfig("prototype", input=APEX, augmentation=Augmentation(noise=0.5)),
            "kind 'apex' does not read 'augmentation.noise' (0.5)",
        ),
        (TrainConfig("lbp_top", input=CLIP, mirror=False), "kind 'clip' does not read 'mirror' (False)"),
        (
            TrainConfig("prototype", input=InputSpec("flow", 56, frames=9)),
            "kind 'flow', which has no key frames, does not read 'input.frames' (9)",
        ),
    ],
)
def test_what_no_family_reads_from_this_input_is_refused(config, says):
    with pytest.raises(ConfigError) as caught:
        refuse_unread(config, ())
    assert says in str(caught.value) and "\n" not in str(caught.value)
