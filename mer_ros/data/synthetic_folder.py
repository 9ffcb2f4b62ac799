"""A synthetic folder in the layout of MEGC flow images, with the size and the class counts of MEGC 2019.

For tests and benchmarks: the flow is synthetic (``data.synthetic``), the names follow those of the real sets,
and each channel is scaled to 0..255 per clip, which loses the same information as in the real images. It
contains no real clip.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.crop_geometry import MEGC_BOX, cut
from mer_ros.data.datasets import megc_flow
from mer_ros.data.label_mapping import MEGC_LABELS, megc_label
from mer_ros.data.synthetic import EVALUATION_SUBJECTS, GENERATOR_VERSION, flow_samples
from mer_ros.errors import DataError
from mer_ros.files import atomic_write, not_writable
from mer_ros.motion.normalisation import strain
from mer_ros.types import EMOTIONS

SHEET = "megc_synthetic.csv"
_POOL = 28
"""Samples to generate per required sample of the rarest class, which contains a seventh of them."""


@dataclass(frozen=True)
class FolderPart:
    """One data set. subjects: number of subjects. counts: clips of each class of ``MEGC_LABELS``."""

    dataset: str
    subjects: int
    counts: tuple[int, int, int]


MEGC_2019 = (
    FolderPart("casme2", 24, (88, 32, 25)),
    FolderPart("smic", 16, (70, 51, 43)),
    FolderPart("samm", 28, (92, 26, 15)),
)
"""442 clips of 68 subjects."""


def write_synthetic_folder(
    root: Path,
    seed: int = 0,
    parts: tuple[FolderPart, ...] = MEGC_2019,
    spread: float = 1.0,
    noise: str = "smooth",
) -> Path:
    """Write the folder ``root`` (new or empty) completely or not at all; the same seed gives the same bytes.

    spread, noise: spread of subjects and noise, and its kind, see ``flow_samples``. Raises DataError if
    ``root`` is not empty or cannot be written.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise DataError(f"{root} already exists: choose a new folder for the synthetic data.")
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(root) as unfinished:
            unfinished.mkdir()
            note = f"synthetic flow, generator {GENERATOR_VERSION}, in the layout of MEGC flow images"
            (unfinished / megc_flow.SYNTHETIC_NOTE).write_text(note + "\n", encoding="utf-8")
            with (unfinished / SHEET).open("w", encoding="utf-8", newline="") as file:
                sheet = csv.writer(file, lineterminator="\n")
                sheet.writerow(megc_flow.COLUMNS)
                first = 0
                for number, part in enumerate(parts):
                    subjects = EVALUATION_SUBJECTS[first : first + part.subjects]
                    first += part.subjects
                    _write_part(unfinished, sheet, part, subjects, seed * len(parts) + number, spread, noise)
    except OSError as error:
        raise DataError(not_writable(root, error)) from error
    return root


class _Sheet(Protocol):
    """A csv.writer, whose class has no public name."""

    def writerow(self, row: Iterable[object], /) -> object: ...


def flow_image(flow: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(2, S, S) flow -> (S, S, 3) uint8 RGB: u, v and strain, the range of each scaled to 0..255."""
    channels = np.stack([*flow, strain(flow)], axis=-1)
    least, greatest = channels.min((0, 1)), channels.max((0, 1))
    scaled = (channels - least) / np.maximum(greatest - least, 1e-12)
    return np.rint(scaled * 255).astype(np.uint8)


def _write_part(
    root: Path, sheet: _Sheet, part: FolderPart, subjects: range, seed: int, spread: float, noise: str
) -> None:
    n = _POOL * max(part.counts[1:])
    flow = flow_samples(n, subjects, seed, megc_flow.PLACED_PX, spread=spread, noise=noise)
    classes = [MEGC_LABELS.index(megc_label(EMOTIONS[label])) for label in flow.labels]
    chosen = [i for c in range(3) for i in _choose(np.array(classes) == c, flow.subjects, part.counts[c])]
    numbers: dict[str, int] = {}
    for i in sorted(chosen, key=lambda i: (flow.subjects[i], classes[i], i)):
        subject, clip = _names(part.dataset, int(flow.subjects[i]) - subjects.start + 1, classes[i], numbers)
        picture = flow_image(cut(flow.data[i], MEGC_BOX, megc_flow.SIZE))
        done, data = cv2.imencode(".png", picture[..., ::-1])
        if not done:
            raise DataError(f"The image of {clip!r} cannot be encoded: check the installation of OpenCV.")
        (root / megc_flow.image_name(subject, clip)).write_bytes(data.tobytes())
        sheet.writerow([part.dataset, subject, clip, classes[i], "", f"{subject}_{clip}.jpg", ""])


def _choose(wanted: NDArray[np.bool_], subjects: NDArray[np.int64], count: int) -> list[int]:
    """Indices of ``count`` wanted samples, taken from each subject in turn, so that all subjects occur."""
    turns: list[tuple[int, int, int]] = []
    seen: dict[int, int] = {}
    for i in np.flatnonzero(wanted):
        subject = int(subjects[i])
        turns.append((seen.get(subject, 0), subject, int(i)))
        seen[subject] = seen.get(subject, 0) + 1
    if len(turns) < count:
        raise DataError(f"Only {len(turns)} of {count} samples of a class were generated: use another seed.")
    return [i for _, _, i in sorted(turns)[:count]]


def _names(dataset: str, number: int, label: int, counts: dict[str, int]) -> tuple[str, str]:
    """Names of subject and clip in the style of the data set: sub01 EP01_01f, s01 s01_ne_01, 001 001_1_1."""
    if dataset == "casme2":
        subject, stem = f"sub{number:02d}", f"EP{label + 1:02d}"
    elif dataset == "smic":
        subject = f"s{number:02d}"
        stem = f"{subject}_{('ne', 'po', 'sur')[label]}"
    else:
        subject = f"{number:03d}"
        stem = f"{subject}_{label + 1}"
    key = f"{subject} {stem}"
    counts[key] = take = counts.get(key, 0) + 1
    return subject, {"casme2": f"{stem}_{take:02d}f", "smic": f"{stem}_{take:02d}"}.get(
        dataset, f"{stem}_{take}"
    )
