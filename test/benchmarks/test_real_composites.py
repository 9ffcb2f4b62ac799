"""Synthetic expressions that are added to real faces."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from benchmarks import real_composites
from mer_ros.data.synthetic.generator import generator
from mer_ros.spotting.transients import largest_motion
from mer_ros.spotting.unit_patterns import unit_patterns


@pytest.mark.parametrize("head", generator().heads)
def test_every_recipe_moves_the_face_by_the_same_amount(head: str) -> None:
    movements = real_composites.expressions(head)
    recipes = {recipe.units for of_emotion in generator().recipes.values() for recipe in of_emotion}
    assert len(movements) == len(recipes)
    assert [largest_motion(one.ravel()) for one in movements] == pytest.approx(
        [real_composites.PEAK] * len(recipes)
    )
    patterns = unit_patterns((head,))
    smile = patterns.moved[patterns.names.index("AU12")].ravel()
    cosines = [abs(one.ravel() @ smile) / np.linalg.norm(one) / np.linalg.norm(smile) for one in movements]
    assert max(cosines) > 0.9, "no recipe is a smile"


def test_a_folder_without_people_has_no_rows(tmp_path) -> None:
    assert list(real_composites.composites(tmp_path)) == []


def test_a_photograph_without_a_face_is_left_out(tmp_path, capsys) -> None:
    path = tmp_path / "pairs" / "anna" / "neutral.png"
    path.parent.mkdir(parents=True)
    cv2.imwrite(str(path), np.full((200, 200, 3), 90, np.uint8))
    assert list(real_composites.composites(tmp_path)) == []
    assert f"Left out: {path}" in capsys.readouterr().err
