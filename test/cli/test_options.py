from __future__ import annotations

import pytest
import torch

from mer_ros.cli.options import Device, check_device, training_settings, use_threads, with_epochs
from mer_ros.errors import ConfigError


@pytest.fixture
def settings_file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("system: prototype\nseed: 7\n")
    return path


def test_settings_come_from_the_file_the_name_or_the_default(settings_file):
    assert training_settings(None, settings_file).seed == 7
    assert training_settings("mine", settings_file).seed == training_settings("prototype", settings_file).seed
    assert training_settings("small", None, "prototype").system == "probe"
    assert training_settings(None, None, "prototype").system == "prototype"
    assert training_settings(str(settings_file), None).seed == 7


def test_a_file_for_another_model_is_refused(settings_file):
    with pytest.raises(ConfigError, match=r"mine.yaml is for 'prototype', but --model is 'small': omit one"):
        training_settings("small", settings_file)


def test_epochs_are_refused_for_systems_that_are_not_trained_in_epochs():
    settings = training_settings("prototype", None)
    assert with_epochs(settings, "prototype", None) is settings
    assert with_epochs(settings, "prototype", 3).optimiser.epochs == 3
    with pytest.raises(ConfigError, match="--epochs is 3, but 'small' is not trained in epochs"):
        with_epochs(training_settings("small", None), "small", 3)


def test_cuda_is_refused_for_systems_that_are_computed_on_the_cpu():
    check_device(training_settings("prototype", None), "prototype", Device("cuda"))
    lbp = training_settings("lbp_top", None)
    check_device(lbp, "lbp_top", Device("auto"))
    with pytest.raises(ConfigError, match="--device is cuda, but 'lbp_top' is computed on the CPU only"):
        check_device(lbp, "lbp_top", Device("cuda"))


def test_threads_are_limited_only_on_request():
    before = torch.get_num_threads()
    try:
        use_threads(1)
        assert torch.get_num_threads() == 1
        use_threads(0)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
