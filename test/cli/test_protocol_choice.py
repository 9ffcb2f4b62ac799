"""The options that choose a protocol."""

from __future__ import annotations

import pytest

from mer_ros.cli.protocol_choice import check_sides, chosen_protocol, data_of
from mer_ros.errors import ConfigError


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (("loso", False, "", ""), "loso"),
        (("CDE", False, "", ""), "composite"),
        (("loso", True, "", ""), "unseen-generator"),
        (("loso", False, "casme2, smic", "samm"), "casme2, smic to samm"),
        (("loso", False, "", "samm"), "others to samm"),
    ],
)
def test_the_options_name_one_protocol(options, name):
    assert chosen_protocol(*options).name == name


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("5-fold", True, "", ""), "--unseen is a protocol of its own, but --protocol is 5-fold"),
        (("hde", False, "casme2", "samm"), "--train-on is casme2 and --test-on is samm, .* --protocol hde"),
        (("loso", True, "", "samm"), "--test-on is samm, .* beside --unseen: omit"),
        (("loso", False, "casme2", "casme2"), "'casme2' is named by --train-on and --test-on"),
    ],
)
def test_two_protocols_are_refused(options, says):
    with pytest.raises(ConfigError, match=says):
        chosen_protocol(*options)


def test_both_sides_name_the_data_if_it_is_not_given():
    assert data_of("synthetic", "casme2,smic", "samm") == "casme2,smic,samm"
    assert data_of("megc-flow", "casme2", "samm") == "megc-flow"
    assert data_of("synthetic", "casme2", "") == "synthetic"


def test_a_data_set_on_no_side_is_refused():
    with pytest.raises(ConfigError, match="'smic' is named by --data, but neither by --train-on nor"):
        check_sides("casme2,samm,smic", "CASME II", "samm")
    check_sides("casme2,samm,smic", "casme2,smic", "samm")
    check_sides("casme2,samm,smic", "casme2", "")
    check_sides("megc-flow", "casme2", "samm")
