from __future__ import annotations

import numpy as np
import pytest

from mer_ros.analysis import motion_lanes as module
from mer_ros.analysis.motion_lanes import LANE_ROWS, LaneSampler, rows_of
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.types import Face


def face(id_="face_1", quality="", eyes=60.0):
    return Face(id_, (0, 0, 9, 9), 1.0, np.zeros((468, 3), np.float32), 0.0, 0.0, 0.0, eyes, 0.0, quality)


def moving(region="chin", size=0.01):
    found = np.zeros(len(MOTION_GROUPS), np.float32)
    found[list(MOTION_GROUPS).index(region)] = size
    return found


def motions(size=0.01):
    return rows_of(moving(size=size))


def test_every_group_belongs_to_one_row():
    assert sorted(name for names in module._OF_ROW.values() for name in names) == sorted(MOTION_GROUPS)


def test_a_row_has_the_largest_movement_of_its_groups():
    rows = rows_of(moving("below left lip corner", 0.02))
    assert rows[LANE_ROWS.index("left lip corner")] == np.float32(0.02) and np.count_nonzero(rows) == 1


def test_a_bin_has_the_largest_movement_and_the_reasons_are_counted():
    lanes = LaneSampler()
    for i in range(100):  # 200 fps: four frames in a bin
        quality = "blurred: 40%" if i >= 96 else ""
        lanes.add(i * 5_000_000, [face(quality=quality)], {"face_1": motions(size=0.001 * (i == 41))})
    (lane,) = lanes.lanes()
    chin = lane.motion[:, LANE_ROWS.index("chin")]
    assert len(chin) == 25 and chin[10] == np.float32(0.001) and np.count_nonzero(chin) == 1
    assert lane.judged[:24].all() and not lane.judged[24] and lane.reasons == {"blurred": 4}
    assert lane.frames == 100 and lane.interocular_px == 60 and abs(lane.bin_s - 0.02) < 1e-12


def test_a_face_that_was_away_has_no_movement_then():
    lanes = LaneSampler()
    for time_ms in (0, 20, 40, 500, 520):
        lanes.add(time_ms * 1_000_000, [face()], {"face_1": motions()})
    (lane,) = lanes.lanes()
    assert np.isnan(lane.motion[3:25]).all() and not np.isnan(lane.motion[[0, 1, 2, 25, 26]]).any()


@pytest.mark.parametrize("fps", [5, 14, 30])
def test_between_two_frames_a_bin_has_the_value_of_the_first(fps):
    lanes = LaneSampler()
    for i in range(2 * fps):
        quality = "blurred" if i in (4, 5) else ""
        lanes.add(i * 1_000_000_000 // fps, [face(quality=quality)], {"face_1": motions(0.001 * (i + 1))})
    (lane,) = lanes.lanes()
    chin = lane.motion[:, LANE_ROWS.index("chin")]
    assert not np.isnan(lane.motion).any() and (np.diff(chin) >= 0).all()
    first, end = int(4 / fps / lane.bin_s), int(6 / fps / lane.bin_s)
    assert np.flatnonzero(~lane.judged).tolist() == list(range(first, end)), "without stripes"
    assert len(np.unique(chin)) == 2 * fps and lane.frames == 2 * fps


def test_a_single_lost_frame_is_bridged_and_a_lost_second_is_not():
    lanes = LaneSampler()
    for i in (*range(10), *range(11, 20), *range(34, 50)):
        lanes.add(i * 71_428_571, [face()], {"face_1": motions(0.01)})
    (lane,) = lanes.lanes()
    empty_s = lane.bin_s * np.flatnonzero(np.isnan(lane.motion[:, 0]))
    assert len(empty_s) and abs(empty_s[0] - 19 / 14) < 0.03 and abs(empty_s[-1] - 34 / 14) < 0.03


def test_the_bins_of_a_long_recording_become_wider_and_keep_their_times(monkeypatch):
    monkeypatch.setattr(module, "_MOST_BINS", 50)
    lanes = LaneSampler()
    for i in range(1000):  # 20 s in steps of 20 ms
        present = [face("late")] if i >= 501 else [face()]
        moved = motions(size=0.01 if i in (300, 700) else 0.0)
        lanes.add(i * 20_000_000, present, {"face_1": moved, "late": moved})
    first, second = lanes.lanes() if lanes.lanes()[0].face_id == "face_1" else lanes.lanes()[::-1]
    assert len(first.motion) + len(second.motion) <= 52 and first.bin_s == second.bin_s > 0.3
    for lane, moved_s in ((first, 6.0), (second, 14.0)):
        place = int(np.nanargmax(lane.motion[:, LANE_ROWS.index("chin")]))
        start_s = lane.start_s + place * lane.bin_s
        assert start_s <= moved_s + 1e-9 < start_s + lane.bin_s + 1e-9


def test_the_number_of_faces_is_bounded():
    lanes = LaneSampler()
    for i in range(100):
        lanes.add(i * 20_000_000, [face(f"face_{i}")], {})
    lanes.add(2_000_000_000, [face("face_0"), face("face_99")], {})
    assert len(lanes.lanes()) == 32 and lanes.left_out == 68


def test_rows_of_another_name():
    lanes = LaneSampler(("face",))
    lanes.add(0, [face()], {"face_1": np.float32([0.01])})
    (lane,) = lanes.lanes()
    assert lane.rows == ("face",) and lane.motion.tolist() == [[np.float32(0.01)]]


def test_a_face_whose_movement_is_not_known_has_an_empty_lane():
    lanes = LaneSampler()
    lanes.add(0, [face()], {"face_1": motions(np.nan)})
    (lane,) = lanes.lanes()
    assert np.isnan(lane.motion[:, LANE_ROWS.index("chin")]).all() and lane.frames == 1
    single = LaneSampler(("any region",))
    single.add(0, [face()], {"face_1": np.float32([np.nan])})
    assert np.isnan(single.lanes()[0].motion).all()
