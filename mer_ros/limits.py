"""Bounds that are used far from where they are declared; nothing is imported, so that they cost nothing."""

from __future__ import annotations

MAX_PIXELS = 4096 * 4096
"""Width times height above which an image is not believed."""

MICRO_MIN_S, MICRO_MAX_S = 0.065, 0.5
"""A micro-expression lasts 65 to 500 ms from onset to offset."""

MIN_SAMPLES = 4
"""Frame periods between onset and offset without which a duration is not claimed."""

NOTABLE_LOSS = 0.02
"""A smaller share of lost frames is not worth a warning."""
