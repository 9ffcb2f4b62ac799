"""Training of the reader of action units (``explanation.action_units``).

    python -m mer_ros.training.action_units --out models/action_units.safetensors

The reader is fitted to augmented synthetic flow of all heads, half of it with units drawn at random, so that
it does not learn which units the recipes combine. Its probabilities are calibrated on the unseen generator:
copies of the reader, each trained on one head with smooth noise, answer for the other head with rough noise,
on samples that follow the recipes. The expected errors stored in the file are measured on the same samples,
half of the subjects calibrated on the other half. The command takes 2 to 4 minutes on two cores.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros.data.synthetic import GENERATOR_VERSION, TRAIN_SUBJECTS, VALIDATION_SUBJECTS
from mer_ros.data.synthetic.unit_combinations import INDEPENDENT
from mer_ros.errors import require
from mer_ros.explanation import action_unit_file
from mer_ros.explanation.action_units import LIKELY, ActionUnitReader, Logistic, UnitProbabilities
from mer_ros.face.facs import UNITS
from mer_ros.face.unit_coding import PRESENT
from mer_ros.motion.normalisation import normalise_flow
from mer_ros.progress import SILENT, Progress
from mer_ros.recognition.model_files import check_output
from mer_ros.training.augmentation import Augmentation, augmented
from mer_ros.training.binary_metrics import area_under_curve, binary_calibration_error, brier_score
from mer_ros.training.unit_fit import calibration, fit_logistic, fit_sides
from mer_ros.training.unit_samples import UnitSet, joined, unit_samples
from mer_ros.training.unseen import head_pairs

Bools = NDArray[np.bool_]

_UNCALIBRATED = Logistic(np.ones(len(UNITS), np.float32), np.zeros(len(UNITS), np.float32))


@dataclass(frozen=True)
class UnitTraining:
    """samples: to train on, in equal parts of each head. test: of each unseen head. size: width of a sample.
    penalty: see ``fit_sides``; that of the system ``linear``. seed: of the data and its augmentation.
    """

    samples: int = 16000
    test: int = 3000
    size: int = 28
    penalty: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse settings without meaning."""
        for name in ("samples", "test"):
            value = getattr(self, name)
            require(64 <= value <= 1_000_000, f"{name!r} is {value}: give 64 to 1000000.")
        even = self.size % 2 == 0 and self.size in action_unit_file.SIZES
        least, most = action_unit_file.SIZES[0], action_unit_file.SIZES[-1]
        require(even, f"'size' is {self.size}: give an even number of {least} to {most}.")
        require(self.penalty > 0, f"'penalty' is {self.penalty:g}: give a number above 0.")


@dataclass(frozen=True, eq=False)
class UnseenScores:
    """What the copies answer on heads on which they were not trained.

    scores: (N, K, 2) of the right and the left side. present: (N, K, 2) bool. subjects: (N,). heads: (N,)
    name of the head of each sample. flow: (N, 2, S, S), the samples.
    """

    scores: NDArray[np.float32]
    present: Bools
    subjects: NDArray[np.int64]
    heads: NDArray[np.str_]
    flow: NDArray[np.float32]


