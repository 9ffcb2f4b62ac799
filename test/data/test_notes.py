from __future__ import annotations

from mer_ros.data.notes import Notes


def test_there_is_one_sentence_for_each_kind_with_a_few_examples():
    notes = Notes()
    notes.tally(("cell is", "cells are"), "odd", "'a'")
    notes.add("The sheet is odd.")
    notes.add("The sheet is odd.")
    for i in range(5):
        notes.tally(("image is", "images are"), "odd", repr(i))
    assert notes.sentences == (
        "1 cell is odd ('a').",
        "The sheet is odd.",
        "5 images are odd (0, 1, 2 and 2 more).",
    )


def test_nothing_odd_gives_no_sentence():
    assert Notes().sentences == ()
