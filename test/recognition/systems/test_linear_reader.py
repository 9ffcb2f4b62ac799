"""Settings of linear systems: what is refused."""

from __future__ import annotations

import pytest

from mer_ros.errors import ConfigError
from mer_ros.recognition.systems.linear_reader import LinearConfig


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"size": 15}, "'size' is 15: give an even number of 16 to 128"),
        ({"size": 29}, "'size' is 29: give an even number"),
        ({"size": 256}, "'size' is 256"),
        ({"n_labels": 1}, "'n_labels' is 1: give 2 to 1000"),
    ],
)
def test_settings_out_of_range_are_refused_with_a_sentence(settings, words):
    with pytest.raises(ConfigError, match=words):
        LinearConfig(**settings)


def test_the_default_reads_the_size_of_published_flow_images():
    assert LinearConfig().size == 28
