"""The record of a data set: its content, its source and how to open it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mer_ros.errors import ConfigError, DataError
from mer_ros.progress import SILENT, Progress

if TYPE_CHECKING:  # keeps NumPy out: the command line lists the data sets before it opens one
    from mer_ros.data.clip_set import ClipSet
    from mer_ros.data.crop_geometry import CropBox
    from mer_ros.data.long_videos import LongVideoSet
    from mer_ros.types import InputKind


@dataclass(frozen=True)
class Request:
    """Options of a command for a data set.

    root: folder of the data set. samples, subjects: number of clips to generate, and of their subjects. None
    means that the option was not given. seed: seed of the generated clips. kinds: kinds of input that the
    systems read. unseen: train on one head of the generator and test on another, with noise of another
    design. crop: place of images in the aligned crop; None to find it. progress: receives the progress of
    generated or measured clips. labels: set of classes, one of ``annotations.labels.SCHEMES``; "" for those
    of the data set. flow: algorithm with which flow is measured, "" for that of events. layout: YAML file on
    where the sheet and frames are, and on rows to correct. cache: folder for measured clips; None for the
    default. frames: whether the frames of the clips are needed, for corruptions.
    """

    root: Path | None = None
    samples: int | None = None
    subjects: int | None = None
    seed: int = 0
    kinds: frozenset[InputKind] = frozenset({"flow"})
    unseen: bool = False
    crop: CropBox | None = None
    progress: Progress = SILENT
    labels: str = ""
    flow: str = ""
    layout: Path | None = None
    cache: Path | None = None
    frames: bool = False

    def frame_options(self) -> str:
        """The given options that only data sets of frames have, as words."""
        given = {"labels": self.labels, "flow": self.flow, "layout": self.layout, "cache": self.cache}
        return " and ".join(f"--{name} is {value}" for name, value in given.items() if value)


@dataclass(frozen=True)
class Dataset:
    """A data set of ``catalogue.DATASETS``.

    name: name in the catalogue, the value of ``--data``.
    help: description of the data set, or of the folder to give, as a phrase for messages.
    kinds: kinds of input that it contains.
    opener: reads or generates the clips of a checked request.
    generated: whether any number of clips, of disjoint groups of subjects, are generated on demand. If not,
    they are read from the folder ``--root``.
    training_samples_on_demand: whether training draws samples from the generator instead of these clips.
    slow_kinds: kinds of input that take minutes to generate.
    placed_by_crop: whether its images show another part of the face than the tracker's crops, so that --crop
    applies.
    schemes: sets of classes that ``--labels`` can choose; empty for a data set that is not read from frames.
    named_by_clips: whether its folder names the data sets of its clips, one or several, instead of ``name``.
    video_opener: opens its complete videos, on which spotting is scored; None if it has none.
    """

    name: str
    help: str
    kinds: frozenset[InputKind]
    opener: Callable[[Request], ClipSet]
    generated: bool = False
    training_samples_on_demand: bool = False
    slow_kinds: frozenset[InputKind] = frozenset()
    placed_by_crop: bool = False
    schemes: tuple[str, ...] = ()
    named_by_clips: bool = False
    video_opener: Callable[[Request], LongVideoSet] | None = None

    def check(self, request: Request) -> None:
        """Raise ConfigError for options that do not apply, DataError for missing kinds of input."""
        options = {"samples": request.samples, "subjects": request.subjects}
        given = " and ".join(
            f"--{name} is {number}" for name, number in options.items() if number is not None
        )
        if self.generated and request.root is not None:
            raise ConfigError(
                f"--data {self.name} is generated, not read from a folder, but --root is {request.root}: "
                "omit --root, or choose another --data."
            )
        if not self.generated and request.root is None:
            raise ConfigError(f"--data {self.name} needs --root: give {self.help}.")
        if not self.generated and given:
            raise ConfigError(
                f"The clips are read from {request.root}, not generated, but {given}: omit that option."
            )
        if request.unseen and not self.generated:
            raise ConfigError(
                f"--unseen is a test of the generator, but --data is {self.name}: omit it, or choose --data "
                "synthetic."
            )
        if request.crop is not None and not self.placed_by_crop:
            raise ConfigError(
                f"--crop places the images of a folder of flow, but --data is {self.name}: omit it."
            )
        if request.frame_options() and not self.schemes:
            raise ConfigError(
                f"{request.frame_options()}, which applies to annotated frames, but --data is {self.name}: "
                "omit it."
            )
        if request.labels and request.labels not in self.schemes:
            raise ConfigError(
                f"--data {self.name} has no classes {request.labels!r}: choose --labels "
                f"{', '.join(self.schemes)}."
            )
        if request.frames and "clip" not in self.kinds:
            raise ConfigError(
                f"--robustness corrupts frames, but --data {self.name} holds only flow: choose a data set of "
                "frames, or synthetic."
            )
        missing = sorted(request.kinds - self.kinds)
        if missing:
            raise DataError(
                f"--data {self.name} has no input of kind {', '.join(map(repr, missing))}: choose systems "
                f"that read {', '.join(sorted(self.kinds))}, or another --data."
            )

    def is_slow(self, request: Request) -> bool:
        """Whether opening takes minutes."""
        return bool(self.slow_kinds & request.kinds) or (request.frames and bool(self.slow_kinds))

    def open(self, request: Request) -> ClipSet:
        """The clips for an evaluation; raises the errors of ``check``, and DataError for faulty clips."""
        self.check(request)
        return self.opener(request)

    def open_for_training(self, request: Request) -> ClipSet | None:
        """The clips to train on; None where training asks the generator for its own samples instead."""
        self.check(request)
        return None if self.training_samples_on_demand else self.opener(request)

    def open_videos(self, request: Request) -> LongVideoSet:
        """The long videos, for spotting; raises the errors of ``check``, ConfigError if there are none."""
        if self.video_opener is None:
            raise ConfigError(
                f"--data {self.name} has no long videos, in which expressions are spotted: choose another."
            )
        self.check(request)
        return self.video_opener(request)
