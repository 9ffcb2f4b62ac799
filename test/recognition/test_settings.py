"""Settings are read strictly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pytest

from mer_ros.errors import ConfigError
from mer_ros.recognition.settings import settings_from


@dataclass(frozen=True)
class Inner:
    widths: tuple[int, ...] = (1, 2)
    pair: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True)
class Outer:
    rate: float = 0.5
    mode: Literal["a", "b"] = "a"
    on: bool = False
    count: int = 1
    free: dict[str, int] = field(default_factory=dict)
    inner: Inner = field(default_factory=Inner)
    several: tuple[Inner, ...] = ()
    either: int | Literal["auto"] = 1
    some: tuple[str, ...] | Literal["all"] = "all"
    maybe: float | None = None


@dataclass(frozen=True)
class Demanding:
    needed: int


def test_nothing_gives_the_defaults():
    assert settings_from(Outer, {}, "x") == Outer()


def test_lists_become_tuples_and_integers_floats():
    result = settings_from(
        Outer, {"rate": 2, "inner": {"widths": [3], "pair": [1, 2]}, "free": {"k": 1}}, "x"
    )
    assert result == Outer(rate=2.0, inner=Inner((3,), (1.0, 2.0)), free={"k": 1})
    assert isinstance(result.rate, float) and isinstance(result.inner.pair[0], float)


def test_a_union_takes_what_any_of_its_types_takes():
    assert settings_from(Outer, {"either": 3}, "x").either == 3
    assert settings_from(Outer, {"either": "auto"}, "x").either == "auto"
    assert settings_from(Outer, {"some": ["a"]}, "x").some == ("a",)
    assert settings_from(Outer, {"some": "all"}, "x").some == "all"
    assert settings_from(Outer, {"maybe": 1}, "x").maybe == 1.0
    assert settings_from(Outer, {"maybe": None}, "x").maybe is None


def test_a_list_of_settings_becomes_a_tuple_of_dataclasses():
    result = settings_from(Outer, {"several": [{"widths": [3]}, {}]}, "x")
    assert result.several == (Inner((3,)), Inner())


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"speed": 1}, "unknown setting 'speed'"),
        ({"inner": {"depth": 1}}, "unknown setting 'depth'"),
        ({"mode": "c"}, "'mode' of x is 'c': choose one of 'a', 'b'"),
        ({"count": True}, "'count' of x is True: give int"),
        ({"count": 1.5}, "give int"),
        ({"on": 1}, "give bool"),
        ({"rate": "fast"}, "'rate' of x is 'fast': give float"),
        ({"rate": True}, "'rate' of x is True: give float"),
        ({"inner": {"pair": [True, 1]}}, "'pair' of 'inner' of x is True: give float"),
        ({"inner": {"widths": "34"}}, "'widths' of 'inner' of x is '34': give a list of int"),
        ({"inner": {"widths": {"a": 1}}}, "give a list of int"),
        ({"inner": {"widths": ["a"]}}, "'widths' of 'inner' of x is ('a',): give a list of int"),
        ({"several": [{"depth": 1}]}, "'several' of x has the unknown setting 'depth'"),
        ({"several": [{"widths": 1}]}, "'widths' of 'several' of x is 1: give a list"),
        ({"either": True}, "'either' of x is True: give int or choose one of 'auto'"),
        ({"some": "none"}, "'some' of x is 'none': give a list of str or choose one of 'all'"),
        ({"inner": {"widths": 3}}, "give a list"),
        ({"inner": {"pair": [1, 2, 3]}}, "has 3 values: give 2"),
        ({"inner": 5}, "instead of settings"),
        ({"free": [1]}, "give 'key: value'"),
        ([], "instead of settings"),
    ],
)
def test_fault_75_a_wrong_setting_is_named(mapping, said):
    with pytest.raises(ConfigError, match="x") as caught:
        settings_from(Outer, mapping, "x")
    assert said in str(caught.value)


def test_a_missing_setting_is_named():
    with pytest.raises(ConfigError, match="incomplete.*needed"):
        settings_from(Demanding, {}, "x")
