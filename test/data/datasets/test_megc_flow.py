from __future__ import annotations

import re
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


def test_a_good_folder_has_no_notes(small_folder):
    assert megc_flow.read(small_folder).notes == ()


def recode(encoding, separator=","):
    return lambda f: (f / SHEET).write_bytes("\n".join(rows(f)).replace(",", separator).encode(encoding))


def header(**names):
    return lambda f: write(f, [",".join(names.get(c, c) for c in megc_flow.COLUMNS), *rows(f)[1:]])


def rename(change):
    """Every image under another name."""
    return lambda f: [path.rename(f / change(path.name)) for path in f.glob("*.png")]


def whole_numbers_as_fractions(folder):
    """As pandas writes a column with an empty cell."""
    write(folder, [rows(folder)[0], *(re.sub(",([012]),,", r",\1.0,,", line) for line in rows(folder)[1:])])


def other_separator_and_decimal_comma(folder):
    whole_numbers_as_fractions(folder)
    (folder / SHEET).write_text(
        "\n".join(rows(folder)).replace(",", ";").replace(".0;", ",0;"), encoding="utf-8"
    )


def added_by_macos(folder):
    for path in [*folder.glob("*.png"), folder / SHEET]:
        (folder / f"._{path.name}").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X")


SAVED = {
    "semicolons": (recode("utf-8", ";"), ["separated by semicolons"]),
    "tabs": (recode("utf-8", "\t"), ["separated by tabs"]),
    "UTF-16": (recode("utf-16"), ["encoded in UTF-16"]),
    "UTF-16 and tabs": (recode("utf-16", "\t"), ["encoded in UTF-16", "separated by tabs"]),
    "BOM": (recode("utf-8-sig"), ["UTF-8 with a byte order mark"]),
    "capital header": (header(sub="Sub", label="LABEL"), ["2 column names are spelled otherwise"]),
    "spaced header": (header(sub=" sub ", filename_o="file name o"), ["'file name o' for 'filename_o'"]),
    "1.0 for 1": (whole_numbers_as_fractions, ["14 numbers are written with a fraction of zeros"]),
    "1,0 for 1": (other_separator_and_decimal_comma, ["separated by semicolons", "14 numbers are written"]),
    ".CSV": (lambda f: (f / SHEET).rename(f / SHEET.upper()), ["ends with '.CSV'"]),
    "._ files": (added_by_macos, ["15 files were skipped"]),
    ".PNG": (rename(lambda name: name.replace(".png", ".PNG")), ["14 image names end with '.PNG'"]),
    "no odd blank": (rename(lambda name: name.replace(" .png", ".png")), ["14 image names have no blank"]),
    "capital image names": (rename(lambda name: name.upper().replace("PNG", "png")), ["differ from"]),
    "blanks in names": (lambda f: set_cell(f, 3, "filename_o", rows(f)[2].split(",")[2] + " "), None),
}


@pytest.mark.parametrize("name", SAVED)
def test_fault_88_sheets_and_images_as_people_save_them_are_read_with_one_note_each(
    folder, small_folder, name
):
    save, said = SAVED[name]
    save(folder)
    clips = megc_flow.read(folder)
    assert clips.digest() == megc_flow.read(small_folder).digest()
    if said is not None:
        assert len(clips.notes) == len(said)
        assert all(words in note for words, note in zip(sorted(said), sorted(clips.notes), strict=True))


def test_fault_88_leading_zeros_that_a_spreadsheet_removed_are_no_missing_images(folder, small_folder):
    write(folder, [line.replace("samm,00", "samm,") for line in rows(folder)])
    clips = megc_flow.read(folder)
    assert np.array_equal(clips.flow, megc_flow.read(small_folder).flow)
    assert {"samm/1", "samm/2"} < set(clips.subject_ids)
    assert clips.notes[0].startswith("6 image names differ from the sheet in leading zeros")


def test_fault_88_subjects_that_are_numbers_are_found_with_and_without_a_fraction(folder):
    for number, path in enumerate(sorted(folder.glob("*.png"))):
        path.rename(folder / f"{number % 2 + 1}_{number} .png")
    head = ",".join(megc_flow.COLUMNS)
    write(folder, [head, *(f"own,{i % 2 + 1}{'.0' * (i > 6)},{i},{i % 3},,," for i in range(14))])
    clips = megc_flow.read(folder)
    assert sorted(set(clips.subject_ids)) == ["own/1", "own/2"]
    assert len([note for note in clips.notes if "fraction of zeros" in note]) == 1


def test_fault_87_a_person_under_two_spellings_is_one_person(folder, small_folder):
    set_cell(folder, 2, "dataset", "CASME2")
    set_cell(folder, 3, "dataset", "casme2 ")
    set_cell(folder, 4, "sub", rows(folder)[3].split(",")[1].upper() + " ")
    clips, plain = megc_flow.read(folder), megc_flow.read(small_folder)
    assert clips.digest() == plain.digest()
    words = " ".join(clips.notes)
    assert "2 spellings of data sets were unified" in words and "1 spelling of a subject was" in words
    assert "'CASME2' is 'casme2'" in words


def test_fault_87_a_person_who_may_be_two_is_refused_with_the_row(folder):
    lines = [line for line in rows(folder) if line.startswith("samm,001")]
    assert len(lines) > 1
    row = rows(folder).index(lines[-1]) + 1
    image = folder / megc_flow.image_name(*lines[-1].split(",")[1:3])
    set_cell(folder, row, "sub", "1")
    image.rename(folder / image.name.replace("001_", "1_", 1))
    with pytest.raises(DataError, match="row 1[0-9]: subjects '001' and '1' of 'samm' may be one person or"):
        megc_flow.read(folder)


def test_fault_88_an_image_that_may_be_one_of_two_is_refused(folder):
    image = image_file(folder)
    image = image.rename(folder / image.name.replace("_", " _ "))
    shutil.copy(image, folder / f" {image.name}")
    with pytest.raises(DataError, match="2 images resemble"):
        megc_flow.read(folder)


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
