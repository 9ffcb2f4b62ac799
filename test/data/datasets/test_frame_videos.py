"""Long videos in the layouts of three data sets, and their faults."""

from __future__ import annotations

import math
import shutil

import av
import numpy as np
import pytest
from long_sets import (
    SAMM_LV_ROWS,
    SQ_FOLDERS,
    SQ_ROWS,
    write_empty_casme3,
    write_empty_samm_lv,
    write_empty_sq,
    write_sq_sheet,
)

from mer_ros.data.datasets import DATASETS, Request
from mer_ros.errors import ConfigError, DataError
from mer_ros.types import Kind

MICRO, MACRO = Kind.MICRO, Kind.MACRO


def videos(name, root, **options):
    return DATASETS.get(name).open_videos(Request(root=root, **options))


def changed(rows, row, **cells):
    out = [list(one) for one in rows]
    for column, value in cells.items():
        out[row][int(column[1:])] = value
    return out


def test_rows_of_one_folder_are_the_expressions_of_one_video(tmp_path):
    found = videos("casme-sq", write_empty_sq(tmp_path))
    assert [(v.name, v.subject, len(v.truth)) for v in found.videos] == [
        ("1/anger1", "1", 2),
        ("2/happy1", "2", 1),
        ("2/anger1", "2", 1),
    ]
    first = found.videos[0]
    assert (first.frames.n_frames, first.frames.fps, first.first) == (80, 30.0, 1)
    micro, macro = first.truth
    assert (micro.kind, macro.kind) == (MICRO, MACRO)
    assert (micro.onset_s, micro.apex_s, micro.offset_s) == pytest.approx((10 / 30, 12 / 30, 16 / 30))
    assert (micro.three, macro.three) == ("negative", "")
    assert math.isnan(found.videos[2].truth[0].apex_s)
    assert found.videos[1].truth[0].offset_s == pytest.approx(10 / 30), "an unknown offset is the apex"
    assert found.origin == "CAS(ME)^2, long videos"
    assert found.notes[-1] == "Videos that no row names are not read."


def test_samm_long_videos_are_numbered_by_their_names(tmp_path):
    found = videos("samm-lv", write_empty_samm_lv(tmp_path))
    assert [(v.name, v.subject, [t.kind for t in v.truth]) for v in found.videos] == [
        ("006/006_1", "006", [MICRO, MACRO]),
        ("007/007_3", "007", [MICRO]),
    ]
    assert found.videos[0].frames.fps == 200.0
    assert found.videos[0].truth[0].onset_s == pytest.approx(20 / 200)


def test_a_row_without_a_type_counts_by_its_duration(tmp_path):
    rows = changed(SAMM_LV_ROWS, 0, c7="Other")
    rows = changed(rows, 1, c7="")
    found = videos("samm-lv", write_empty_samm_lv(tmp_path, rows))
    assert [t.kind for t in found.videos[0].truth] == [MICRO, MACRO]


@pytest.mark.parametrize(
    ("lists", "all_rows"), [(("ME",), True), (("ME", "MaE"), False), (("ME", "MaE"), True)]
)
def test_casme3_has_its_expressions_from_the_sheet_or_from_both_lists(tmp_path, lists, all_rows):
    found = videos("casme3-a", write_empty_casme3(tmp_path, lists, all_rows))
    assert [(v.name, v.first, [t.kind for t in v.truth]) for v in found.videos] == [
        ("spNO.1/a", 300, [MICRO, MACRO]),
        ("spNO.2/b", 1, [MICRO]),
    ]
    micro, macro = found.videos[0].truth
    assert micro.onset_s == pytest.approx(55 / 30) and micro.three == "surprise"
    assert macro.three == ("surprise" if "MaE" in lists else "")


def test_casme3_without_macro_expressions_is_refused(tmp_path):
    with pytest.raises(
        DataError, match="there is no sheet with the columns Subject, .*Expression type, found"
    ):
        videos("casme3-a", write_empty_casme3(tmp_path, ("ME",), all_rows=False))


def test_missing_frames_between_expressions_keep_their_place(tmp_path):
    root = write_empty_sq(tmp_path)
    for number in (1, 2, 70):
        (root / "rawpic" / SQ_FOLDERS[1, "anger1"] / f"img{number}.jpg").unlink()
    found = videos("casme-sq", root)
    assert (found.videos[0].first, found.videos[0].frames.n_frames) == (3, 78)
    assert found.videos[0].truth[0].onset_s == pytest.approx(8 / 30)
    assert any("1 video lacks frames between others" in note for note in found.notes)


