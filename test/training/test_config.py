"""Settings of a training run: ranges, and combinations that are refused."""

from __future__ import annotations

import pytest

from mer_ros.errors import ConfigError
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import OptimiserConfig, ProbeTraining, TrainConfig

NAN = float("nan")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"epochs": 0}, "'epochs' is 0: give 1 to 10000"),
        ({"epochs": 10_001}, "'epochs' is 10001"),
        ({"patience": 0}, "'patience' is 0: give 1 or more"),
        ({"batch": 1}, "'batch' is 1: give 2 to 4096"),  # batch norm needs two
        ({"batch": 4097}, "'batch' is 4097"),
        ({"learning_rate": 0.0}, "'learning_rate' is 0.0"),
        ({"learning_rate": 1.0}, "'learning_rate' is 1.0"),
        ({"learning_rate": NAN}, "'learning_rate' is nan"),
        ({"warm_up": 0.0}, "'warm_up' is 0.0"),
        ({"warm_up": 1.0}, "'warm_up' is 1.0"),
        ({"weight_decay": -0.1}, "'weight_decay' is -0.1"),
        ({"weight_decay": NAN}, "'weight_decay' is nan"),
        ({"gradient_norm": 0.0}, "'gradient_norm' is 0.0"),
        ({"mirror": -0.1}, "'mirror' is -0.1"),
        ({"mirror": 1.1}, "'mirror' is 1.1: give 0 to 1"),
    ],
)
def test_optimiser_settings_out_of_range_are_refused(settings, says):
    with pytest.raises(ConfigError, match=says):
        OptimiserConfig(**settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"epochs": 1, "patience": 1, "batch": 2, "weight_decay": 0.0, "mirror": 0.0},
        {"epochs": 10_000, "batch": 4096, "mirror": 1.0},
    ],
)
def test_the_limits_themselves_are_accepted(settings):
    OptimiserConfig(**settings)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"grid": 0}, "'grid' is 0: give 1 to 64"),
        ({"grid": 65}, "'grid' is 65"),
        ({"strengths": ()}, r"'strengths' are \[\]: give positive numbers"),
        ({"strengths": (1.0, 0.0)}, r"'strengths' are \[1.0, 0.0\]"),
        ({"strengths": (-1.0,)}, "'strengths'"),
        ({"strengths": (1e9,)}, "'strengths'"),
        ({"strengths": (NAN,)}, "'strengths'"),
    ],
)
def test_settings_of_a_probe_out_of_range_are_refused(settings, says):
    with pytest.raises(ConfigError, match=says):
        ProbeTraining(**settings)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"system": "lbp"}, "'lbp'.* choose one of"),
        ({"model": {"layers": 3}}, "unknown setting 'layers'"),
        ({"samples": 7}, "'samples' is 7: give 8 to 10000000"),
        ({"validation_samples": 7}, "'validation_samples' is 7"),
        ({"seed": -1}, "'seed' is -1"),
        ({"ensemble": 0}, "'ensemble' is 0: give 1 to 32"),
        ({"ensemble": 33}, "'ensemble' is 33"),
        ({"macro_epochs": -1}, "'macro_epochs' is -1"),
        ({"rejection_quantile": 0.0}, "'rejection_quantile' is 0.0"),
        ({"rejection_quantile": 1.1}, "'rejection_quantile' is 1.1"),
        ({"rejection_share": -0.1}, "'rejection_share' is -0.1"),
        ({"rejection_share": 1.0}, "'rejection_share' is 1.0"),
        ({"transfer": "attention"}, "'transfer' is 'attention'.* name trained weights as 'start'"),
        ({"input": InputSpec("clip", 64)}, "'clip', but 'prototype' reads flow or apex"),
        ({"input": InputSpec("sequence", 28)}, "'sequence', but 'prototype' reads flow or apex"),
    ],
)
def test_settings_of_a_run_that_do_not_fit_are_refused(settings, says):
    with pytest.raises(ConfigError, match=says):
        TrainConfig(**{"system": "prototype", **settings})


@pytest.mark.parametrize(
    ("system", "kind", "mirror", "mirrors"),
    [
        ("prototype", "flow", True, True),
        ("prototype", "flow", False, False),
        ("prototype", "apex", True, False),
        ("me_plan", "sequence", True, True),
        ("me_plan", "sequence", False, False),
        ("lbp_top", "clip", True, False),
    ],
)
def test_outputs_are_averaged_over_the_mirror_image_where_the_input_has_one(system, kind, mirror, mirrors):
    assert TrainConfig(system, input=InputSpec(kind, 28), mirror=mirror).mirrors is mirrors
