"""The share of judged frames, and the reasons of the others."""

from types import SimpleNamespace

import pytest

from mer_ros.spotting.judged import JudgedFrames


def face(quality: str = "") -> SimpleNamespace:
    return SimpleNamespace(quality=quality)


def test_before_the_first_frame_nothing_is_claimed() -> None:
    assert str(JudgedFrames()) == "no frame seen yet" and JudgedFrames().share == 0


def test_the_largest_face_decides_and_reasons_are_counted_without_their_numbers() -> None:
    judged = JudgedFrames()
    for _ in range(6):
        judged.add([face(), face("too small: 20 px between the eyes, 40 needed")])
    for percent in (31, 40):
        judged.add([face(f"covered: mouth and chin, {percent}% differs from the face at rest")])
    judged.add([face("turned away: 40 degrees")])
    judged.add([])
    assert str(judged) == "judged 60% of 10 frames; not judged: covered 20%, turned away 10%, no face 10%"
    assert judged.share == pytest.approx(6 / 9)


def test_a_repeated_frame_counts_like_the_one_before() -> None:
    judged = JudgedFrames()
    judged.add([face()])
    judged.add_repeat()
    judged.add([])
    judged.add_repeat()
    assert str(judged) == "judged 50% of 4 frames; not judged: no face 50%"


def test_without_a_reason_there_is_no_list_of_reasons() -> None:
    judged = JudgedFrames()
    judged.add([face()])
    assert str(judged) == "judged 100% of 1 frame"
