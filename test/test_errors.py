"""The exceptions: one tree, and messages that pass unchanged."""

from __future__ import annotations

import inspect

import pytest

from mer_ros import errors
from mer_ros.errors import BadFrame, ConfigError, InputError, MerError, require

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


def test_require_raises_only_if_the_condition_is_false() -> None:
    require(True, "fps is 0: set 1 or more.")
    with pytest.raises(ConfigError) as raised:
        require(False, "fps is 0: set 1 or more.")
    assert str(raised.value) == "fps is 0: set 1 or more."


def test_a_bad_frame_has_the_reason_under_which_it_is_counted() -> None:
    error = BadFrame("step", "the step is 7 bytes: a row has 1920.")
    assert isinstance(error, InputError)
    assert error.reason == "step" and str(error) == "the step is 7 bytes: a row has 1920."


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_exception_is_a_mer_error_and_in_the_drawn_tree(kind: type[Exception]) -> None:
    assert issubclass(kind, MerError)
    assert errors.__doc__ is not None and f"{kind.__name__}" in errors.__doc__.split()


def test_a_mer_error_is_not_mistaken_for_an_error_of_python() -> None:
    assert MerError.__bases__ == (Exception,)


def test_an_unknown_name_is_answered_with_the_known_ones():
    error = errors.unknown_name("source", "tape", ["file", "device"])
    assert isinstance(error, errors.ConfigError)
    assert str(error) == "No source is named 'tape': choose one of file, device."


@pytest.mark.parametrize(
    ("n", "noun", "plural", "words"),
    [
        (0, "image", "", "0 images"),
        (1, "image", "", "1 image"),
        (2, "image", "", "2 images"),
        (1, "class", "classes", "1 class"),
        (3, "class", "classes", "3 classes"),
    ],
)
def test_a_quantity_has_the_singular_for_one_only(n: int, noun: str, plural: str, words: str) -> None:
    assert errors.quantity(n, noun, plural) == words
