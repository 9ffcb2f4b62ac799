"""Fault 80 in data sets: frames of damaged videos keep their numbers, or the clip is refused."""

from __future__ import annotations

import pytest

from benchmarks.recording_files import damage, number_of, write_video
from mer_ros.data.frames import video_frames
from mer_ros.data.frames.video_frames import frame_places, read_video_frames
from mer_ros.errors import DataError
from mer_ros.media.video_file import Losses

N = 60
CLIP = 6


def video(folder, name, codec="libx264", pixels="yuv420p", index_first=False, **options):
    return write_video(
        folder / name, codec, range(N), pixels=pixels, options=options, index_first=index_first
    )


def read(path, numbers, wanted=None):
    """The numbers that the images carry, from 0."""
    wanted = range(len(numbers)) if wanted is None else wanted
    return [number_of(image) for image in read_video_frames(path, numbers, list(wanted))]


def read_all(path):
    """First number of each clip of six frames that is read with the right images, and of each refused one."""
    right, refused = [], []
    for first in range(1, N - CLIP + 2, CLIP):
        try:
            found = read(path, range(first, first + CLIP))
        except DataError as error:
            assert path.name in str(error)
            refused.append(first)
        else:
            assert found == list(range(first - 1, first - 1 + CLIP))
            right.append(first)
    return right, refused


def test_frames_are_numbered_from_1_and_only_the_wanted_ones_are_returned(tmp_path):
    path = video(tmp_path, "whole.mp4")
    assert read(path, range(11, 31), [0, 7, 19]) == [10, 17, 29]
    assert read(path, range(501, 501 + N), [0, N - 1]) == [0, N - 1], "the video shows the clip only"


@pytest.mark.parametrize(
    ("name", "codec"), [("damaged.ts", "libx264"), ("damaged.mp4", "libx264"), ("damaged.mpg", "mpeg2video")]
)
@pytest.mark.parametrize("part", [(0.05, 0.2), (0.4, 0.6), (0.8, 0.95)])
def test_fault_80_damage_shifts_no_frame_of_a_data_set(name, codec, part, tmp_path):
    path = damage(video(tmp_path, name, codec, index_first=part[0] > 0.5, g="15"), *part)
    right, refused = read_all(path)
    assert refused, "frames were damaged"
    whole = [first for first in (1, 7, N - CLIP + 1) if not part[0] - 0.15 < first / N < part[1] + 0.15]
    assert set(whole) <= set(right) and len(whole) >= 1


def test_fault_80_a_clip_with_an_unreadable_frame_names_it(tmp_path):
    path = damage(video(tmp_path, "damaged.mp4", g="15"), 0.4, 0.6)
    refused = read_all(path)[1]
    with pytest.raises(DataError, match=rf"'damaged.mp4' is damaged: \d frames? \(.*\) of {refused[0]} to "):
        read(path, range(refused[0], refused[0] + CLIP))


def test_fault_80_a_damaged_video_of_the_clip_only_is_refused(tmp_path):
    path = damage(video(tmp_path, "damaged.mp4", g="15"), 0.4, 0.6)
    with pytest.raises(DataError, match="remains of others: use an undamaged copy"):
        read(path, range(101, 101 + N))


def test_fault_80_frames_lost_without_a_trace_leave_the_numbers_unknown(tmp_path):
    path = damage(video(tmp_path, "damaged.avi", "mjpeg", "yuvj420p"), 0.4, 0.6)
    assert read_all(path)[0] == []
    with pytest.raises(DataError, match=r"numbers of its frames are not known \(3 frames missing\)"):
        read(path, range(1, 7))


def test_fault_80_the_frames_before_a_cut_are_read(tmp_path):
    path = write_video(tmp_path / "cut.mp4", "libx264", range(N), index_first=True)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    right, refused = read_all(path)
    assert right[:2] == [1, 7] and refused[-1] == N - CLIP + 1 and max(right) < min(refused)


def test_the_whole_video_is_not_held(tmp_path, monkeypatch):
    kept = []
    read_once = video_frames._read

    def noted(reader, wanted):
        places, images = read_once(reader, wanted)
        kept.append(len(images))
        return places, images

    monkeypatch.setattr(video_frames, "_read", noted)
    assert read(video(tmp_path, "whole.mp4"), range(31, 41), [0, 9]) == [30, 39]
    assert kept == [4], "two of the clip, and two if the video shows the clip only"


@pytest.mark.parametrize(
    ("times_ms", "losses", "places"),
    [
        ([0, 10, 20], Losses(), [0, 1, 2]),
        ([0, 10, 47], Losses(), [0, 1, 2]),
        ([0, 10, 40], Losses(unreadable=2), [0, 1, 4]),
        ([0, 10, 20], Losses(unreadable=2, before_ns=20_000_000), [2, 3, 4]),
        ([0, 10, 20], Losses(unreadable=2, behind_ns=20_000_000), [0, 1, 2]),
        ([0, 10, 20], Losses(unreadable=2, cut_off=2), [0, 1, 2]),
        ([0, 10, 20], Losses(unreadable=2), []),
        ([0, 10, 45], Losses(unreadable=2), []),
    ],
    ids=["whole", "varying", "between", "before", "behind", "cut off", "no place", "varying and damaged"],
)
def test_frames_of_a_damaged_video_are_placed_by_their_times(times_ms, losses, places):
    assert frame_places([t * 1_000_000 for t in times_ms], 100.0, losses) == places
