"""The computed tables of docs/synthetic_data.md: recipes, sides, ceilings and the units of both heads."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.data.synthetic.ceiling import label_ceiling
from mer_ros.data.synthetic.generator import GENERATORS
from mer_ros.data.synthetic.recipes import RECIPES, Recipe
from mer_ros.data.synthetic.sides import Sides
from mer_ros.face import facs
from mer_ros.reports import synthetic_tables
from mer_ros.reports.synthetic_scores import digits
from mer_ros.reports.synthetic_tables import (
    FIELD_PX,
    TABLES,
    ceiling_table,
    recipe_table,
    recipe_words,
    sides_table,
    unit_cosines,
    unit_fields,
    unit_table,
    with_tables,
)
from mer_ros.types import EMOTIONS

TEXT = (Path(__file__).parents[2] / "docs" / "synthetic_data.md").read_text(encoding="utf-8")


def test_every_table_is_on_the_page_and_is_the_code_s() -> None:
    assert re.findall(r"<!-- table: (.+?) -->", TEXT) == ["units", "ceilings", "recipes", "sides"]
    assert with_tables(TEXT) == TEXT


def test_only_marked_tables_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TABLES, "sides", lambda: "| new |")
    page = "<!-- table: sides -->\n| old |\n<!-- end of table -->\n| old |\n"
    assert with_tables(page) == "<!-- table: sides -->\n\n| new |\n\n<!-- end of table -->\n| old |\n"
    assert with_tables("") == ""
    with pytest.raises(KeyError, match="no such"):
        with_tables("<!-- table: no such -->\n<!-- end of table -->")


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (Recipe(("AU4",), 0.338), "4 (34 %)"),
        (Recipe(("AU12",), 0.494, typical=True, one_sided=0.42), "12 (49 %, one side 42 %) \\*"),
        (Recipe(("AU1", "AU2"), 0.05, one_sided=1), "1+2 (5 %, one side 100 %)"),
    ],
)
def test_a_recipe_in_words(recipe: Recipe, words: str) -> None:
    assert recipe_words(recipe) == words


def test_the_table_of_recipes_has_every_emotion_and_recipe() -> None:
    rows = recipe_table().splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == [f"| {emotion}" for emotion in EMOTIONS]
    assert rows[EMOTIONS.index("disgust")].startswith("| disgust | 21 % | 4+7 (22 %, one side 1 %), ")
    for emotion, row in zip(EMOTIONS, rows, strict=True):
        assert row.count(" (") == len(RECIPES[emotion])
        assert row.count("\\*") == sum(recipe.typical for recipe in RECIPES[emotion])


def test_the_table_of_sides_names_every_constant_of_every_version() -> None:
    head, _, *rows = sides_table().splitlines()
    assert head == "| constant | 1.0 | 2.0 | meaning |"
    assert [row.split("`")[1] for row in rows] == [field.name for field in dataclasses.fields(Sides)]
    assert rows[0].startswith("| `sigma` | `0.15` | `0.55` | ")
    assert rows[-1].startswith("| `midline` | none | `AU17, AU23, AU24, AU25, AU26` | ")


def test_the_table_of_ceilings_has_both_sets_of_classes_of_every_version() -> None:
    rows = ceiling_table().splitlines()[2:]
    assert len(rows) == 2 * len(GENERATORS)
    for row, (version, labels) in zip(
        rows, [(v, labels) for v in reversed(GENERATORS) for labels in (EMOTIONS, MEGC_LABELS)], strict=True
    ):
        ceiling = label_ceiling(labels, version=version)
        words = "seven emotions" if labels == EMOTIONS else "three classes"
        classes = ", ".join(f"{k} {digits(float(v))}" for k, v in zip(labels, ceiling.f1, strict=True))
        assert row == (
            f"| {version} | {words} | {digits(ceiling.accuracy)} | {digits(ceiling.uf1)} | {classes} |"
        )


@pytest.mark.parametrize("head", GENERATORS["2.0"].heads)
def test_fields_of_units_move_both_sides(head: str) -> None:
    fields = unit_fields(head)
    assert fields.shape == (len(facs.UNITS), 2, FIELD_PX, FIELD_PX)
    smile = np.linalg.norm(fields[facs.UNITS.index("AU12")], axis=0)
    left, right = smile[:, : FIELD_PX // 2].max(), smile[:, FIELD_PX // 2 :].max()
    assert left == pytest.approx(right, rel=0.15) and left > 10  # crop pixels at intensity 1


def test_cosines_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second head moves as the first, twice as far, in all units but the first, which goes backwards."""
    flow = np.random.default_rng(0).normal(size=(len(facs.UNITS), 2, 4, 4)).astype(np.float32)
    other = 2 * flow
    other[0] *= -1
    monkeypatch.setattr(synthetic_tables, "unit_fields", {"photograph": flow, "parametric": other}.get)
    assert list(unit_cosines().values()) == pytest.approx([-1] + [1] * (len(facs.UNITS) - 1), abs=1e-5)
    rows = unit_table().splitlines()
    assert rows[2] == "| AU1 | inner brow raised | -1.00 |" and rows[-1] == "| median | | 1.00 |"


def test_both_heads_move_alike_but_not_the_same() -> None:
    """The second head was not copied from the first, and shows the same units."""
    found = unit_cosines()
    assert 0.5 < np.median(list(found.values())) < 0.9
    assert min(value for unit, value in found.items() if unit != "AU14") > 0.4 and max(found.values()) < 0.98
