"""Rules by which coders assign action units to the sides of a face."""

from __future__ import annotations

MIDLINE = frozenset({"AU17", "AU23", "AU24", "AU25", "AU26"})
"""Units of chin, lips and jaw, which move both sides even where an expression is one-sided."""

PRESENT = 0.25
"""A unit is present on a side if its strength is above this share of the strongest one of the sample. Coders
call a unit one-sided where the weaker side has less than about a quarter of the other: real smiles that they
coded on both sides have a median ratio of .38, all of them one of .15. A unit of the midline, such as the
jaw, is on both sides or on none."""
