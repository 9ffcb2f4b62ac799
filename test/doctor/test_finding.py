from __future__ import annotations

from mer_ros.doctor.finding import Finding, Status


def test_a_line_begins_with_a_word_and_ends_with_the_remedy():
    assert str(Finding(Status.FIX, "models", "none", "Train one")) == "FIX  models: none. Train one."
    assert str(Finding(Status.OK, "CPU", "2 cores")) == "ok   CPU: 2 cores."
