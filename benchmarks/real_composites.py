"""Synthetic expressions on real faces: on photographs of people, and on the movement of people in recordings.

A photograph is moved as the generator's head of the photograph, with everything that disturbs its clips. The
flow of both heads is added to what was measured of a person who sits still, and of people who talk.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.posed_expressions import COURSES, added_upper, group_movement, measured, recordings, spotted
from benchmarks.scoring import measure, noticed, pairs
from benchmarks.streams import TEST_SEEDS, Stream
from benchmarks.table import Figure
from mer_ros.data.synthetic.generator import generator
from mer_ros.data.synthetic.photograph import Photograph
from mer_ros.errors import DataError
from mer_ros.evaluation.spotting import pooled_f1
from mer_ros.face import canonical_mesh, facs
from mer_ros.face.geometry import CROP_SIZE
from mer_ros.reports.synthetic_tables import unit_fields
from mer_ros.spotting.transients import largest_motion

RATES = ((60.0, 0.0), (30.0, 0.2))
"""Frames per second of the clips of photographs, and shortest true event that counts, s."""

PEAK = 0.011
"""Largest movement of a group of an added expression, interocular distances: 1 px of a face 145 px wide.

Single landmarks move more.
"""

MICRO = COURSES[3]._replace(words="micro, 1 px", scale=1.0)


def composites(folder: Path) -> Iterator[Figure]:
    """All rows for which the folder has people."""
    yield from photographs([p for p in sorted((folder / "pairs").glob("*/neutral.*")) if _can_be_moved(p)])
    sitting, talking = recordings(folder, "still"), recordings(folder, "talking")
    if not sitting:
        return
    still, talk = measured(sitting[0]), [measured(path) for path in talking]
    for head in generator().heads:
        movements = expressions(head)
        found = spotted([still], movements, MICRO)
        note = f"{len(movements)} recipes"
        yield Figure(
            f"expressions of the head {head}, {MICRO.words}: spotted", found.mean(), "share", note=note
        )
        upper = added_upper(movements, MICRO)
        if talk and upper:
            found = spotted(talk, upper, MICRO)
            name = f"expressions of the head {head}, upper face, {MICRO.words}, while talking: spotted"
            yield Figure(name, found.mean(), "share", note=f"{len(upper)} recipes, {len(talk)} clips")


def photographs(paths: Sequence[Path]) -> Iterator[Figure]:
    """Rows of clips that move photographs, one clip of each at each rate, with 14 expressions of 1 px."""
    for fps, shortest_s in RATES if paths else ():
        seeds = [TEST_SEEDS[i % len(TEST_SEEDS)] for i in range(len(paths))]
        streams = [Stream(seed, fps, photograph=str(path)) for seed, path in zip(seeds, paths, strict=True)]
        seen = measure((stream, False) for stream in streams)
        found = [pairs(one, one.found, shortest_s) for one in seen]
        hits, misses, false = (sum(len(getattr(m, k)) for m in found) for k in ("pairs", "missed", "false"))
        note = f"{len(paths)} people: {hits} hits, {misses} missed, {false} false"
        yield Figure(f"photographs, {fps:g} fps, 1 px: micro F1", pooled_f1(found), "F1", note=note)
        any_kind, n_true = np.sum([noticed(one) for one in seen], axis=0)
        yield Figure(f"photographs, {fps:g} fps, 1 px: expressions with an event", any_kind / n_true, "share")


def _can_be_moved(path: Path) -> bool:
    """Whether the picture shows one face that can be moved; says why not."""
    try:
        Photograph.read(path)
    except DataError as error:
        sys.stderr.write(f"Left out: {error}\n")
        return False
    return True


def expressions(head: str) -> list[NDArray[np.float64]]:
    """(G, 2) movement of the motion groups in each recipe of the generator, as large as ``PEAK``."""
    fields, own, landmarks = unit_fields(head, CROP_SIZE), generator(), canonical_mesh.crop_landmarks()
    recipes = dict.fromkeys(recipe.units for of_emotion in own.recipes.values() for recipe in of_emotion)
    summed = (np.sum([fields[facs.UNITS.index(unit)] for unit in units], axis=0) for units in recipes)
    movements = [group_movement(flow.astype(np.float32), landmarks) for flow in summed]
    return [movement * (PEAK / largest_motion(movement.ravel())) for movement in movements]
