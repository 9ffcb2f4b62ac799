"""`python -m benchmarks.real_faces DIR`: what the tracker, the models and the unit fields make of real faces.

DIR is your own folder; nothing of it is stored, and no weight learns from it. What is missing is left out:

    talking/*.mpg     people who talk and show no expression: events, and the share of frames that is judged
    still/*.mp4       people who sit still: events
    pairs/*/neutral.* photographs of one person each, at rest: they are moved by the synthetic generator
    posed_flow.npz    posed expressions: flow (N, 2, S, S) u and v on the aligned crop, pixels; landmarks
                      (N, 468, >=2); label (N,)
    unit_fields.npz   mean flow of combinations of action units: flow (N, 2, S, S), units (N,), as in "AU6+12"

Posed expressions are large. They test the labels, and the rules of the spotter: the movement of the motion
groups is added to the measured movement of the person who sits still, with rise, hold and return of choice,
and that of brows, lids, nose and cheeks to people who talk. The same is done with the expressions of each
synthetic head. What each rule costs and prevents is counted.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.posed_expressions import (
    COURSES,
    added_upper,
    group_movement,
    is_spotted,
    measured,
    recordings,
    spotted,
    watch,
    with_open_mouth,
)
from benchmarks.real_composites import composites
from benchmarks.real_rule_costs import rule_costs
from benchmarks.table import Figure, publish
from mer_ros import files
from mer_ros.data.synthetic.generator import generator
from mer_ros.reports.synthetic_tables import unit_fields

SOON_S = 0.35
"""Onset of an expression that begins soon after the first frame of a recording."""

LATE_S = 0.1
"""Time between the movement of the lip corners and that of the lips."""

VISIBLE_FROM = 4 / 16
"""Share of the crop above which the unit fields of other recordings show nothing."""


def spotting_while_talking(
    talking: Sequence[Path], groups: Sequence[NDArray[np.float64]]
) -> Iterator[Figure]:
    """Rows of expressions of the upper face that are added to people who talk, one person after the other."""
    talk = [measured(path) for path in talking]
    for course in COURSES[2:4]:
        added = added_upper(groups, course)
        found = float(np.mean(spotted(talk, added, course)))
        name = f"posed, upper face, {course.words}, while talking: spotted"
        yield Figure(name, found, "share", note=f"{len(added)} expressions, {len(talk)} clips")


def spotting(folder: Path, posed: dict[str, NDArray[np.generic]] | None) -> Iterator[Figure]:
    """Rows of the tracker."""
    talking = [watch(path) for path in recordings(folder, "talking")]
    if talking:
        minutes = sum(one.minutes for one in talking)
        events = sum(one.events for one in talking)
        judged = float(np.mean([one.judged for one in talking]))
        yield Figure(
            "talking: events", events, "events", "0", events == 0, f"{len(talking)} clips, {minutes:.1f} min"
        )
        yield Figure("talking: frames judged", judged, "share", ">= 0.9", judged >= 0.9)
    sitting = recordings(folder, "still")
    if sitting:
        events = sum(watch(path).events for path in sitting)
        yield Figure("still: events", events, "events", "0", events == 0)
    if sitting and posed is not None:
        still = measured(sitting[0])
        labels = posed["label"].astype(str)
        groups = [
            group_movement(flow.astype(np.float32), at.astype(np.float32))
            for flow, at in zip(posed["flow"], posed["landmarks"], strict=True)
        ]
        for course in COURSES:
            found = spotted([still], groups, course)
            each = ", ".join(f"{name} {found[labels == name].mean():.2f}" for name in np.unique(labels))
            yield Figure(f"posed, {course.words}: spotted", float(found.mean()), "share", note=each)
        for course in COURSES[2:4]:
            share = float(np.mean([is_spotted(still, one, course, SOON_S) for one in groups]))
            name = f"posed, {course.words}, begins {SOON_S:g} s after the first frame: spotted"
            yield Figure(name, share, "share")
        mouths = with_open_mouth(groups)
        for course in (
            course._replace(lips_late_s=late_s) for course in COURSES[2:4] for late_s in (-LATE_S, LATE_S)
        ):
            share = float(spotted([still], mouths, course).mean())
            order = "after" if course.lips_late_s > 0 else "before"
            name = f"posed, {course.words}, lips {LATE_S:g} s {order} the corners: spotted"
            yield Figure(name, share, "share", note=f"{len(mouths)} expressions with both")
        if talking:
            yield from spotting_while_talking(recordings(folder, "talking"), groups)
            yield from rule_costs(recordings(folder, "talking"), sitting[0], groups)


def labels(posed: dict[str, NDArray[np.generic]], names: Sequence[str]) -> Iterator[Figure]:
    """Rows of the models: share of the posed expressions that get their label."""
    from mer_ros.recognition import Recogniser

    truth = posed["label"].astype(str)
    for name in names:
        model = Recogniser.load(files.models_dir() / f"{name}.safetensors")
        spec = model.card.input
        answers = [model.predict_sample(spec.read(flow.astype(np.float32))) for flow in posed["flow"]]
        best = np.array([one.best_label for one in answers])
        right = best == truth
        each = ", ".join(
            f"{label} {right[truth == label].sum()} of {(truth == label).sum()}" for label in np.unique(truth)
        )
        yield Figure(
            f"posed, {name}: labels right",
            float(right.mean()),
            "share",
            ">= 0.6",
            bool(right.mean() >= 0.6),
            each,
        )
        confidence = float(np.mean([one.probabilities.max() for one in answers]))
        yield Figure(f"posed, {name}: mean confidence", confidence, "probability")


def fields(real: dict[str, NDArray[np.generic]]) -> Iterator[Figure]:
    """Rows of the unit fields: cosine between the mean real flow and the field of each head."""
    own = generator().units
    size = real["flow"].shape[-1]
    heads = {head: unit_fields(head, size) for head in generator().heads}
    for name, flow in zip(real["units"].astype(str), real["flow"].astype(np.float64), strict=True):
        units = [f"AU{one}" for one in name.replace("AU", "").split("+")]
        for head, by_unit in heads.items():
            summed = np.sum([by_unit[own.index(unit)] for unit in units], axis=0)
            yield Figure(f"field of {name}, {head}", _cosine(flow, summed), "cosine")


def _cosine(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Cosine of two (2, S, S) flows without their mean, where both are visible."""
    seen = slice(round(VISIBLE_FROM * one.shape[-1]), None)
    a, b = (flow[:, seen] - flow[:, seen].mean(axis=(1, 2), keepdims=True) for flow in (one, other))
    return float((a * b).sum() / (np.linalg.norm(a) * np.linalg.norm(b)))


def _arrays(path: Path) -> dict[str, NDArray[np.generic]] | None:
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as stored:
        return dict(stored)


def main() -> int:
    """Measure and publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fields", type=Path, help="the file of unit fields, if it lies elsewhere")
    options = parser.parse_args()
    if not options.folder.is_dir():
        raise SystemExit(f"There is no folder {options.folder}: give the folder with your recordings.")
    posed = _arrays(options.folder / "posed_flow.npz")
    real = _arrays(options.fields or options.folder / "unit_fields.npz")
    figures = list(spotting(options.folder, posed))
    figures += composites(options.folder)
    if posed is not None:
        figures += labels(posed, ("linear_prototype", "prototype", "micro_attention"))
    if real is not None:
        figures += fields(real)
    if not figures:
        raise SystemExit(f"{options.folder} has none of the parts that --help lists: add one.")
    return 0 if publish("real_faces", figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
