"""The published scores printed beside synthetic ones are defined once, and every page quotes them."""

from __future__ import annotations

import pytest

from mer_ros.files import share_dir
from mer_ros.reports import synthetic_scores


def test_the_pages_quote_the_same_figures():
    pages = ("README.md", "models/MODEL_CARD.md")
    readme, card = (" ".join((share_dir() / name).read_text("utf-8").split()) for name in pages)
    assert f"the best published F1 is {synthetic_scores.REAL_VIDEO_F1}" in readme
    low, high = map(synthetic_scores.digits, synthetic_scores.REAL_UF1)
    assert f"UF1 of {low[:-1]} to {high[:-1]}" in card
    assert f"spotting F1 is {synthetic_scores.digits(synthetic_scores.REAL_VIDEO_F1)[:-1]}" in card


@pytest.mark.parametrize(
    ("value", "ceiling", "said"),
    [(0.45, 0.9, "50 %"), (0.9, 0.9, "100 %"), (None, 0.9, "-"), (0.1, 0, "-"), (0.0, 0.9, "0 %")],
)
def test_a_share_of_the_ceiling(value, ceiling, said):
    assert synthetic_scores.share(value, ceiling) == said


@pytest.mark.parametrize(
    ("value", "sign", "said"),
    [(0.9491, "", ".949"), (1.0, "", "1.000"), (0.012, "+", "+.012"), (None, "", "-")],
)
def test_digits(value, sign, said):
    assert synthetic_scores.digits(value, sign) == said
