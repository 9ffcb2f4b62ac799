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
        (TrainConfig("prototype", ensemble=2), "ensembles"),
        (TrainConfig("prototype", transfer="probe", start=("a",)), "linear_probe"),
        (TrainConfig("probe", transfer="probe", start=("a", "b")), "linear_probe"),
        (TrainConfig("me_plan", input=SEQUENCE), "episodic"),
        (TrainConfig("lbp_top", input=CLIP), "lbp_svm"),
        (TrainConfig("elcbp", input=CLIP), "lbp_svm"),
    ],
)
def test_the_family_follows_from_system_transfer_and_ensemble(config, name):
    assert family_of(config) is FAMILIES.get(name)


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (TrainConfig("probe"), "set 'transfer' to probe"),
        (TrainConfig("prototype", transfer="probe", start=("a",), ensemble=2), "name several networks"),
        (TrainConfig("me_plan", input=SEQUENCE, ensemble=2), "neither 'transfer: probe' nor an ensemble"),
        (TrainConfig("lbp_top", input=CLIP, ensemble=2), "no network, does not read 'ensemble' (2)"),
        (TrainConfig("lbp_top", input=CLIP, transfer="probe", start=("a",)), "'start' (('a',)), 'transfer'"),
    ],
)
def test_settings_that_the_family_cannot_use_are_refused(config, says):
    with pytest.raises(ConfigError) as caught:
        family_of(config)
    assert says in str(caught.value)


def test_families_say_what_the_commands_ask():
    in_epochs = {name for name, family in FAMILIES if family.in_epochs}
    assert in_epochs == {"networks", "ensembles", "episodic"}
    assert {name for name, family in FAMILIES if not family.on_gpu} == {"lbp_svm", "linear_readers"}


@pytest.mark.parametrize("change", [{"ensemble": 2}, {"transfer": "probe", "start": ("prototype",)}])
def test_sequences_have_neither_an_ensemble_nor_a_probe(change):
    with pytest.raises(ConfigError, match="neither 'transfer: probe' nor an ensemble"):
        family_of(TrainConfig("me_plan", input=SEQUENCE, **change))
