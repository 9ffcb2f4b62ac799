"""MEGC flow images: the input format of published MEGC 2019 code.

A folder contains one sheet and one image for each clip:

- the sheet, ``*.csv``, with the columns dataset, sub, filename_o, label, apex, imagename, sub_filename;
  label is 0, 1 or 2 for negative, positive, surprise; apex, imagename and sub_filename are not used;
- the images, in the folder or below it: ``<sub>_<filename_o> .png`` (note the space before the dot), 28x28,
  8-bit RGB: horizontal flow, vertical flow and optical strain, each scaled to 0..255 per clip.

Other ways to save a sheet (``data.sheets``), other spellings of names (``data.names``) and files that an
operating system adds (``data.folder_files``) are read with a note for each kind.

The scaling loses the amplitude of the movement, the zero of each channel, the ratio of horizontal to vertical
movement, and all differences below 1/255 of the range. The ratio is estimated from the strain channel
(``channel_ratio``); the clip normalisation (``motion.normalisation.normalise_flow``) sets the zero (the
median) and the gain (the mean absolute deviation), as for any other flow. A model that was trained on live
flow can therefore read these clips; ``benchmarks/scalings.py`` measures the loss on synthetic flow.
"""

from __future__ import annotations

import io
import struct
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL.PngImagePlugin import PngImageFile

from mer_ros.data.channel_ratio import channel_ratio
from mer_ros.data.clip_set import ClipSet
from mer_ros.data.crop_geometry import MIN_CLIPS, CropBox, Geometry, placed, register
from mer_ros.data.datasets.dataset import Dataset, Request
from mer_ros.data.faults import Faults
from mer_ros.data.folder_files import ImageFiles
from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.data.names import name_key, unify, whole_number
from mer_ros.data.notes import Notes
from mer_ros.data.sheets import Row, find_sheet, read_sheet
from mer_ros.errors import DataError

COLUMNS = ("dataset", "sub", "filename_o", "label", "apex", "imagename", "sub_filename")
SIZE = 28
PLACED_PX = 56
"""Width of the aligned crop in which the images are placed (``data.crop_geometry``): they show a smaller part
of the face than the crops of the tracker."""

ORIGIN = "MEGC flow images"
SYNTHETIC_NOTE = "MADE.txt"
"""File that marks a folder as synthetic and contains how it was generated, so that scores on it are not
mistaken for scores on real data."""
CAVEAT = (
    "Each channel was scaled to 0..255 per clip: the amplitude is lost, and the ratio of horizontal to "
    "vertical movement is estimated from the strain image."
)

_MOST_BYTES = 1 << 20
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"


def image_name(subject: str, clip: str) -> str:
    """File name of the image of a clip."""
    return f"{subject}_{clip} .png"


def read(root: Path, crop: CropBox | None = None) -> ClipSet:
    """Read a folder. If it has faults, raises DataError with the file and row of all of them.

    crop: place of the images in the aligned crop; found from the images of each data set if None.
    """
    if not root.is_dir():
        raise DataError(f"There is no folder {root}: give the one with the MEGC sheet and flow images.")
    faults, notes = Faults(root), Notes()
    images = ImageFiles(root, faults, notes)
    sheet = find_sheet(root, COLUMNS, faults, notes)
    rows = read_sheet(sheet, COLUMNS, faults, notes)
    faults.stop()
    _make_plain(rows, notes)
    names = unify([row["dataset"] for _, row in rows], [row["sub"] for _, row in rows])
    for clash in names.clashes:
        faults.add(clash.sentence, sheet, rows[clash.index][0])
    used: dict[Path, int] = {}
    flows = [_read_row(sheet, number, row, images, used, faults) for number, row in rows]
    for path in images.by_name.values():
        if path not in used:
            faults.add(f"it has no row in {sheet.name!r}", path)
    _check_whole({row["label"] for _, row in rows}, set(zip(names.datasets, names.subjects)), faults)
    faults.stop()
    note = root / SYNTHETIC_NOTE
    generated = note.read_text(encoding="utf-8", errors="replace").strip()[:200] if note.is_file() else ""
    images_of = np.stack([flow for flow in flows if flow is not None])
    datasets = np.array(names.datasets)
    geometries = _geometries(images_of, datasets, crop)
    places = dict.fromkeys(geometry.note for geometry in geometries.values())
    return ClipSet(
        flow=placed(images_of, [geometries[name].box for name in names.datasets], PLACED_PX),
        truth=np.array([int(row["label"]) for _, row in rows], np.int64),
        labels=MEGC_LABELS,
        samples=np.array([whole_number(row["filename_o"]).strip() for _, row in rows]),
        subjects=np.array(names.subjects),
        datasets=datasets,
        origin=generated or ORIGIN,
        synthetic=bool(generated),
        caveat=" ".join([CAVEAT, *places]),
        notes=(*notes.sentences, *names.notes),
    )


