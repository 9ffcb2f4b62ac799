"""Bounds that are declared as parameters and used far from there."""

from __future__ import annotations

MAX_PIXELS = 4096 * 4096
"""Width times height above which an image is not believed."""
