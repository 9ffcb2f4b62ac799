"""Colours of all pictures, uint8 BGR: distinguishable with every kind of colour vision.

The two signal colours are sky blue and orange of Okabe and Ito, "Color Universal Design", 2008, which differ
for protan, deutan and tritan eyes. No picture relies on colour alone: words say the same.
"""

from __future__ import annotations

GROUND_BGR, INK_BGR, FAINT_BGR = (30, 27, 25), (240, 240, 240), (190, 186, 182)
GOOD_BGR, WARNING_BGR = (233, 180, 86), (0, 159, 230)
"""Known, tracked, within limits; and unknown, unusable, beyond limits."""

EMPTY_BGR, BLACK_BGR = (70, 64, 58), (0, 0, 0)