def _geometries(
    images: NDArray[np.float32], datasets: NDArray[np.str_], crop: CropBox | None
) -> dict[str, Geometry]:
    """The place of the images of each data set; small data sets are registered together."""
    names = np.unique(datasets).tolist()
    if crop is not None:
        given = Geometry(crop, float("nan"), f"The images are placed at {crop.words} of the crop, as given.")
        return dict.fromkeys(names, given)
    if min(int((datasets == name).sum()) for name in names) < MIN_CLIPS:
        return dict.fromkeys(names, register(images))
    return {name: register(images[datasets == name], name) for name in names}


def _make_plain(rows: list[Row], notes: Notes) -> None:
    """Labels without blanks and fractions of zeros, in place; notes on such labels and names."""
    for _, row in rows:
        for column in ("sub", "filename_o", "label"):
            cell = row[column]
            if whole_number(cell) != cell:
                kind = "with a fraction of zeros, which is ignored"
                notes.tally(("number is written", "numbers are written"), kind, f"{cell!r} in {column!r}")
            elif column != "sub" and cell != cell.strip():  # those of subjects are noted with their names
                kind = "blanks around it, which are ignored"
                notes.tally(("cell has", "cells have"), kind, f"{cell!r} in {column!r}")
        row["label"] = whole_number(row["label"]).strip()


def _read_row(
    sheet: Path,
    number: int,
    row: dict[str, str],
    images: ImageFiles,
    used: dict[Path, int],
    faults: Faults,
) -> NDArray[np.float32] | None:
    """(2, 28, 28) flow of the image of a row; None if the row or the image has a fault."""
    before = len(faults.found)
    if not name_key(row["dataset"]):
        faults.add("'dataset' is empty", sheet, number)
    if row["label"] not in ("0", "1", "2"):
        faults.add(f"label is {row['label']!r}, not 0, 1 or 2", sheet, number)
    for column in ("sub", "filename_o"):
        name = row[column]
        if not name_key(name):
            faults.add(f"{column!r} is empty", sheet, number)
        elif set(name) & set("/\\\0") or name.strip().startswith("."):
            faults.add(
                f"{column} {name!r} is not a plain name, it would lead out of the folder", sheet, number
            )
    if len(faults.found) > before:
        return None
    subjects, clips = ([row[column], whole_number(row[column])] for column in ("sub", "filename_o"))
    stems = [f"{subject}_{clip}" for subject in subjects for clip in clips]
    name = image_name(subjects[0], clips[0])
    found = images.find(stems, name)
    if len(found) != 1:
        several = f"{len(found)} images resemble {name!r}: {', '.join(repr(path.name) for path in found)}"
        faults.add(several if found else f"there is no image {name!r}", sheet, number)
        return None
    image = found[0]
    earlier = used.setdefault(image, number)
    if earlier != number:
        faults.add(f"it names the same clip as row {earlier}: {image.name!r}", sheet, number)
        return None
    fault, flow = _read_image(image)
    if fault:
        faults.add(fault, image)
    return flow


def _read_image(path: Path) -> tuple[str, NDArray[np.float32] | None]:
    """The fault of an image, or "" and its (2, 28, 28) float32 u, v in grey levels of u."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
    except OSError as error:
        return f"it cannot be read ({error.strerror})", None
    if not data.startswith(_PNG_START) or not data.endswith(_PNG_END):
        return "it is not a complete PNG", None
    try:
        with PngImageFile(io.BytesIO(data)) as header:
            size, pixels = header.size, header.tile[0][3]
    except (SyntaxError, OSError, EOFError, ValueError, IndexError, struct.error):  # all that Pillow raises
        return "it is a damaged PNG", None
    if size != (SIZE, SIZE):
        return f"it is {size[0]}x{size[1]}, not {SIZE}x{SIZE}", None
    if pixels != "RGB":  # the mode in the file: "RGB;16B" has 16 bits per channel
        return f"it is not 8-bit RGB but {pixels}", None
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None or image.shape != (SIZE, SIZE, 3):
        return "it is a damaged PNG", None
    return "", flow_of(image[..., ::-1])


def flow_of(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(S, S, 3) RGB flow image -> (2, S, S) float32 u, v in grey levels of u, with arbitrary offsets."""
    channels = np.ascontiguousarray(picture.transpose(2, 0, 1), np.float32)
    return channels[:2] * np.array([1, channel_ratio(channels)], np.float32)[:, None, None]


def _check_whole(classes: set[str], subjects: set[tuple[str, str]], faults: Faults) -> None:
    """Add a fault for a set that cannot be evaluated: without rows, of one class or of one subject.

    subjects: (data set, subject) of all rows.
    """
    if not classes:
        faults.add("the sheet has no rows")
    if len(classes) == 1:
        faults.add(f"every row has label {min(classes)!r}, two classes are needed")
    if len(subjects) == 1:
        faults.add(f"every row is of subject {min(subjects)[1]!r}, two subjects are needed")


def _open(request: Request) -> ClipSet:
    if request.root is None:
        raise DataError("MEGC flow images are read from a folder: give its path.")
    return read(request.root, request.crop)


MEGC_FLOW = Dataset(
    name="megc-flow",
    help="the folder with the sheet and the flow images of MEGC 2019 code",
    kinds=frozenset({"flow"}),
    opener=_open,
    placed_by_crop=True,
    named_by_clips=True,
)
