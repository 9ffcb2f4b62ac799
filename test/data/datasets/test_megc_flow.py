from __future__ import annotations

import shutil

import cv2
import numpy as np
import pytest

from mer_ros.data.crop_geometry import CropBox
from mer_ros.data.datasets import megc_flow
from mer_ros.data.synthetic_folder import SHEET, FolderPart, write_synthetic_folder
from mer_ros.errors import DataError


@pytest.fixture
def folder(small_folder, tmp_path):
    """A copy that a test may damage."""
    return shutil.copytree(small_folder, tmp_path / "set")


def rows(folder):
    return (folder / SHEET).read_text().splitlines()


def write(folder, lines):
    (folder / SHEET).write_text("\n".join(lines) + "\n")


def set_cell(folder, row, column, value):
    """Change one cell; rows count from 1, the header."""
    lines = rows(folder)
    cells = lines[row - 1].split(",")
    cells[megc_flow.COLUMNS.index(column)] = value
    lines[row - 1] = ",".join(cells)
    write(folder, lines)


def image_file(folder, number=0):
    return sorted(folder.glob("*.png"))[number]


def test_a_good_folder_is_read_as_it_is(small_folder):
    clips = megc_flow.read(small_folder)
    assert clips.flow.shape == (14, 2, 56, 56) and clips.flow.dtype == np.float32
    assert np.bincount(clips.truth).tolist() == [7, 3, 4]
    assert clips.labels == ("negative", "positive", "surprise")
    assert sorted(set(clips.subject_ids)) == [
        "casme2/sub01",
        "casme2/sub02",
        "casme2/sub03",
        "samm/001",
        "samm/002",
    ]
    assert (clips.datasets == "samm").sum() == 6
    assert "amplitude is lost" in clips.caveat and "14 clips, too few to find their place" in clips.caveat


def test_each_large_data_set_is_placed_by_itself_or_all_where_the_user_says(tmp_path):
    parts = (FolderPart("casme2", 6, (20, 8, 8)), FolderPart("samm", 6, (20, 8, 8)))
    root = write_synthetic_folder(tmp_path / "folder", 1, parts)
    clips = megc_flow.read(root)
    assert "casme2 lies at" in clips.caveat and "samm lies at" in clips.caveat
    box = CropBox(0.1, 0.1, 0.9, 0.9)
    given = megc_flow.read(root, box)
    assert "placed at 0.10, 0.10, 0.90, 0.90 of the crop, as given" in given.caveat
    assert not np.array_equal(given.flow, clips.flow)


def test_red_is_horizontal_and_green_vertical(folder):
    image = np.zeros((28, 28, 3), np.uint8)
    image[..., 0], image[..., 1], image[..., 2] = 200, 100, 50  # R, G, B; flat: the ratio cannot be estimated
    first = rows(folder)[1].split(",")
    path = folder / megc_flow.image_name(first[1], first[2])
    assert path.name == f"{first[1]}_{first[2]} .png"
    cv2.imwrite(str(path), image[..., ::-1])
    flow = megc_flow.read(folder).flow[0]
    assert (flow[0] == 200).all() and (flow[1] == 100).all()


def test_images_may_lie_in_a_folder_below_and_the_sheet_may_have_more_columns(folder, small_folder):
    (folder / "images").mkdir()
    for path in folder.glob("*.png"):
        path.rename(folder / "images" / path.name)
    lines = rows(folder)
    write(folder, [f"{i},{line}" if i else f",{line}" for i, line in enumerate(lines)])  # pandas' index
    assert megc_flow.read(folder).digest() == megc_flow.read(small_folder).digest()


def test_a_byte_order_mark_windows_line_ends_and_empty_lines_do_no_harm(folder, small_folder):
    text = "\r\n".join([*rows(folder), "", ""])
    (folder / SHEET).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert megc_flow.read(folder).digest() == megc_flow.read(small_folder).digest()


def test_real_clips_are_not_called_synthetic(folder):
    assert megc_flow.read(folder).synthetic
    (folder / megc_flow.SYNTHETIC_NOTE).unlink()
    assert not megc_flow.read(folder).synthetic


def damage(path):
    data = bytearray(path.read_bytes())
    data[200] ^= 255
    path.write_bytes(data)


def outward_link(folder):
    path = image_file(folder)
    outside = folder.parent / "outside.png"
    path.rename(outside)
    path.symlink_to(outside)


def one_class(folder):
    for row in range(2, 16):
        set_cell(folder, row, "label", "1")


