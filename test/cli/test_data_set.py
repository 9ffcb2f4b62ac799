"""The choices of ``--data`` are the data sets of the catalogue."""

from __future__ import annotations

from mer_ros.cli.data_set import DEFAULT_DATA, Data
from mer_ros.data.datasets import DATASETS


def test_every_data_set_is_a_choice_by_its_name() -> None:
    assert [choice.value for choice in Data] == list(DATASETS.names)
    assert all(DATASETS.get(choice.value) for choice in Data)


def test_the_default_is_generated() -> None:
    assert DEFAULT_DATA.value == "synthetic"
