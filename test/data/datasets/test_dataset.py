"""The record of a data set: which options and kinds of input it refuses, and what training gets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mer_ros.data.datasets.dataset import Dataset, Request
from mer_ros.errors import ConfigError, DataError

OPENED = object()
FOLDER = Dataset("box", "the folder of boxes", frozenset({"flow"}), lambda request: OPENED)
GENERATED = replace(FOLDER, name="dice", generated=True, slow_kinds=frozenset({"flow"}))
IN_FOLDER = Request(root=Path("somewhere"))


@pytest.mark.parametrize(
    ("dataset", "request_", "error", "says"),
    [
        (FOLDER, Request(), ConfigError, "--data box needs --root: give the folder of boxes."),
        (
            FOLDER,
            replace(IN_FOLDER, samples=9),
            ConfigError,
            "read from somewhere, not generated, but --samples is 9",
        ),
        (
            FOLDER,
            replace(IN_FOLDER, samples=9, subjects=3),
            ConfigError,
            "--samples is 9 and --subjects is 3: omit",
        ),
        (FOLDER, replace(IN_FOLDER, kinds=frozenset({"clip", "flow"})), DataError, "no input of kind 'clip'"),
        (
            GENERATED,
            IN_FOLDER,
            ConfigError,
            "--data dice is generated, not read from a folder, but --root is",
        ),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_opened(dataset, request_, error, says):
    def opener(request):
        raise AssertionError("opened")

    unopened = replace(dataset, opener=opener)
    for act in (unopened.check, unopened.open, unopened.open_for_training):
        with pytest.raises(error) as raised:
            act(request_)
        assert says in str(raised.value) and "\n" not in str(raised.value)


def test_a_set_is_trained_on_unless_training_generates_its_own_samples():
    assert FOLDER.open(IN_FOLDER) is FOLDER.open_for_training(IN_FOLDER) is OPENED
    assert GENERATED.open(Request(samples=9)) is OPENED and GENERATED.open_for_training(Request()) is OPENED
    on_demand = replace(GENERATED, training_samples_on_demand=True)
    assert on_demand.open_for_training(Request()) is None


def test_it_is_slow_for_the_kinds_that_take_long():
    assert GENERATED.is_slow(Request()) and not FOLDER.is_slow(Request())
    assert not GENERATED.is_slow(Request(kinds=frozenset({"sequence"})))
