"""The parts of a picture in which faces are searched."""

import numpy as np
import pytest

from mer_ros.face.search import part_round, parts_of_turn, search_parts

SIZES = [(640, 480), (1280, 720), (1920, 1080), (480, 640), (3840, 2160)]


@pytest.mark.parametrize("size", SIZES)
def test_each_face_of_the_smallest_size_is_whole_in_a_part_small_enough_for_the_detector(size):
    parts = np.array(search_parts(size, 40.0))
    width, height = 70, 90  # of a face with 40 px between the eyes
    for x in range(0, size[0] - width + 1, 15):
        for y in range(0, size[1] - height + 1, 15):
            inside = (
                (parts[:, 0] <= x)
                & (parts[:, 1] <= y)
                & (parts[:, 0] + parts[:, 2] >= x + width)
                & (parts[:, 1] + parts[:, 3] >= y + height)
            )
            assert (40 * 128 / parts[inside, 2:].max(axis=1)).max() > 10, "px between the eyes, as detected"


@pytest.mark.parametrize("size", SIZES)
def test_all_parts_are_inside_the_picture_and_the_first_is_the_whole(size):
    parts = search_parts(size, 40.0)
    assert parts[0] == (0, 0, *size) and len(set(parts)) == len(parts)
    for x, y, width, height in parts:
        assert x >= 0 and y >= 0 and x + width <= size[0] and y + height <= size[1]


def test_a_small_picture_is_searched_as_a_whole():
    assert search_parts((320, 240), 40.0) == ((0, 0, 320, 240),)
    assert parts_of_turn(search_parts((320, 240), 40.0), 5, False) == ((0, 0, 320, 240),)


@pytest.mark.parametrize("smallest_px", [0.0, 1.0, 10_000.0])
def test_a_setting_without_sense_gives_no_flood_of_parts(smallest_px):
    assert 1 <= len(search_parts((1920, 1080), smallest_px)) < 100


@pytest.mark.parametrize("any_face", [True, False])
def test_one_round_shows_all_parts(any_face):
    parts = search_parts((1920, 1080), 40.0)
    turns = round(len(parts) * (4 / 3 if any_face else 1)) + 1
    shown = [part for turn in range(turns) for part in parts_of_turn(parts, turn, any_face)]
    assert set(shown) == set(parts)
    assert len(shown) <= turns * (1 if any_face else 2)


@pytest.mark.parametrize("n_tiles", [1, 2, 3, 100])
def test_several_tiles_in_a_turn_shorten_the_round(n_tiles):
    parts = search_parts((1920, 1080), 40.0)
    turns = -(-(len(parts) - 1) // n_tiles)
    shown = [part for turn in range(turns) for part in parts_of_turn(parts, turn, False, n_tiles)]
    assert set(shown) == set(parts) and len(shown) <= turns * (1 + min(n_tiles, len(parts)))


def test_without_a_face_each_turn_shows_the_whole_picture():
    parts = search_parts((1280, 720), 40.0)
    assert all(parts_of_turn(parts, turn, False)[0] == parts[0] for turn in range(30))


def test_a_square_round_a_point_is_cut_at_the_border():
    assert part_round(10.0, 20.0, 100.0, (640, 480)) == (0, 0, 60, 70)
    assert part_round(-80.0, 20.0, 100.0, (640, 480)) is None
