"""The choices of ``--data``, from the catalogue of data sets."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mer_ros.data.datasets import DATASETS, Dataset, Request
from mer_ros.errors import ConfigError

if TYPE_CHECKING:
    from mer_ros.data.clip_set import ClipSet
    from mer_ros.data.crop_geometry import CropBox
    from mer_ros.progress import Progress

Data = Enum("Data", {name.replace("-", "_"): name for name in DATASETS.names}, type=str)  # type: ignore[misc]
"""Names of the data sets, as choices for typer."""

AUTO = "auto"

CROP = typer.Option(
    AUTO,
    help="Where the images of a folder of flow lie in the aligned crop: x0,y0,x1,y1 as shares of its width, "
    "or auto to find it.",
)
"""The option ``--crop``."""


def crop_of(text: str) -> CropBox | None:
    """The box of ``--crop``, None for auto. ConfigError for anything else."""
    from mer_ros.data.crop_geometry import CropBox

    return None if text == AUTO else CropBox.parse(text)


DEFAULT_DATA = Data("synthetic")


THREE = "three"
"""The classes of MEGC 2019, of which several data sets have clips."""

Requests = list[tuple[Dataset, Request]]
"""Data sets and what is asked of each."""


def requests_of(names: str, roots: list[Path], request: Request, classes: str = THREE) -> Requests:
    """What to open for a ``--data`` of one or several names, separated by commas.

    roots: of --root, one for each data set that is read from a folder, in their order, or one folder that
    holds a folder of the name of each. classes: of several data sets, unless others are asked for.
    ConfigError for options that do not apply.
    """
    chosen = [name.strip() for name in names.split(",")]
    if len(set(chosen)) < len(chosen):
        raise ConfigError(f"--data {names} names a data set twice: name each once.")
    several = len(chosen) > 1
    read = [name for name in chosen if not (several and DATASETS.get(name).generated)]
    if len(roots) not in {0, 1, len(read)}:
        raise ConfigError(
            f"--data names {len(read)} data sets and --root {len(roots)} folders: give one for each."
        )
    own = roots if len(roots) == len(read) else [root / name for root in roots for name in read]
    root_of = dict(zip(read, own))
    found = []
    for name in chosen:
        dataset = DATASETS.get(name)
        labels = request.labels or (classes if several and dataset.schemes else "")
        asked = replace(request, root=root_of.get(name), labels=labels)
        dataset.check(asked)
        found.append((dataset, asked))
    return found


def open_all(requests: Requests, progress: Progress) -> ClipSet:
    """The clips of all requested data sets in one set."""
    from mer_ros.data.pooled import pooled

    sets = [dataset.open(replace(request, progress=progress)) for dataset, request in requests]
    return pooled(sets, flow_folder(requests))


def flow_folder(requests: Requests) -> Path | None:
    """Where large flow lies: the cache of annotated frames; None for other data sets, which are small."""
    from mer_ros.data.frames.cache import default_folder

    framed = [request for dataset, request in requests if dataset.schemes]
    return framed[0].cache or default_folder() if framed else None


LABELS = typer.Option(
    "",
    help="Classes of annotated frames: native, five, seven, three (MEGC 2019) or objective. [default: "
    "native; three for several data sets]",
)
FLOW = typer.Option("", help="Optical flow of annotated frames: dis, farneback or tvl1. [default: dis]")
LAYOUT = typer.Option(None, help="YAML file on the places of annotated frames and rows to correct.")
CACHE = typer.Option(None, help="Folder for measured clips of annotated frames. [default: in ~/.cache]")
