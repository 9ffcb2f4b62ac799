"""Overlays and the events that they belong to."""

from __future__ import annotations

from mer_ros.web.overlays import OverlayMatcher


def test_either_may_come_first() -> None:
    matcher: OverlayMatcher[str] = OverlayMatcher()
    assert matcher.explanation(5, "a") is None
    assert matcher.overlay(5, "picture of a") == ("a", "picture of a")
    assert matcher.overlay(6, "picture of b") is None
    assert matcher.explanation(6, "b") == ("b", "picture of b")
    assert matcher.overlay(5, "another") is None, "a is paired already"


def test_two_faces_with_one_apex_are_paired_in_order() -> None:
    matcher: OverlayMatcher[str] = OverlayMatcher()
    matcher.explanation(5, "a")
    matcher.explanation(5, "b")
    assert matcher.overlay(5, "first") == ("a", "first")
    assert matcher.overlay(5, "second") == ("b", "second")


def test_what_is_never_paired_is_bounded() -> None:
    matcher: OverlayMatcher[str] = OverlayMatcher()
    for stamp in range(1000):
        matcher.overlay(stamp, str(stamp))
        matcher.explanation(-1 - stamp, str(stamp))
    assert len(matcher._overlays) == len(matcher._ids) == 32
    assert matcher.explanation(999, "a") == ("a", "999") and matcher.explanation(0, "b") is None
