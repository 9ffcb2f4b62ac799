"""Conditions: refused values, the calm room, and what an everyday clip draws."""

from __future__ import annotations

from dataclasses import asdict, fields

import numpy as np
import pytest

from mer_ros.data.synthetic import CONDITIONS, STILL, Conditions, everyday
from mer_ros.data.synthetic.conditions import MAINS_HZ, RANGES
from mer_ros.errors import ConfigError

WITHOUT_EFFECT_ALONE = {"glance_px", "talk_px", "gesture_deg", "mains_hz", "gap_s"}
"""Sizes of what another condition switches on, and the rest between expressions."""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("jpeg", 101),
        ("yaw_deg", 40.0),
        ("blinks", -1),
        ("drift", np.nan),
        ("sway_px", np.inf),
        ("gap_s", (-0.1, 1.0)),
        ("gap_s", (0.5, np.inf)),
        ("gap_s", (0.5, np.nan)),
    ],
)
def test_conditions_without_meaning_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(ConfigError, match=f"condition '{name}' of a clip is"):
        Conditions(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [("jpeg", 0), ("jpeg", 100), ("yaw_deg", 20.0), ("dropped", 0.5), ("gap_s", (0.0, 0.0))],
)
def test_both_ends_of_a_range_are_allowed(name: str, value: object) -> None:
    assert getattr(Conditions(**{name: value}), name) == value


def test_in_still_conditions_nothing_but_expressions_happens() -> None:
    happening = {name for name, value in asdict(STILL).items() if value}
    assert happening == WITHOUT_EFFECT_ALONE


def test_a_calm_room_is_the_same_for_every_seed() -> None:
    assert CONDITIONS["calm"](1) == CONDITIONS["calm"](2) == Conditions()


def test_everyday_conditions_have_everything_within_its_range_and_repeat() -> None:
    one, two = everyday(7), everyday(7)
    assert one == two != everyday(8)
    assert set(RANGES) | {"mains_hz", "gap_s"} == {field.name for field in fields(Conditions)}
    for name, (low, high) in RANGES.items():
        assert name == "jpeg" or low <= getattr(one, name) <= high


def test_half_of_everyday_clips_are_compressed_and_both_mains_occur() -> None:
    drawn = [CONDITIONS["everyday"](seed) for seed in range(200)]
    compressed = [conditions.jpeg for conditions in drawn if conditions.jpeg]
    assert len(compressed) == pytest.approx(100, abs=25)
    assert RANGES["jpeg"][0] <= min(compressed) and max(compressed) <= RANGES["jpeg"][1]
    assert {conditions.mains_hz for conditions in drawn} == set(MAINS_HZ)


@pytest.mark.parametrize("end", [0, 1])
def test_the_ends_of_all_ranges_are_allowed_together(end: int) -> None:
    Conditions(**{name: limits[end] for name, limits in RANGES.items()})
