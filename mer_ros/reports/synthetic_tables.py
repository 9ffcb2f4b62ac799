"""Tables of docs/synthetic_data.md that are computed: recipes, sides, ceilings, and both heads' units.

A table stands between two marks:

    <!-- table: recipes -->
    ...
    <!-- end of table -->
"""

from __future__ import annotations

import dataclasses
import functools
import re

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.data.synthetic.ceiling import label_ceiling
from mer_ros.data.synthetic.generator import GENERATORS, generator
from mer_ros.data.synthetic.recipes import Recipe
from mer_ros.data.synthetic.sides import Sides
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.subject_fields import SubjectFields
from mer_ros.face import facs
from mer_ros.reports.synthetic_scores import digits
from mer_ros.types import EMOTIONS

FIELD_PX = 64
"""Width of the fields of units that are compared."""

SIDES_WORDS = {
    "sigma": "asymmetry a of an expression, standard deviation: right times 1 + a, left times 1 - a",
    "limit": "largest absolute value of a",
    "weak_chance": "probability that a two-sided recipe appears mostly on one side",
    "weak_side": "share of the movement that the weak side then shows, uniform",
    "one_sided": "share of the movement that the other side shows in a one-sided expression, uniform",
    "upper_sigma": "standard deviation of a if only brows, lids and nose move; as above if None",
    "upper_one_sided": "share of the other side if only brows, lids and nose move; as above if None",
    "midline": "units that keep both sides in a one-sided expression",
}
"""Meaning of each field of ``Sides``."""

_TABLE = re.compile(r"(<!-- table: (.+?) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def with_tables(page: str) -> str:
    """The page with each marked table replaced by the current one; KeyError for an unknown name."""
    return _TABLE.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n\n{found[3]}", page)


def recipe_table() -> str:
    """The share of each emotion and its recipes."""
    own = generator()
    rows = ["| emotion | share | recipes |", "|---|---|---|"]
    for emotion, prior in zip(EMOTIONS, own.priors, strict=True):
        recipes = ", ".join(recipe_words(recipe) for recipe in own.recipes[emotion])
        rows.append(f"| {emotion} | {percent(prior)} | {recipes} |")
    return "\n".join(rows)


def recipe_words(recipe: Recipe) -> str:
    r"""Units, share, one-sided share, and a star if typical.

    >>> recipe_words(Recipe(("AU6", "AU12"), 0.238, typical=True, one_sided=0.17))
    '6+12 (24 %, one side 17 %) \\*'
    """
    units = "+".join(unit.removeprefix("AU") for unit in recipe.units)
    side = f", one side {percent(recipe.one_sided)}" if recipe.one_sided else ""
    return f"{units} ({percent(recipe.weight)}{side})" + " \\*" * recipe.typical


def percent(share: float) -> str:
    """0.164 -> "16 %"."""
    return f"{100 * share:.0f} %"


def sides_table() -> str:
    """The constants of ``Sides`` in each version."""
    versions = list(GENERATORS)
    rows = [f"| constant | {' | '.join(versions)} | meaning |", "|---|" + "---|" * len(versions) + "---|"]
    for field in dataclasses.fields(Sides):
        values = [getattr(GENERATORS[version].sides, field.name) for version in versions]
        shown = " | ".join(f"`{', '.join(sorted(v)) if isinstance(v, frozenset) else v}`" for v in values)
        rows.append(f"| `{field.name}` | {shown} | {SIDES_WORDS[field.name]} |".replace("``", "none"))
    return "\n".join(rows)


def ceiling_table() -> str:
    """The ceiling of each version for seven emotions and for the classes of MEGC 2019, newest first."""
    rows = ["| generator | classes | accuracy | UF1 | F1 of each |", "|---|---|---|---|---|"]
    for version in reversed(list(GENERATORS)):
        for words, labels in (("seven emotions", EMOTIONS), ("three classes", MEGC_LABELS)):
            found = label_ceiling(labels, version=version)
            f1 = ", ".join(f"{k} {digits(float(v))}" for k, v in zip(labels, found.f1, strict=True))
            rows.append(f"| {version} | {words} | {digits(found.accuracy)} | {digits(found.uf1)} | {f1} |")
    return "\n".join(rows)


@functools.cache
def unit_fields(head: str, size: int = FIELD_PX) -> NDArray[np.float32]:
    """(U, 2, S, S) flow of each of ``facs.UNITS`` on both sides of the average face of a head."""
    fields = SubjectFields(make_subject(0, 0.0, head), size)
    both = [sum(fields.units[fields.index[unit + side]] for side in facs.SIDES) for unit in facs.UNITS]
    return np.stack(both).transpose(0, 3, 1, 2)


def unit_cosines() -> dict[str, float]:
    """Cosine of the fields of each unit on the average faces of both heads."""
    one, other = (unit_fields(head).reshape(len(facs.UNITS), -1) for head in generator().heads)
    size = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return dict(zip(facs.UNITS, ((one * other).sum(1) / size).tolist(), strict=True))


def unit_table() -> str:
    """The cosines of ``unit_cosines``, with the median."""
    found = unit_cosines()
    rows = ["| unit | appearance | cosine |", "|---|---|---|"]
    rows += [f"| {unit} | {facs.UNIT_DESCRIPTIONS[unit]} | {value:.2f} |" for unit, value in found.items()]
    return "\n".join([*rows, f"| median | | {np.median(list(found.values())):.2f} |"])


TABLES = {"recipes": recipe_table, "sides": sides_table, "ceilings": ceiling_table, "units": unit_table}
"""The tables by the names in their marks."""
