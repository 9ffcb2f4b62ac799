"""Small folders in exactly the layouts of licensed data sets, for tests.

Each writer returns the folder. Rows that a test changes are arguments; frames are those of the rows
``shown``, by default the unchanged ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlwt
from recorded_faces import FRAMES, write_frames
from sheet_files import write_xlsx

CASME2_SHEET = "CASME2-coding-20190701.xlsx"
CASME2_HEADER = ["Subject", "Filename", None, "OnsetFrame", "ApexFrame", "OffsetFrame", None]
CASME2_HEADER += ["Action Units", "Estimated Emotion"]
CASME2_ROWS = [
    ["1", "EP02_01f", None, 46, 49, 52, None, "12", "happiness"],
    ["1", "EP19_05f", None, 151, 153, 157, None, 4, "disgust"],
    ["2", "EP01_11f", None, "46", "/", "52", None, "4+L10", "disgust"],
    ["2", "EP09_01", None, "81", "84", "87", None, "R12", "happiness"],
]
SAMM_HEADER = [
    "Subject",
    "Filename",
    "Inducement Code",
    "Onset Frame",
    "Apex Frame",
    "Offset Frame",
    "Duration",
]
SAMM_HEADER += ["Micro", "Action Units", "Estimated Emotion", "Objective Classes", "Notes"]
SAMM_ROWS = [
    ["006", "006_1_2", 1, 562, 565, 568, 7, "1/2", "4", "Anger", 3, None],
    ["006", "006_3_5", 3, 21, 23, 27, 7, "1/2", "L2+5A", "Surprise", 7, None],
    ["028", "028_4_1", 4, 3100, 4000, 3106, 7, "1/2", "AU14B", "Contempt", 7, "short"],
    ["028", "028_5_1", 5, 1, 4, 7, 7, "1/2", "R12 or R15", "Other", 7, None],
]
SMIC_CLIPS = [
    ("s01", "negative", "s1_ne_01"),
    ("s01", "positive", "s1_po_01"),
    ("s20", "surprise", "s20_sur_01"),
]
SMIC_E_ROWS = [
    [1, "s1_ne_01", None, 101, 107, None, None, 1, 200, None, 7, 0, 200, "negative"],
    [2, "s2_po_01", None, 51, 57, 151, 157, 1, 300, None, 7, 7, 300, "positive"],
]
SMIC_E_EVENTS = [(1, "s1_ne_01", 101), (2, "s2_po_01", 51), (2, "s2_po_01", 151)]
MMEW_ROWS = [
    ["1", "S01-01-001", 1, 4, 7, "12", "happiness", None],
    ["1", "S01-02-001", 1, 3, 7, "L4+7", "disgust", "weak"],
    ["2", "S02-02-002", 1, None, None, "9", "disgust", None],
]
MMEW_MACRO = [("S01", "anger"), ("S01", "happiness"), ("S02", "anger")]
SQ_ROWS = [
    [1, "anger1_1", 11, 13, 17, "4+7", "negative", "micro-expression", "anger", 7],
    [1, "anger1_2", 31, 33, 37, "4", "negative", "macro-expression", "anger", 7],
    [2, "happy1_1", 5, 11, 0, "12?", "positive", "micro-expression", "happiness", 7],
    [2, "anger1_1", 21, 0, 27, "15/17", "others", "macro-expression", "sadness", 7],
]
CASME3_HEADER = ["Subject", "Filename", "Onset", "Apex", "Offset", "AU", "Objective class"]
CASME3_ROWS = [
    ["spNO.1", "a", 355, 358, 361, "4+15+R10", "VII", "disgust"],
    ["spNO.1", "a", 401, 403, 407, "12", "I", "happy"],
    ["spNO.216", "d", 3647, 2650, 2653, "R12", "I", "Happy"],
    ["spNO.216", "e", 0, 0, 7, "4", "III", "others"],
]
CASME3_EVENTS = [("spNO.1", "a", 355), ("spNO.1", "a", 401), ("spNO.216", "d", 2647), ("spNO.216", "e", 1)]
CASME3_C_ROWS = [
    [1, 1, 373, 379, "4,5", "fear"],
    [1, 2, 421, 427, "12，14", "happiness"],
    [2, 1, 51, 57, "4", "disgust"],
]
DFME_ROWS = [
    ["sub0003", "sub0003_01", 0, 3, 6, "happiness", 1, 200, "L12"],
    ["sub0003", "sub0003_02", 0, 0, 6, "disgust", 2, 300, "4+7"],
    ["sub0010", "sub0010_01", 0, 2, 6, "contempt", 3, 500, "R14"],
]
SAMM_LV_ROWS = [
    [6, "006_1_2", 1, 562, 565, 568, 7, "Micro - 1/2", "4", None],
    [6, "006_1_3", 1, 601, 603, 607, 7, "Macro", "12C", None],
    [7, "007_3_1", 3, 11, 14, 17, 7, "Micro - 1/2", "U2", None],
]

Rows = Sequence[Sequence[Any]]
Events = Sequence[tuple[Any, str, int]]
"""Subject, clip or video, and number of the first frame."""


def _write(folder: Path, first: int, name: str, subject: int, number: int, tight: bool = False) -> None:
    write_frames(folder, [name.format(first + k) for k in range(FRAMES)], subject, number, tight)


def write_casme2(
    root: Path,
    rows: Rows = CASME2_ROWS,
    header: Sequence[object] = CASME2_HEADER,
    cropped: bool = False,
    shown: Rows = CASME2_ROWS,
) -> Path:
    """A workbook beside CASME2-RAW, or beside Cropped."""
    write_xlsx(root / CASME2_SHEET, {"Sheet1": [header, *rows]})
    for i, row in enumerate(shown):
        place = root / ("Cropped" if cropped else "CASME2-RAW") / f"sub{int(row[0]):02}" / row[1]
        _write(place, int(row[3]), f"{'reg_' if cropped else ''}img{{}}.jpg", int(row[0]), i, cropped)
    return root


def write_samm(root: Path, rows: Rows = SAMM_ROWS, shown: Rows = SAMM_ROWS) -> Path:
    """A workbook with notes above the header in row 14."""
    notes = [["Notes of the coders"], *[[f"note {i}"] for i in range(2, 13)], []]
    write_xlsx(root / "SAMM_Micro_FACS_Codes_v2.xlsx", {"MICRO ONLY": [*notes, SAMM_HEADER, *rows]})
    for i, row in enumerate(shown):
        _write(root / row[0] / row[1], row[3], row[0] + "_{:05}.jpg", i // 2, i)
    return root


def write_smic(root: Path, clips: Sequence[tuple[str, str, str]] = SMIC_CLIPS) -> Path:
    """Folders without a sheet."""
    for i, (subject, label, clip) in enumerate(clips):
        _write(root / "HS" / subject / "micro" / label / clip, 1, "reg_image{:04}.bmp", i, i)
    (root / "HS" / clips[0][0] / "non_micro").mkdir()
    return root


def write_smic_e(root: Path, rows: Rows = SMIC_E_ROWS, shown: Events = SMIC_E_EVENTS) -> Path:
    """A workbook with the sheets HS and VIS, unnamed columns and a second event."""
    header = [
        "Subject",
        "Filename",
        None,
        "OnsetF",
        "OffsetF",
        "Onset2F",
        "Offset2F",
        "FirstF",
        "LastF",
        None,
    ]
    header += ["TotalMF1", "TotalMF2", "TotalVL", "Emotion"]
    vis = [header, [9, "s9_ne_01", None, 1, 7, None, None, 1, 30, None, 7, 0, 30, "negative"]]
    write_xlsx(root / "SMIC-HS-E_annotation_2019.xlsx", {"HS": [header, *rows], "VIS": vis})
    for i, (subject, clip, first) in enumerate(shown):
        _write(root / "SMIC-HS-E" / f"s{subject:02}" / clip, first, "image{:06}.jpg", subject, i)
    return root


def write_mmew(
    root: Path,
    rows: Rows = MMEW_ROWS,
    shown: Rows = MMEW_ROWS,
    macro: Sequence[tuple[str, str]] = MMEW_MACRO,
) -> Path:
    """A workbook beside Micro_Expression; macro-expressions in Macro_Expression."""
    header = ["Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Action Units"]
    write_xlsx(root / "MMEW_Micro_Exp.xlsx", {"Sheet1": [[*header, "Estimated Emotion", "remarks"], *rows]})
    for i, row in enumerate(shown):
        _write(root / "Micro_Expression" / row[6] / row[1], 1, "{}.jpg", int(row[0]), i)
    for i, (subject, label) in enumerate(macro):
        _write(root / "Macro_Expression" / subject / label, 1, "{}.jpg", i, i)
    return root


def write_casme_sq(root: Path, rows: Rows = SQ_ROWS, shown: Rows = SQ_ROWS) -> Path:
    """A workbook without header and with two sheets of names; frames of long videos."""
    sheets = {
        "CASFEcode_final": [["###"] * 10, *rows],
        "naming rule1": [["abcd"[row - 1], 14 + row, row] for row in sorted({row[0] for row in shown})],
        "naming rule2": [["0502", "anger1"], [701, "happy1"]],
    }
    write_xlsx(root / "CAS(ME)^2code_final(Updated).xlsx", sheets)
    for i, row in enumerate(shown):
        folder = 14 + row[0]
        video = {"anger1": "0502girlcrashing", "happy1": "0701babylaugh"}[row[1].split("_")[0]]
        _write(root / "rawpic" / f"s{folder}" / f"{folder}_{video}", row[2], "img{}.jpg", row[0], i)
    return root


def write_casme3_a(
    root: Path, rows: Rows = CASME3_ROWS, listed: bool = True, shown: Events = CASME3_EVENTS
) -> Path:
    """The .xls of all expressions with a sheet of blinks; listed: and the list of micro-expressions."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("label")
    all_rows = [[*CASME3_HEADER[:6], "Expression type", CASME3_HEADER[6]]]
    all_rows += [[*row[:6], "Micro-expression", row[6]] for row in rows]
    all_rows += [["spNO.1", "b", 10, 20, 40, "12", "Macro-expression", "I"]]
    for r, row in enumerate(all_rows):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    blinks = book.add_sheet("eye blink")
    blinks.write(0, 0, "Subject")
    (root / "annotation").mkdir(parents=True)
    book.save(str(root / "annotation" / "CAS(ME)3_part_A_v1.xls"))
    if listed:
        write_xlsx(
            root / "annotation" / "cas(me)3_part_A_ME_label_JpgIndex_v2.xlsx",
            {"label": [[*CASME3_HEADER, "emotion"], *rows]},
        )
    for i, (subject, video, first) in enumerate(shown):
        place = root / "data" / "part_A" / subject / video / "color"
        _write(place, first, "{}.jpg", int(subject.split(".")[1]) % 9, i)
    return root


