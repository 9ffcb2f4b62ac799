"""What all data sets of annotated frames share, on a folder in the layout of CASME II."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from recorded_sets import CASME2_HEADER, CASME2_ROWS, CASME2_SHEET, write_casme2
from sheet_files import write_xlsx

from mer_ros.data.datasets import DATASETS, Request
from mer_ros.errors import ConfigError, DataError


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write_casme2(tmp_path_factory.mktemp("casme2"))


@pytest.fixture
def copy(root, tmp_path):
    """A copy of the folder with other rows or header."""

    def make(rows=CASME2_ROWS, header=CASME2_HEADER):
        folder = tmp_path / "copy"
        shutil.copytree(root, folder, dirs_exist_ok=True)
        write_xlsx(folder / CASME2_SHEET, {"Sheet1": [header, *rows]})
        return folder

    return make


def changed(row, **cells):
    """CASME2_ROWS with cells of one row changed."""
    place = {"subject": 0, "clip": 1, "onset": 3, "apex": 4, "offset": 5, "units": 7, "label": 8}
    rows = [list(one) for one in CASME2_ROWS]
    for name, cell in cells.items():
        rows[row][place[name]] = cell
    return rows


def faults(open_set, folder, **options):
    """The lines of the error, without the head."""
    with pytest.raises(DataError) as raised:
        open_set("casme2", folder, **options)
    head, *lines = str(raised.value).split("\n  ")
    return lines or [head]


def test_all_inputs_of_the_clips(open_set, root):
    clips = open_set("casme2", root, kinds=frozenset({"flow", "sequence", "clip", "apex"}))
    assert clips.flow.shape == (4, 2, 128, 128) and not clips.synthetic
    assert [crops.shape[1:] for crops in clips.inputs("clip")] == [(128, 128)] * 4
    assert [image.shape for image in clips.inputs("apex")] == [(128, 128, 3)] * 4
    assert [flow.shape for flow in clips.inputs("sequence")] == [(12, 2, 128, 128)] * 4
    assert clips.digest() == open_set("casme2", root, kinds=frozenset({"flow", "sequence"})).digest()


def test_sequences_are_not_measured_unless_asked_for(open_set, root):
    with pytest.raises(DataError, match="no input of kind 'sequence'"):
        open_set("casme2", root).inputs("sequence")


def test_a_second_run_reads_the_cache_and_damage_is_repaired(root, tmp_path):
    open_ = DATASETS.get("casme2").open
    request = Request(root=root, cache=tmp_path / "cache")
    first = open_(request)
    entries = sorted((tmp_path / "cache").rglob("*.clip"))
    before = [path.read_bytes() for path in entries]
    entries[0].write_bytes(b"damaged")
    second = open_(request)
    assert np.array_equal(first.flow, second.flow)
    assert [path.read_bytes() for path in entries] == before and len(before) == 4


def test_another_algorithm_gives_other_flow(open_set, root):
    assert not np.array_equal(open_set("casme2", root).flow, open_set("casme2", root, flow="farneback").flow)
    with pytest.raises(ConfigError, match="flow algorithm"):
        open_set("casme2", root, flow="x")


def test_all_faults_are_listed_at_once_with_file_and_row(open_set, copy, tmp_path):
    rows = changed(0, apex=99)
    rows[1][8] = "boredom"
    rows[2][1] = "../../etc"
    rows[3][5] = 89
    cache = tmp_path / "cache"
    folder = copy(rows)
    with pytest.raises(DataError) as raised:
        DATASETS.get("casme2").open(Request(root=folder, cache=cache))
    assert str(raised.value).split("\n  ")[1:4] == [
        f"'{CASME2_SHEET}', row 4: clip '../../etc' is not a plain name, it would lead out of the folder",
        f"'{CASME2_SHEET}', row 2: 1/EP02_01f: apex 99 is outside onset 46 to offset 52",
        f"'{CASME2_SHEET}', row 3: 1/EP19_05f: label 'boredom' is not one of happiness, disgust, repression, "
        "surprise, sadness, fear, others",
    ]
    assert "row 5: 2/EP09_01: 2 frames are missing (88, 89) of 81 to 89" in str(raised.value)
    assert not cache.exists()  # nothing was measured


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"onset": 60}, "offset 52 is not after onset 60"),
        ({"onset": "/"}, "onset is not given"),
        ({"offset": 0}, "offset is not given"),
        ({"clip": ""}, "'clip' is empty"),
        ({"clip": "EP99"}, "there is no folder of frames 'sub01/EP99'"),
        ({"subject": "01"}, "subjects '01' and '1' of 'casme2' may be one person or two"),
        (
            {"clip": "EP19_05f", "onset": 151, "apex": 153, "offset": 157},
            "it names the same expression as row",
        ),
        ({"label": ""}, "label '' is not one of"),
    ],
)
def test_a_fault_of_a_row_is_named(open_set, copy, cells, says):
    lines = faults(open_set, copy(changed(0, **cells)))
    assert any(says in line for line in lines)
    assert all(CASME2_SHEET in line and "row" in line for line in lines[:1])


def test_a_wrong_root_a_missing_sheet_and_a_renamed_column(open_set, root, copy, tmp_path):
    assert faults(open_set, tmp_path / "none")[0].startswith("There is no folder")
    (tmp_path / "empty").mkdir()
    assert "there is no sheet with the columns Subject" in faults(open_set, tmp_path / "empty")[0]
    header = ["Emotion 2" if cell == "Estimated Emotion" else cell for cell in CASME2_HEADER]
    assert "column 'Estimated Emotion' is missing, found Subject" in faults(open_set, copy(header=header))[0]


def test_frames_elsewhere_are_one_fault(open_set, root, tmp_path):
    shutil.copy(root / CASME2_SHEET, tmp_path / CASME2_SHEET)
    [line] = faults(open_set, tmp_path)
    assert "there are no frames like 'sub{subject:02}/{clip}/img{frame}.jpg'" in line


def test_sets_that_cannot_be_evaluated_are_refused(open_set, copy):
    assert faults(open_set, copy([])) == ["there are no annotated clips"]
    assert "every clip is of subject '1', two subjects are needed" in faults(open_set, copy(CASME2_ROWS[:2]))
    rows = changed(1, label="happiness")[:2] + changed(3)[3:]
    assert "every clip has the label 'happiness', two classes are needed" in faults(open_set, copy(rows))


def test_frames_without_face_are_named_with_their_row(open_set, copy):
    folder = copy()
    for path in (folder / "CASME2-RAW" / "sub01" / "EP02_01f").iterdir():
        path.write_bytes(b"no picture")
    [line] = faults(open_set, folder)
    assert line.startswith(f"'{CASME2_SHEET}', row 2: 1/EP02_01f: 'img46.jpg' is no picture")


def test_numbers_as_text_blank_columns_and_an_unknown_apex_are_read(open_set, root):
    clips = open_set("casme2", root)
    assert clips.samples.tolist() == ["EP02_01f", "EP19_05f", "EP01_11f", "EP09_01"]
    assert "The apex of 1 of 4 clips was estimated from the frames." in clips.notes
    units = ["+".join(unit.text for unit in own) for own in clips.units]
    assert units == ["12", "4", "4+L10", "R12"] and clips.units[3][0].side == "right"


def test_an_apex_at_the_onset_is_estimated(open_set, copy):
    clips = open_set("casme2", copy(changed(0, apex=46)))
    assert "1 apex is the onset and estimated instead (1/EP02_01f)." in clips.notes
    assert np.abs(clips.flow[0]).max() > 0


@pytest.mark.parametrize(
    ("name", "labels", "truth"),
    [
        ("", ("happiness", "disgust"), [0, 1, 1, 0]),
        ("five", ("happiness", "disgust", "repression", "surprise", "others"), [0, 1, 1, 0]),
        ("three", ("negative", "positive", "surprise"), [1, 0, 0, 1]),
        ("objective", ("I", "II", "III", "IV", "V"), [0, 2, 0]),
    ],
)
def test_sets_of_classes(open_set, root, name, labels, truth):
    clips = open_set("casme2", root, labels=name)
    assert (clips.labels, clips.truth.tolist()) == (labels, truth)


def test_labels_without_class_are_left_out_and_noted(open_set, copy):
    clips = open_set("casme2", copy(changed(1, label="others")), labels="three")
    assert len(clips) == 3
    assert "1 clip without class in --labels three left out (1 of others)." in clips.notes


def test_clips_that_the_organisers_left_out_are_left_out_of_three_classes_only(open_set, copy, root):
    folder = copy(changed(1, clip="EP12_01f", subject="4", onset=1, apex="/", offset=7))
    shutil.copytree(folder / "CASME2-RAW/sub01/EP19_05f", folder / "CASME2-RAW/sub04/EP12_01f")
    for i, path in enumerate(sorted((folder / "CASME2-RAW/sub04/EP12_01f").iterdir()), start=1):
        path.rename(path.with_name(f"img{i}.jpg"))
    assert len(open_set("casme2", folder)) == 4
    clips = open_set("casme2", folder, labels="three")
    assert len(clips) == 3
    assert "1 clip was left out as by the organisers (4/EP12_01f, it has no apex)." in clips.notes


def test_a_layout_file_names_sheet_frames_and_corrections(open_set, copy, tmp_path):
    folder = copy(changed(0, apex=99))
    (folder / CASME2_SHEET).rename(folder / "mine.xlsx")
    write_xlsx(folder / CASME2_SHEET, {"a": [CASME2_HEADER]})
    layout = tmp_path / "layout.yaml"
    layout.write_text(
        "casme2:\n  sheet: mine.xlsx\n  frames: CASME2-RAW/sub{subject:02}/{clip}/img{frame}.jpg\n"
        "  corrections:\n    - {clip: 1/EP02_01f, apex: 49}\n    - {clip: 02/EP09_01, omit: true}\n"
    )
    clips = open_set("casme2", folder, layout=layout)
    assert clips.samples.tolist() == ["EP02_01f", "EP19_05f", "EP01_11f"]
    assert "2 rows were corrected" in " ".join(clips.notes)


def test_options_of_frames_are_refused_for_other_data_sets():
    for options in ({"labels": "three"}, {"flow": "dis"}, {"cache": "x"}):
        with pytest.raises(ConfigError, match="applies to annotated frames, but --data is synthetic"):
            DATASETS.get("synthetic").check(Request(**options))
    with pytest.raises(ConfigError, match="has no classes 'seven': choose --labels native, five, three"):
        DATASETS.get("casme2").check(Request(root="x", labels="seven"))
