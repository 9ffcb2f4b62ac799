"""Which family trains a system, and that its settings are checked against it."""

from __future__ import annotations

import pytest

from mer_ros.errors import ConfigError
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import TrainConfig
from mer_ros.training.families import FAMILIES, family_of

SEQUENCE, CLIP = InputSpec("sequence", 28), InputSpec("clip", 64)


@pytest.mark.parametrize(
    ("config", "name"),
    [
        (TrainConfig("prototype"), "networks"),
        (TrainConfig("micro_attention_grey", input=InputSpec("apex", 64)), "networks"),
        (TrainConfig("prototype", ensemble=2), "networks"),
        (TrainConfig("probe", start=("a", "b")), "linear_probe"),
        (TrainConfig("votes", start=("a", "b")), "votes"),
        (TrainConfig("random_features"), "linear_readers"),
        (TrainConfig("me_plan", input=SEQUENCE), "episodic"),
        (TrainConfig("lbp_top", input=CLIP), "lbp_svm"),
        (TrainConfig("elcbp", input=CLIP), "lbp_svm"),
    ],
)
def test_the_family_is_that_of_the_system(config, name):
    assert family_of(config) is FAMILIES.get(name)


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (TrainConfig("probe"), "name one or more checkpoints as 'start'"),
        (TrainConfig("votes"), "name one or more checkpoints as 'start'"),
        (TrainConfig("probe", start=("a",), ensemble=2), "not trained, does not read 'ensemble' (2)"),
        (TrainConfig("me_plan", input=SEQUENCE, ensemble=2), "support no ensemble"),
        (TrainConfig("lbp_top", input=CLIP, ensemble=2), "no network, does not read 'ensemble' (2)"),
        (
            TrainConfig("lbp_top", input=CLIP, transfer="attention", start=("a",)),
            "'start' (('a',)), 'transfer'",
        ),
    ],
)
def test_settings_that_the_family_cannot_use_are_refused(config, says):
    with pytest.raises(ConfigError) as caught:
        family_of(config)
    assert says in str(caught.value)


def test_families_say_what_the_commands_ask():
    in_epochs = {name for name, family in FAMILIES if family.in_epochs}
    assert in_epochs == {"networks", "episodic"}
    assert {name for name, family in FAMILIES if not family.on_gpu} == {"lbp_svm", "linear_readers"}
