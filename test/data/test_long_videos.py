from __future__ import annotations

import pytest

from mer_ros.data.long_videos import LongVideoSet, kind_by_duration, pooled_videos
from mer_ros.data.synthetic_videos import synthetic_videos
from mer_ros.types import Kind


@pytest.mark.parametrize(
    ("duration_s", "kind"),
    [
        (0.03, Kind.MICRO),
        (0.5, Kind.MICRO),
        (45 / 30 - 30 / 30, Kind.MICRO),
        (0.51, Kind.MACRO),
        (3, Kind.MACRO),
    ],
)
def test_half_a_second_separates_micro_and_macro(duration_s, kind):
    assert kind_by_duration(duration_s) == kind


def test_several_sets_are_one_with_the_notes_of_each():
    rendered = synthetic_videos(2, 2)
    other = LongVideoSet(rendered.videos[:1], "recorded videos", ("a note.",))
    both = pooled_videos([rendered, other])
    assert both.videos == (*rendered.videos, *other.videos)
    assert both.notes == ("synthetic: a note.",)
    assert both.synthetic and both.origin.endswith(" + recorded videos")
    assert pooled_videos([other]) is other
