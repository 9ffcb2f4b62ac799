from __future__ import annotations

from recorded_faces import FRAMES
from recorded_sets import write_dfme

from mer_ros.data.datasets.dfme import FRAME_SET
from mer_ros.data.datasets.frame_set import read_annotations


def test_frames_are_numbered_from_zero_and_each_clip_has_its_rate(open_set, tmp_path):
    root = write_dfme(tmp_path)
    clips = open_set("dfme", root)
    assert [clips.labels[i] for i in clips.truth] == ["happiness", "disgust", "contempt"]
    assert [len(crops) for crops in clips.crops] == [FRAMES] * 3
    assert "The apex of 1 of 3 clips was estimated from the frames." in clips.notes  # 0, the onset
    assert [one.fps for one in read_annotations(FRAME_SET, root).good] == [200, 300, 500]
    assert clips.units[0][0].side == "left"
    assert "Half of the clips last 20 ms or more, at 200 or 300 or 500 frames per second." in clips.notes
