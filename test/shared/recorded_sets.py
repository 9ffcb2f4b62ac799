"""Small folders in exactly the layouts of licensed data sets, for tests."""

from __future__ import annotations

from pathlib import Path

from recorded_faces import FRAMES, write_frames
from sheet_files import write_xlsx

CASME2_HEADER = [
    "Subject", "Filename", None, "OnsetFrame", "ApexFrame", "OffsetFrame", None, "Action Units",
    "Estimated Emotion",
]  # fmt: skip
CASME2_ROWS = [
    ["1", "EP02_01f", None, 46, 49, 52, None, "12", "happiness"],
    ["1", "EP19_05f", None, 151, 153, 157, None, 4, "disgust"],
    ["2", "EP01_11f", None, 46, 50, 52, None, "4+L10", "disgust"],
    ["2", "EP09_01", None, "81", "/", "87", None, "R12", "happiness"],
    ["17", "EP01_13", None, 21, 24, 27, None, "1+2", "surprise"],
    ["17", "EP03_09", None, 30, 33, 36, None, "L1+L2", "surprise"],
    ["17", "EP18_07", None, 1, 4, 7, None, "14", "others"],
]  # fmt: skip


def write_casme2(root: Path, rows=CASME2_ROWS, header=CASME2_HEADER, cropped: bool = False) -> Path:
    """CASME II: a workbook beside CASME2-RAW, or beside Cropped."""
    write_xlsx(root / "CASME2-coding-20190701.xlsx", {"Sheet1": [header, *rows]})
    for i, row in enumerate(CASME2_ROWS):
        place = root / ("Cropped" if cropped else "CASME2-RAW") / f"sub{int(row[0]):02}" / row[1]
        first = int(row[3])
        names = [f"{'reg_' if cropped else ''}img{first + k}.jpg" for k in range(FRAMES)]
        write_frames(place, names, int(row[0]), i, tight=cropped)
    return root
