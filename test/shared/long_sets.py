"""Small long videos in the layouts of licensed data sets, for tests: rendered, or without any picture."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from sheet_files import write_xlsx

from mer_ros.data.label_mapping import megc_label
from mer_ros.data.synthetic import Conditions, SyntheticClip
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.timeline import TrueEvent, make_timeline
from mer_ros.types import Kind

FPS = 30.0
SIZE_WH = (272, 272)
CALM = Conditions(blinks=0.0)
REST_S = 1.3

SQ_NAMES = {
    "naming rule1": [["a", 15, 1], ["b", 16, 2]],
    "naming rule2": [["0502", "anger1"], [701, "happy1"]],
}
SQ_FOLDERS = {(1, "anger1"): "s15/15_0502girlcrashing", (2, "happy1"): "s16/16_0701babylaugh"}
SQ_FOLDERS[2, "anger1"] = "s16/16_0502girlcrashing"
SQ_ROWS = [
    [1, "anger1_1", 11, 13, 17, "4+7", "negative", "micro-expression", "anger", 7],
    [1, "anger1_2", 31, 40, 60, "4", "others", "macro-expression", "anger", 30],
    [2, "happy1_1", 5, 11, 0, "12?", "positive", "micro-expression", "happiness", 7],
    [2, "anger1_1", 21, 0, 27, "15/17", "negative", "micro-expression", "sadness", 7],
]
SAMM_LV_ROWS = [
    [6, "006_1_2", 1, 21, 25, 61, 41, "Micro - 1/2", "4", None],
    [6, "006_1_3", 1, 101, 180, 260, 160, "Macro", "12C", None],
    [7, "007_3_1", 3, 11, 14, 57, 47, "Micro - 1/2", "U2", None],
]
CASME3_HEADER = ["Subject", "Filename", "Onset", "Apex", "Offset", "AU"]
CASME3_ROWS = [
    ["spNO.1", "a", 355, 358, 361, "4", "Micro-expression", "III"],
    ["spNO.1", "a", 380, 391, 401, "12", "Macro-expression", "I"],
    ["spNO.2", "b", 10, 14, 20, "1+2", "Micro-expression", "II"],
]

Rows = Sequence[Sequence[object]]


def touch(folder: Path, name: str, numbers: Sequence[int]) -> None:
    """Empty files in the place of images."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / name.format(number)).touch()


def write_sq_sheet(root: Path, rows: Rows) -> None:
    """The workbook of CAS(ME)^2 without header."""
    sheets = {"CASFEcode_final": [["###"] * 10, *rows], **SQ_NAMES}
    write_xlsx(root / "CAS(ME)^2code_final(Updated).xlsx", sheets)


def write_empty_sq(root: Path, rows: Rows = SQ_ROWS, frames: Sequence[int] = range(1, 81)) -> Path:
    """CAS(ME)^2 with three videos of 80 frames without content."""
    write_sq_sheet(root, rows)
    for folder in SQ_FOLDERS.values():
        touch(root / "rawpic" / folder, "img{}.jpg", frames)
    return root


def write_empty_samm_lv(root: Path, rows: Rows = SAMM_LV_ROWS) -> Path:
    """SAMM-LV with two videos of 300 frames without content."""
    header = ["Subject", "Filename", "Inducement Code", "Onset", "Apex", "Offset", "Duration", "Type"]
    sheets = {"FACS": [["SAMM Long Videos"], [], [*header, "Action Units", "Notes"], *rows]}
    write_xlsx(root / "SAMM_LongVideos_V3_Release.xlsx", sheets)
    for video in ("006_1", "007_3"):
        touch(root / "SAMM_longvideos" / video, video + "_{:04}.jpg", range(1, 301))
    return root


def write_empty_casme3(root: Path, lists: Sequence[str] = ("ME",), all_rows: bool = True) -> Path:
    """CAS(ME)^3 part A with two videos without content; lists: of ME and MaE, those that are there."""
    if all_rows:
        header = [*CASME3_HEADER, "Expression type", "Objective class"]
        write_xlsx(root / "annotation" / "CAS(ME)3_part_A_v2.xlsx", {"label": [header, *CASME3_ROWS]})
    for name in lists:
        kind = {"ME": "Micro-expression", "MaE": "Macro-expression"}[name]
        rows = [[*row[:6], "surprise"] for row in CASME3_ROWS if row[6] == kind]
        path = root / "annotation" / f"cas(me)3_part_A_{name}_label_JpgIndex_v2.xlsx"
        write_xlsx(path, {"label": [[*CASME3_HEADER, "emotion"], *rows]})
    touch(root / "data" / "part_A" / "spNO.1" / "a" / "color", "{}.jpg", range(300, 421))
    touch(root / "data" / "part_A" / "spNO.2" / "b" / "color", "{}.jpg", range(1, 61))
    return root


@functools.lru_cache(maxsize=4)
def rendered(subject: int) -> tuple[tuple[TrueEvent, ...], tuple[NDArray[np.uint8], ...]]:
    """Two clear expressions of a synthetic subject, and the frames of a video of them, 30 per second, with a
    little rest before and after them.
    """
    who = make_subject(2000 + subject)
    timeline = make_timeline(subject, who, 2, CALM)
    clip = SyntheticClip(who, timeline, subject, FPS, SIZE_WH, 4.0, CALM)
    first = round((timeline.events[0].onset_s - REST_S) * FPS)
    last = round((timeline.events[-1].offset_s + REST_S) * FPS)
    moved = tuple(
        replace(
            event,
            onset_s=event.onset_s - first / FPS,
            apex_s=event.apex_s - first / FPS,
            offset_s=event.offset_s - first / FPS,
        )
        for event in timeline.events
    )
    return moved, tuple(clip.render(i) for i in range(first, last + 1))


def write_rendered_sq(root: Path) -> Path:
    """CAS(ME)^2 with a rendered video of each of two subjects."""
    rows = []
    for subject, video in ((1, "anger1"), (2, "happy1")):
        events, frames = rendered(subject)
        folder = root / "rawpic" / SQ_FOLDERS[subject, video]
        folder.mkdir(parents=True)
        for i, frame in enumerate(frames, start=1):
            cv2.imwrite(str(folder / f"img{i}.jpg"), frame, [cv2.IMWRITE_JPEG_QUALITY, 95])
        for number, event in enumerate(events, start=1):
            onset, apex, offset = (1 + round(t * FPS) for t in (event.onset_s, event.apex_s, event.offset_s))
            kind = "micro-expression" if event.kind == Kind.MICRO else "macro-expression"
            label = megc_label(event.emotion)
            rows.append([subject, f"{video}_{number}", onset, apex, offset, "4", label, kind, "", 0])
    write_sq_sheet(root, rows)
    return root