def test_every_row_is_checked_against_the_frames(tmp_path):
    rows = changed(SQ_ROWS, 0, c4=99)
    rows = changed(rows, 1, c3=70)
    rows = changed(rows, 3, c6="joy")
    root = write_empty_sq(tmp_path, rows)
    shutil.rmtree(root / "rawpic" / SQ_FOLDERS[2, "happy1"])
    with pytest.raises(DataError) as raised:
        videos("casme-sq", root)
    lines = str(raised.value).splitlines()
    assert "4 faults" in lines[0] and len(lines) == 5
    text = "\n".join(lines)
    assert "row 2: 1/anger1_1: 19 frames are missing (81, 82, 83, ...) of 11 to 99" in text
    assert "row 3: 1/anger1_2: apex 70 is outside onset 31 to offset 60" in text
    assert "row 4: 2/happy1_1: there is no folder of frames" in text
    assert "row 5: 2/anger1_1: label 'joy' is not one of" in text


def test_one_folder_of_two_subjects_is_a_fault(tmp_path):
    root = write_empty_sq(tmp_path)
    layout = tmp_path / "layout.yaml"
    layout.write_text("casme-sq: {frames: 'rawpic/s15/15_{code}*/img{frame}.jpg'}")
    rows = [SQ_ROWS[0], SQ_ROWS[3]]
    write_sq_sheet(root, rows)
    with pytest.raises(
        DataError, match=r"row 3: 2/anger1_1: its frames in .* are also those of 1/anger1_1 \(row 2\)"
    ):
        videos("casme-sq", root, layout=layout)


def test_one_subject_and_no_row_are_faults(tmp_path):
    with pytest.raises(DataError, match="every video is of subject '1', two subjects are needed"):
        videos("casme-sq", write_empty_sq(tmp_path / "one", SQ_ROWS[:2]))
    with pytest.raises(DataError, match="there are no annotated expressions"):
        videos("casme-sq", write_empty_sq(tmp_path / "none", []))


def test_a_link_out_of_the_folder_is_a_fault(tmp_path):
    root = write_empty_sq(tmp_path / "set")
    place = root / "rawpic" / SQ_FOLDERS[2, "happy1"]
    place.rename(tmp_path / "outside")
    place.symlink_to(tmp_path / "outside")
    with pytest.raises(DataError, match="row 4: 2/happy1_1: its frames in .* are a link out of the folder"):
        videos("casme-sq", root)


def test_clips_instead_of_complete_videos_are_faults(tmp_path):
    root = write_empty_sq(tmp_path, [SQ_ROWS[0], SQ_ROWS[2]])
    for number in (*range(1, 11), *range(18, 81)):
        (root / "rawpic" / SQ_FOLDERS[1, "anger1"] / f"img{number}.jpg").unlink()
    with pytest.raises(
        DataError, match="row 2: 1/anger1_1: .* shows expressions only, no frame before or after"
    ):
        videos("casme-sq", root)


def write_avi(path, n):
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", 30)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _ in range(n):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def test_a_video_file_is_numbered_from_one_and_checked(tmp_path):
    write_sq_sheet(tmp_path, SQ_ROWS)
    for folder, n in zip(SQ_FOLDERS.values(), (60, 40, 26)):
        write_avi(tmp_path / "rawvideo" / f"{folder}.avi", n)
    with pytest.raises(DataError, match=r"row 5: 2/anger1_1: frames 21 to 27 .* has the frames 1 to 26"):
        videos("casme-sq", tmp_path)
    write_avi(tmp_path / "rawvideo" / f"{SQ_FOLDERS[2, 'anger1']}.avi", 27)
    found = videos("casme-sq", tmp_path)
    assert [(v.frames.n_frames, v.first, len(v.truth)) for v in found.videos] == [
        (60, 1, 2),
        (40, 1, 1),
        (27, 1, 1),
    ]
    (tmp_path / "rawvideo" / f"{SQ_FOLDERS[2, 'happy1']}.avi").write_bytes(b"no video")
    with pytest.raises(
        DataError, match="row 4: '?2/happy1_1.*cannot be read as video|2/happy1_1: .*cannot be read"
    ):
        videos("casme-sq", tmp_path)


@pytest.mark.parametrize("name", ["casme2", "casme-sq-macro", "megc-flow"])
def test_a_data_set_without_long_videos_says_so(name, tmp_path):
    with pytest.raises(ConfigError, match=f"--data {name} has no long videos"):
        videos(name, tmp_path)
