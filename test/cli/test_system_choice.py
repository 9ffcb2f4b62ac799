"""The systems that --model names."""

from __future__ import annotations

import pytest

from mer_ros.cli.system_choice import named_systems, systems_of
from mer_ros.errors import ConfigError

FLOW = {"linear_prototype", "micro_attention", "prototype", "random_features"}
OF_CLIPS = {"lbp_top", "lbp_sip", "elcbp"}


@pytest.mark.parametrize(
    ("data", "systems"),
    [
        (["synthetic"], FLOW),
        (["megc-flow"], FLOW),
        (["casme2"], {*FLOW, *OF_CLIPS, "me_plan"}),
        (["casme2", "samm", "smic"], {*FLOW, *OF_CLIPS, "me_plan"}),
        (["casme2", "megc-flow"], FLOW),
    ],
)
def test_all_are_the_systems_whose_input_the_data_sets_have(data, systems):
    assert set(systems_of(data)) == systems


def test_further_systems_stand_beside_all_and_each_once():
    names = named_systems("all, lbp_top,linear,prototype,mine.yaml", ["synthetic"])
    assert names == [*systems_of(["synthetic"]), "lbp_top", "mine.yaml"]


def test_controls_alone_name_no_system():
    assert named_systems("controls", ["synthetic"]) == []


def test_an_unknown_data_set_is_refused():
    with pytest.raises(ConfigError, match="casme9"):
        systems_of(["casme9"])
