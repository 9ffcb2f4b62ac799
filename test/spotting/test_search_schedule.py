from __future__ import annotations

import pytest

from mer_ros.face.search import search_parts
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.search_schedule import (
    background_delay_s,
    movement_search_period_s,
    n_tiles,
    search_interval_s,
)

CONFIG = WatcherConfig(
    search_round_s=0.32, detection_interval_s=0.04, background_delay_s=0.014, min_interocular_px=40.0
)
VGA, UHD = (640, 480), (3840, 2160)


@pytest.mark.parametrize(
    ("n_faces", "behind", "delay_s"),
    [(0, False, 0.014), (2, False, 0.014), (4, False, 0.028), (1, True, 0.042), (8, True, 0.056)],
)
def test_detections_of_more_than_two_faces_or_while_frames_wait_are_used_later(n_faces, behind, delay_s):
    assert background_delay_s(CONFIG, n_faces, behind) == pytest.approx(delay_s)


@pytest.mark.parametrize(
    ("n_faces", "behind", "period_s"),
    [(1, False, 0.016), (2, False, 0.016), (4, False, 0.032), (1, True, 0.032), (6, True, 0.048)],
)
def test_movements_of_more_than_two_faces_or_while_frames_wait_are_searched_less_often(
    n_faces, behind, period_s
):
    assert movement_search_period_s(n_faces, behind) == pytest.approx(period_s)


def test_a_picture_of_many_parts_is_searched_more_often_within_limits():
    assert len(search_parts(VGA, 40.0)) == 5 and len(search_parts(UHD, 40.0)) > 20
    assert search_interval_s(CONFIG, VGA) == 0.04, "every 64 ms would be enough"
    assert search_interval_s(CONFIG, UHD) == 0.016


@pytest.mark.parametrize(("frame_period_s", "tiles"), [(0.005, 1), (0.04, 1), (0.128, 2), (0.2, 3), (1.0, 4)])
def test_a_slow_camera_shows_more_parts_in_one_search(frame_period_s, tiles):
    assert n_tiles(CONFIG, VGA, frame_period_s) == tiles


def test_all_parts_of_a_picture_of_many_parts_are_searched_within_the_round():
    n_parts = len(search_parts((1920, 1080), 40.0)) - 1
    tiles = n_tiles(CONFIG, (1920, 1080), 0.005)
    rounds_s = n_parts / tiles * search_interval_s(CONFIG, (1920, 1080))
    assert rounds_s <= 1.5 * CONFIG.search_round_s
