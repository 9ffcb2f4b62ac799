"""The lid margins of FaceMesh."""

from __future__ import annotations

UPPER = {
    "R": (33, 246, 161, 160, 159, 158, 157, 173, 133),
    "L": (362, 398, 384, 385, 386, 387, 388, 466, 263),
}
LOWER = {
    "R": (33, 7, 163, 144, 145, 153, 154, 155, 133),
    "L": (362, 382, 381, 380, 374, 373, 390, 249, 263),
}
"""FaceMesh landmarks of the lid margins, from left to right in the picture."""