def one_subject(folder):
    lines = rows(folder)
    kept = [line for line in lines if line.startswith(("dataset", "casme2,sub01"))]
    write(folder, kept)
    names = {megc_flow.image_name(*line.split(",")[1:3]) for line in kept[1:]}
    for path in folder.glob("*.png"):
        if path.name not in names:
            path.unlink()


FAULTS = {
    "no sheet": (lambda f: (f / SHEET).unlink(), ["must contain one sheet (*.csv)", "none"]),
    "two sheets": (lambda f: shutil.copy(f / SHEET, f / "more.csv"), ["found 2", "more.csv"]),
    "sheet is an image": (
        lambda f: shutil.copy(image_file(f), f / SHEET),
        [SHEET, "cannot be read as a sheet"],
    ),
    "empty sheet": (lambda f: (f / SHEET).write_text(""), [SHEET, "cannot be read as a sheet"]),
    "header alone": (lambda f: write(f, rows(f)[:1]), ["no rows"]),
    "row too long": (lambda f: write(f, [*rows(f), "a,b,c,0,,,,,,"]), ["cannot be read as a sheet"]),
    "renamed column": (lambda f: set_cell(f, 1, "label", "class"), [f"'{SHEET}', row 1: column 'label'"]),
    "no image": (lambda f: image_file(f, 3).unlink(), ["there is no image", ", row "]),
    "no row": (lambda f: write(f, rows(f)[:-1]), [" .png': it has no row in"]),
    "duplicate row": (
        lambda f: write(f, [*rows(f), rows(f)[1]]),
        ["row 16: it names the same clip as row 2"],
    ),
    "not a PNG": (lambda f: image_file(f).write_text("x"), [" .png': it is not a complete PNG"]),
    "cut off": (
        lambda f: image_file(f).write_bytes(image_file(f).read_bytes()[:500]),
        ["not a complete PNG"],
    ),
    "damaged": (lambda f: damage(image_file(f)), ["a damaged PNG"]),
    "wrong size": (
        lambda f: cv2.imwrite(str(image_file(f)), np.zeros((28, 30, 3), np.uint8)),
        ["30x28, not 28x28"],
    ),
    "grey": (lambda f: cv2.imwrite(str(image_file(f)), np.zeros((28, 28), np.uint8)), ["not 8-bit RGB"]),
    "16 bit": (
        lambda f: cv2.imwrite(str(image_file(f)), np.zeros((28, 28, 3), np.uint16)),
        ["not 8-bit RGB", "16"],
    ),
    "label 3": (lambda f: set_cell(f, 5, "label", "3"), [f"'{SHEET}', row 5: label is '3'"]),
    "label -1": (lambda f: set_cell(f, 5, "label", "-1"), ["row 5: label is '-1'"]),
    "label missing": (lambda f: set_cell(f, 5, "label", ""), ["row 5: label is ''"]),
    "no data set": (lambda f: set_cell(f, 5, "dataset", " "), ["row 5: 'dataset' is empty"]),
    "no subject": (lambda f: set_cell(f, 5, "sub", ""), ["row 5: 'sub' is empty"]),
    "short row": (
        lambda f: write(f, [*rows(f), "samm,001"]),
        ["row 16: label is ''", "'filename_o' is empty"],
    ),
    "path traversal": (
        lambda f: set_cell(f, 4, "filename_o", "../../secret"),
        ["row 4: filename_o '../../sec"],
    ),
    "absolute path": (
        lambda f: set_cell(f, 4, "sub", "/etc/passwd"),
        ["row 4: sub '/etc/passwd' is not a plain"],
    ),
    "link outwards": (outward_link, ["a link that leads out"]),
    "one class": (one_class, ["every row has label '1'"]),
    "one subject": (one_subject, ["every row is of subject 'sub01'"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_71_each_fault_is_listed_with_file_and_row(folder, name):
    spoil, words = FAULTS[name]
    spoil(folder)
    with pytest.raises(DataError) as raised:
        megc_flow.read(folder)
    text = str(raised.value)
    assert all(word in text for word in words), text
    assert text.splitlines()[0].endswith("correct the following.")


def test_fault_71_all_faults_are_listed_at_once(folder):
    set_cell(folder, 3, "label", "9")
    set_cell(folder, 7, "filename_o", "../x")
    image_file(folder, 13).write_text("x")
    with pytest.raises(DataError) as raised:
        megc_flow.read(folder)
    text = str(raised.value)
    assert "row 3" in text and "row 7" in text and "not a complete PNG" in text
    assert f"{len(text.splitlines()) - 1} faults" in text


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="There is no folder"):
        megc_flow.read(tmp_path / "nothing")
