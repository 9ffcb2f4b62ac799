"""MEGC flow images: the input format of published MEGC 2019 code.

A folder contains one sheet and one image for each clip:

- the sheet, ``*.csv``, with the columns dataset, sub, filename_o, label, apex, imagename, sub_filename;
  label is 0, 1 or 2 for negative, positive, surprise; apex, imagename and sub_filename are not used;
- the images, in the folder or below it: ``<sub>_<filename_o> .png`` (note the space before the dot), 28x28,
  8-bit RGB: horizontal flow, vertical flow and optical strain, each scaled to 0..255 per clip.

The scaling loses the amplitude of the movement, the zero of each channel, the ratio of horizontal to vertical
movement, and all differences below 1/255 of the range. The ratio is estimated from the strain channel
(``channel_ratio``); the clip normalisation (``motion.normalisation.normalise_flow``) sets the zero (the
median) and the gain (the mean absolute deviation), as for any other flow. A model that was trained on live
flow can therefore read these clips; ``benchmarks/scalings.py`` measures the loss on synthetic flow.
"""

from __future__ import annotations

import io
import struct
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL.PngImagePlugin import PngImageFile

from mer_ros.data.channel_ratio import channel_ratio
from mer_ros.data.clip_set import ClipSet
from mer_ros.data.crop_geometry import MIN_CLIPS, CropBox, Geometry, placed, register
from mer_ros.data.datasets.dataset import Dataset, Request
from mer_ros.data.faults import Faults
from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

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
    faults = Faults(root)
    images = _find_images(root, faults)
    sheet, rows = _read_sheet(root, faults)
    faults.stop()
    used: dict[str, int] = {}
    clips = []
    for number, row in rows:
        clip = _read_row(sheet, number, row, images, used, faults)
        if clip is not None:
            clips.append((row, clip))
    for name in sorted(images.keys() - used.keys()):
        faults.add(f"it has no row in {sheet.name!r}", images[name])
    _check_whole([row for _, row in rows], faults)
    faults.stop()
    note = root / SYNTHETIC_NOTE
    generated = note.read_text(encoding="utf-8", errors="replace").strip()[:200] if note.is_file() else ""
    column = {name: np.array([row[name] for row, _ in clips]) for name in COLUMNS}
    images_of, datasets = np.stack([clip for _, clip in clips]), column["dataset"]
    geometries = _geometries(images_of, datasets, crop)
    notes = dict.fromkeys(geometry.note for geometry in geometries.values())
    return ClipSet(
        flow=placed(images_of, [geometries[name].box for name in datasets], PLACED_PX),
        truth=column["label"].astype(np.int64),
        labels=MEGC_LABELS,
        samples=column["filename_o"],
        subjects=column["sub"],
        datasets=datasets,
        origin=generated or ORIGIN,
        synthetic=bool(generated),
        caveat=" ".join([CAVEAT, *notes]),
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


def _find_images(root: Path, faults: Faults) -> dict[str, Path]:
    """All images in and below the folder by name; links that lead out of the folder are faults."""
    found: dict[str, Path] = {}
    inside = root.resolve()
    for path in sorted(root.rglob("*.png")):
        if not path.resolve().is_relative_to(inside):
            faults.add("it is a link that leads out of the folder", path)
        elif path.name in found:
            faults.add(f"an image with the same name is in {found[path.name].parent.name!r}", path)
        else:
            found[path.name] = path
    return found


def _read_sheet(root: Path, faults: Faults) -> tuple[Path, list[tuple[int, dict[str, str]]]]:
    """The sheet and its rows as (number, cells); the header is row 1."""
    import pandas as pd  # imported here: it takes 0.5 s, and most importers read no sheet

    sheets = sorted(root.glob("*.csv"))
    if len(sheets) != 1:
        found = f"{len(sheets)} ({', '.join(path.name for path in sheets)})" if sheets else "none"
        faults.add(f"the folder must contain one sheet (*.csv), found {found}")
        return root, []
    sheet = sheets[0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(
                sheet, dtype=str, keep_default_na=False, encoding="utf-8-sig", index_col=False,
                skip_blank_lines=False,
            )  # fmt: skip
    except (OSError, ValueError, pd.errors.ParserWarning) as error:  # includes parser and Unicode errors
        faults.add(f"it cannot be read as a sheet ({' '.join(str(error).split())})", sheet)
        return sheet, []
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        found = ", ".join(map(str, table.columns))
        faults.add(f"column {', '.join(map(repr, missing))} is missing, found {found}", sheet, 1)
        return sheet, []
    return sheet, _rows(table)


def _rows(table: pd.DataFrame) -> list[tuple[int, dict[str, str]]]:
    """Rows that are not empty; missing cells of a short row are empty."""
    cells = table[list(COLUMNS)].fillna("").to_dict("records")
    return [(i + 2, row) for i, row in enumerate(cells) if any(row.values())]


def _read_row(
    sheet: Path,
    number: int,
    row: dict[str, str],
    images: dict[str, Path],
    used: dict[str, int],
    faults: Faults,
) -> NDArray[np.float32] | None:
    """(2, 28, 28) flow of the image of a row; None if the row or the image has a fault."""
    before = len(faults.found)
    if not row["dataset"].strip():
        faults.add("'dataset' is empty", sheet, number)
    if row["label"] not in ("0", "1", "2"):
        faults.add(f"label is {row['label']!r}, not 0, 1 or 2", sheet, number)
    for column in ("sub", "filename_o"):
        name = row[column]
        if not name.strip():
            faults.add(f"{column!r} is empty", sheet, number)
        elif set(name) & set("/\\\0") or name.startswith("."):
            faults.add(
                f"{column} {name!r} is not a plain name, it would lead out of the folder", sheet, number
            )
    if len(faults.found) > before:
        return None
    name = image_name(row["sub"], row["filename_o"])
    if name in used:
        faults.add(f"it names the same clip as row {used[name]}: {name!r}", sheet, number)
        return None
    if name not in images:
        faults.add(f"there is no image {name!r}", sheet, number)
        return None
    used[name] = number
    fault, flow = _read_image(images[name])
    if fault:
        faults.add(fault, images[name])
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


def _check_whole(rows: list[dict[str, str]], faults: Faults) -> None:
    """Add a fault for a set that cannot be evaluated: without rows, of one class or of one subject."""
    if not rows:
        faults.add("the sheet has no rows")
        return
    classes = {row["label"] for row in rows}
    subjects = {(row["dataset"], row["sub"]) for row in rows}
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
)
