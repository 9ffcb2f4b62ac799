from __future__ import annotations

import pytest
from recorded_faces import FRAMES, write_frames
from recorded_sets import write_smic

from mer_ros.errors import DataError


def test_each_folder_is_a_clip_and_its_apex_is_estimated(open_set, tmp_path):
    clips = open_set("smic", write_smic(tmp_path))
    assert clips.samples.tolist() == ["s1_ne_01", "s1_po_01", "s20_sur_01"]
    assert [clips.labels[i] for i in clips.truth] == ["negative", "positive", "surprise"]
    assert clips.subjects.tolist() == ["s01", "s01", "s20"] and clips.units == ()
    assert "The apex of 3 of 3 clips was estimated from the frames." in clips.notes
    assert all(len(crops) == FRAMES for crops in clips.crops)


def test_an_unknown_label_and_a_gap_are_faults_with_the_folder(open_set, tmp_path):
    root = write_smic(tmp_path)
    write_frames(root / "HS/s20/micro/boredom/s20_bo_01", ["reg_image0001.bmp", "reg_image0002.bmp"], 2)
    (root / "HS/s01/micro/negative/s1_ne_01/reg_image0004.bmp").unlink()
    with pytest.raises(DataError) as raised:
        open_set("smic", root)
    assert "'HS/s20/micro/boredom/s20_bo_01': s20/s20_bo_01: label 'boredom' is not one of" in str(
        raised.value
    )
    assert "'HS/s01/micro/negative/s1_ne_01': s01/s1_ne_01: 1 frame is missing (4)" in str(raised.value)


def test_another_folder_is_refused(open_set, tmp_path):
    with pytest.raises(DataError, match="there are no folders of frames like"):
        open_set("smic", tmp_path)