def write_casme3_c(root: Path, rows: Rows = CASME3_C_ROWS, shown: Rows = CASME3_C_ROWS) -> Path:
    """A workbook without apex."""
    header = ["sub", "count", "onset", "offset", "au", "emotion"]
    write_xlsx(root / "CAS(ME)3_part_C_ME.xlsx", {"Sheet1": [header, *rows]})
    for i, row in enumerate(shown):
        _write(root / "ME_C" / f"{row[0]:02}" / str(row[1]) / "color", row[2], "{}.jpg", row[0], i)
    return root


def write_dfme(root: Path, rows: Rows = DFME_ROWS, shown: Rows = DFME_ROWS) -> Path:
    """A workbook with the rate of each clip; frames are numbered from 0."""
    header = ["Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Emotion", "EmotionId", "Fps"]
    write_xlsx(root / "training_full_with_AU.xlsx", {"Sheet1": [[*header, "AU"], *rows]})
    for i, row in enumerate(shown):
        _write(root / "DFME_train" / row[1], 0, "{:05}.png", int(row[0][-2:]), i)
    return root


def write_samm_lv(root: Path, rows: Rows = SAMM_LV_ROWS, shown: Rows = SAMM_LV_ROWS) -> Path:
    """A workbook with notes and a key of symbols above the header."""
    header = ["Subject", "Filename", "Inducement Code", "Onset", "Apex", "Offset", "Duration", "Type"]
    notes = [["SAMM Long Videos"], [], ["Key", "A-E", "intensity"], ["L", "left"], ["R", "right"], *[[]] * 4]
    sheets = {"FACS": [*notes, [*header, "Action Units", "Notes"], *rows]}
    write_xlsx(root / "SAMM_LongVideos_V3_Release.xlsx", sheets)
    for i, row in enumerate(shown):
        video = "_".join(row[1].split("_")[:2])
        _write(root / "SAMM_longvideos" / video, row[3], video + "_{:04}.jpg", row[0], i)
    return root
