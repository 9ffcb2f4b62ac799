"""A made folder in the layout of MEGC flow images, of the size and the class counts of MEGC 2019.

For tests and benchmarks: the movements are made flow (``data.synthetic``), the names follow the real sets'
habits, and each channel is scaled to 0..255 per clip, with all that this destroys. No real clip is in it.
"""

from __future__ import annotations

import csv
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.datasets import megc_flow
from mer_ros.data.synthetic import EVALUATION_SUBJECTS, GENERATOR_VERSION, flow_samples
from mer_ros.errors import DataError
from mer_ros.motion.normalisation import strain
from mer_ros.types import EMOTIONS

SHEET = "megc_made.csv"
_POOL = 14
"""Samples that are made for one that is needed of the rarest class: one emotion in seven is of that class."""


@dataclass(frozen=True)
class Part:
    """One data set. counts: clips of each class of ``megc_flow.LABELS`` (MEGC 2019). people: subjects."""

    dataset: str
    people: int
    counts: tuple[int, int, int]


MEGC_2019 = (
    Part("casme2", 24, (88, 32, 25)),
    Part("smic", 16, (70, 51, 43)),
    Part("samm", 28, (92, 26, 15)),
)
"""442 clips of 68 people."""


def write_synthetic_folder(
    root: Path, seed: int = 0, parts: tuple[Part, ...] = MEGC_2019, spread: float = 1.0
) -> Path:
    """Write the folder ``root`` (new or empty), whole or not at all; the same seed gives the same bytes.

    spread: of people and noise, as in ``flow_samples``.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise DataError(f"{root} is there already: give a new folder for the made data.")
    unfinished = root.with_name(f".{root.name}.{os.getpid()}")
    try:
        unfinished.mkdir(parents=True)
        note = f"made flow, generator {GENERATOR_VERSION}, in the layout of MEGC flow images"
        (unfinished / megc_flow.MADE_NOTE).write_text(note + "\n", encoding="utf-8")
        with (unfinished / SHEET).open("w", encoding="utf-8", newline="") as file:
            sheet = csv.writer(file, lineterminator="\n")
            sheet.writerow(megc_flow.COLUMNS)
            first = 0
            for number, part in enumerate(parts):
                people = EVALUATION_SUBJECTS[first : first + part.people]
                first += part.people
                _write_part(unfinished, sheet, part, people, seed * len(parts) + number, spread)
        if root.is_dir():
            root.rmdir()
        unfinished.replace(root)
    except OSError as error:
        raise DataError(f"{root} cannot be written ({error.strerror}): choose another folder.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return root


def picture_of(flow: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(2, S, S) flow -> (S, S, 3) uint8 RGB: u, v and strain, each from its least to its greatest, 0..255."""
    channels = np.stack([*flow, strain(flow)], axis=-1)
    least, greatest = channels.min((0, 1)), channels.max((0, 1))
    scaled = (channels - least) / np.maximum(greatest - least, 1e-12)
    return np.rint(scaled * 255).astype(np.uint8)


def _write_part(root: Path, sheet: object, part: Part, people: range, seed: int, spread: float) -> None:
    made = flow_samples(_POOL * max(part.counts[1:]), people, seed, megc_flow.SIZE, spread=spread)
    classes = [megc_flow.LABELS.index(megc_flow.label_of(EMOTIONS[label])) for label in made.labels]
    chosen = [i for c in range(3) for i in _choose(np.array(classes) == c, made.subjects, part.counts[c])]
    numbers: dict[str, int] = {}
    for i in sorted(chosen, key=lambda i: (made.subjects[i], classes[i], i)):
        subject, clip = _names(part.dataset, int(made.subjects[i]) - people.start + 1, classes[i], numbers)
        picture = picture_of(made.data[i])
        done, data = cv2.imencode(".png", picture[..., ::-1])
        if not done:
            raise DataError(f"The picture of {clip!r} cannot be encoded: check the installation of OpenCV.")
        (root / megc_flow.image_name(subject, clip)).write_bytes(data.tobytes())
        sheet.writerow([part.dataset, subject, clip, classes[i], "", f"{subject}_{clip}.jpg", ""])  # type: ignore[attr-defined]


def _choose(wanted: NDArray[np.bool_], subjects: NDArray[np.int64], count: int) -> list[int]:
    """``count`` of the wanted samples, one of each person in turn, so that everybody takes part."""
    turns: list[tuple[int, int, int]] = []
    seen: dict[int, int] = {}
    for i in np.flatnonzero(wanted):
        person = int(subjects[i])
        turns.append((seen.get(person, 0), person, int(i)))
        seen[person] = seen.get(person, 0) + 1
    if len(turns) < count:
        raise DataError(f"Only {len(turns)} of {count} samples of a class were made: give another seed.")
    return [i for _, _, i in sorted(turns)[:count]]


def _names(dataset: str, person: int, label: int, numbers: dict[str, int]) -> tuple[str, str]:
    """Subject and clip as the data sets write them: sub01 EP01_01f, s01 s01_ne_01, 001 001_1_1."""
    if dataset == "casme2":
        subject, stem = f"sub{person:02d}", f"EP{label + 1:02d}"
    elif dataset == "smic":
        subject = f"s{person:02d}"
        stem = f"{subject}_{('ne', 'po', 'sur')[label]}"
    else:
        subject = f"{person:03d}"
        stem = f"{subject}_{label + 1}"
    key = f"{subject} {stem}"
    numbers[key] = number = numbers.get(key, 0) + 1
    return subject, {"casme2": f"{stem}_{number:02d}f", "smic": f"{stem}_{number:02d}"}.get(
        dataset, f"{stem}_{number}"
    )
