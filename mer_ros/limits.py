"""Limits shared by several folders. This module imports nothing, so that every module may import it."""

from __future__ import annotations

DEVICES = ("auto", "cpu", "cuda")
"""Where networks can compute; "auto" is CUDA if it is available."""

MAX_PIXELS = 4096 * 4096
"""Largest width times height of an image; a larger one indicates a wrong header."""

MICRO_MIN_S, MICRO_MAX_S = 0.065, 0.5
"""Duration of a micro-expression from onset to offset, seconds."""

MIN_SAMPLES = 4
"""Fewest frame periods between onset and offset for which a duration is reported."""

NOTABLE_LOSS = 0.02
"""Share of lost frames from which a warning is given."""