def train_reader(
    settings: UnitTraining, progress: Progress = SILENT
) -> tuple[ActionUnitReader, UnseenScores]:
    """The calibrated reader, and the answers of its copies to the unseen heads."""
    pairs = head_pairs()
    n = settings.samples // len(pairs)
    own = {head: unit_samples(n, TRAIN_SUBJECTS, settings.seed, head, progress=progress) for head, _ in pairs}
    parts = []
    for head, other in pairs:
        copy = _fitted(own[head], settings)
        seed = settings.seed + 1
        test = unit_samples(settings.test, VALIDATION_SUBJECTS, seed, other, "rough", None, 0.0, progress)
        samples = np.stack([normalise_flow(uv, settings.size) for uv in test.flow])
        names = np.full(len(test.flow), other)
        parts.append((copy.scores(samples), test.present, test.subjects, names, test.flow))
    unseen = UnseenScores(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    reader = _fitted(joined(list(own.values())), settings)
    return calibrated(reader, unseen.scores, unseen.present), unseen


def calibrated(reader: ActionUnitReader, scores: NDArray[np.float32], present: Bools) -> ActionUnitReader:
    """The reader with a calibration from (N, K, 2) scores and truth of the right and the left side."""
    moved, one_sided = calibration(scores, present)
    return replace(reader, moved=moved, one_sided=one_sided)


def halves(subjects: NDArray[np.int64]) -> tuple[Bools, Bools]:
    """Masks (N,) of two halves of the subjects, each with even and odd numbers, so with all heads."""
    half = subjects // 2 % 2 == 0
    return half, ~half


def held_out(unseen: UnseenScores, reader: ActionUnitReader) -> UnitProbabilities:
    """(N, K) probabilities, each half of the subjects with the calibration of the other half."""
    out = UnitProbabilities(*np.empty((3, *unseen.scores.shape[:2]), np.float32))
    for own in halves(unseen.subjects):
        other = calibrated(reader, unseen.scores[~own], unseen.present[~own])
        found = other.calibrated(unseen.scores[own])
        for values, part in zip(out, found, strict=True):
            values[own] = part
    return out


def held_out_unit(
    scores: NDArray[np.float32], truth: Bools, subjects: NDArray[np.int64]
) -> NDArray[np.float32]:
    """(N, K) probabilities of any (N, K) scores, calibrated as in ``held_out``."""
    out = np.empty(scores.shape, np.float32)
    for own in halves(subjects):
        out[own] = fit_logistic(scores[~own], truth[~own])(scores[own])
    return out


def expected_errors(
    truth: Bools, probability: NDArray[np.floating], heads: NDArray[np.str_]
) -> dict[str, Any]:
    """Scores of (N, K) probabilities of units: for each unit and their mean, 4 decimals.

    auc: mean over the heads, also by head. ece, brier: calibration error and Brier score. share: of the
    samples that show the unit. named: share of the samples that show the unit and name it. right: share of
    the samples that name the unit and show it; None where none does. first_right: share of the samples with
    one unit in which it is the most probable; also by head.
    """
    by_unit: dict[str, dict[str, float | None]] = {}
    names = np.unique(heads)
    areas = np.array(
        [
            [area_under_curve(truth[heads == name, k], probability[heads == name, k]) for name in names]
            for k in range(len(UNITS))
        ]
    )  # (K, heads)
    for k, unit in enumerate(UNITS):
        shown, chance = truth[:, k], probability[:, k]
        named = chance > LIKELY
        by_unit[unit] = {
            "auc": _rounded(np.mean(areas[k])),
            "ece": _rounded(binary_calibration_error(shown, chance)),
            "brier": _rounded(brier_score(shown, chance)),
            "share": _rounded(shown.mean()),
            "named": _rounded(named[shown].mean()) if shown.any() else None,
            "right": _rounded(shown[named].mean()) if named.any() else None,
        }
    scores: dict[str, Any] = {}
    for name in ("auc", "ece", "brier"):
        known = [value for one in by_unit.values() if (value := one[name]) is not None]
        scores[name] = _rounded(np.mean(known)) if known else None
    named, single = probability > LIKELY, truth.sum(1) == 1
    first = truth[np.arange(len(truth)), probability.argmax(1)]
    return {
        **scores,
        "auc_by_head": {
            str(name): _rounded(np.nanmean(own)) for name, own in zip(names, areas.T, strict=True)
        },
        "named": _rounded(named[truth].mean()),
        "right": _rounded(truth[named].mean()) if named.any() else None,
        "first_right": _rounded(first[single].mean()),
        "first_right_by_head": {
            str(name): _rounded(first[single & (heads == name)].mean()) for name in names
        },
        "units": by_unit,
    }


def summary(settings: UnitTraining, unseen: UnseenScores, reader: ActionUnitReader) -> dict[str, Any]:
    """The training summary in the file."""
    found = held_out(unseen, reader)
    sides = np.concatenate([found.right, found.left])
    shown = np.concatenate([unseen.present[..., 0], unseen.present[..., 1]])
    return {
        "generator": GENERATOR_VERSION,
        **asdict(settings),
        "augmentation": asdict(Augmentation()),
        "present_above": PRESENT,
        "independent_share": INDEPENDENT,
        "unseen": {
            "unit": expected_errors(unseen.present.any(-1), found.unit, unseen.heads),
            "side": expected_errors(shown, sides, np.tile(unseen.heads, 2)),
            "note": "copies, each trained on one head with smooth noise, tested on the other with rough one",
        },
    }


def _fitted(own: UnitSet, settings: UnitTraining) -> ActionUnitReader:
    """A reader without calibration."""
    generator = torch.Generator().manual_seed(settings.seed)
    parts = torch.from_numpy(own.flow).split(1000)
    samples = np.concatenate([augmented(x, Augmentation(), settings.size, generator).numpy() for x in parts])
    weight, bias = fit_sides(samples, own.present, settings.penalty)
    return ActionUnitReader(UNITS, weight, bias, _UNCALIBRATED, _UNCALIBRATED)


def _rounded(value: float | np.floating[Any]) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write the file and print its id with the expected errors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="file to write, NAME.safetensors")
    for name, value in asdict(UnitTraining()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value, help=f"default: {value}")
    options = vars(parser.parse_args(arguments))
    out = options.pop("out")
    check_output(out)
    settings = UnitTraining(**options)
    reader, unseen = train_reader(settings)
    training = summary(settings, unseen, reader)
    reader_id = action_unit_file.save(out, reader, training)
    expected = training["unseen"]["unit"]
    figures = ", ".join(f"{name} {expected[name]}" for name in ("auc", "ece", "brier", "first_right"))
    sys.stdout.write(f"{reader_id} written to {out}; on the unseen generator: {figures}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
