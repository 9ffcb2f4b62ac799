"""Sentences that accompany all scores on synthetic data: the ceiling, and published scores on real data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REAL_VIDEO_F1 = 0.39
"""Best published spotting F1 on real long videos (CAS(ME)^2, arXiv:2503.09098)."""

REAL_UF1 = (0.70, 0.74)
"""UF1 of shallow flow networks and linear models on the classes of MEGC 2019, leave-one-subject-out."""

SPOTTING = f"The best published spotting F1 on real long videos is {REAL_VIDEO_F1}."
RECOGNITION = (
    f"On real clips of three classes, flow networks and linear models reach UF1 {REAL_UF1[0]:.2f} to "
    f"{REAL_UF1[1]:.2f} (leave-one-subject-out)."
)


def ceiling_sentence(ceiling: Mapping[str, Any]) -> str:
    """The ceiling as a sentence. ceiling: the mapping of ``Ceiling.figures``."""
    return (
        f"Ceiling of the {len(ceiling['f1'])} synthetic labels (generator {ceiling['generator']}): accuracy "
        f"{digits(ceiling['accuracy'])}, UF1 {digits(ceiling['uf1'])}; emotions share action units."
    )


def share(value: float | None, ceiling: float) -> str:
    """A score as a share of its ceiling: 87 %, or a dash if there is no score."""
    return "-" if value is None or not ceiling else f"{100 * value / ceiling:.0f} %"


def digits(value: float | None, sign: str = "") -> str:
    """Three decimals without a leading zero, or a dash for None.

    >>> digits(0.949), digits(1.0), digits(0.012, "+"), digits(None)
    ('.949', '1.000', '+.012', '-')
    """
    return "-" if value is None else f"{value:{sign}.3f}".replace("0.", ".", 1)


def with_interval(score: Mapping[str, float | None]) -> str:
    """A score with its interval in brackets.

    >>> with_interval({"value": 0.5, "low": 0.25, "high": None})
    '.500 [.250, -]'
    """
    return f"{digits(score['value'])} [{digits(score['low'])}, {digits(score['high'])}]"
