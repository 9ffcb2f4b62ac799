"""Notes of maps: shares as whole per cents."""

from __future__ import annotations

import pytest

from mer_ros.explanation.notes import Note, note_of


@pytest.mark.parametrize(("share", "percent"), [(0.0, 0), (0.004, 0), (0.006, 1), (0.626, 63), (1.0, 100)])
def test_shares_are_rounded_to_per_cents_in_their_order(share, percent):
    assert note_of("phases", [("b", share), ("a", 0.5)]) == Note("phases", (("b", percent), ("a", 50)))
