"""Ranges of the settings."""

import ast
import dataclasses
import inspect
import math

import pytest

from mer_ros.errors import ConfigError
from mer_ros.spotting import config
from mer_ros.spotting.config import SpotterConfig, WatcherConfig

CHECKED = [
    (kind, setting)
    for kind in (SpotterConfig, WatcherConfig)
    for setting in dataclasses.fields(kind)
    if setting.name not in ("spotter", "without_rules")
]
ids = [f"{kind.__name__}.{setting.name}" for kind, setting in CHECKED]


def test_the_defaults_are_in_range_and_do_not_contradict_each_other():
    assert WatcherConfig().spotter == SpotterConfig()  # neither is refused


@pytest.mark.parametrize(("kind", "setting"), CHECKED, ids=ids)
def test_a_value_beyond_either_end_is_refused_with_its_name_and_range(kind, setting):
    lowest, highest = setting.metadata["range"]
    assert lowest <= setting.default <= highest and setting.metadata["unit"]
    step = 1 if isinstance(setting.default, int) else 0.01
    for value in (lowest - step, highest + step):
        with pytest.raises(ConfigError) as refusal:
            kind(**{setting.name: value})
        sentence = str(refusal.value)
        assert sentence.startswith(f"{setting.name} must be ")
        assert f"{lowest:g} to {highest:g}" in sentence and f"found {value!r}" in sentence


@pytest.mark.parametrize(("kind", "setting"), CHECKED, ids=ids)
@pytest.mark.parametrize("value", [math.nan, "0.1", None, True], ids=repr)
def test_what_is_no_number_is_refused(kind, setting, value):
    with pytest.raises(ConfigError, match=setting.name):
        kind(**{setting.name: value})


@pytest.mark.parametrize(("kind", "name"), [(SpotterConfig, "min_samples"), (WatcherConfig, "max_faces")])
def test_counts_are_whole_numbers(kind, name):
    with pytest.raises(ConfigError, match="whole number"):
        kind(**{name: 4.5})


def test_settings_that_contradict_each_other_are_refused():
    with pytest.raises(ConfigError, match=r"steady_detection_interval_s is 0.02 s"):
        WatcherConfig(steady_detection_interval_s=0.02)


@pytest.mark.parametrize("kind", [SpotterConfig, WatcherConfig])
def test_each_setting_has_a_comment(kind):
    (tree,) = (
        node
        for node in ast.parse(inspect.getsource(config)).body
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    )
    for statement, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign):
            is_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            assert is_text and isinstance(after.value.value, str), ast.unparse(statement)


@pytest.mark.parametrize(("fps", "factor"), [(200, 1.0), (81, 1.0), (79, 1.2), (30, 1.2)])
def test_slow_cameras_need_a_larger_snr(fps, factor):
    settings = SpotterConfig()
    assert settings.is_slow_camera(1 / fps) == (factor > 1)
    assert settings.required_snr(1 / fps) == pytest.approx(factor * settings.min_snr)
