"""Synthetic expressions on real faces: on photographs of people, and on the movement of people in recordings.

A photograph is moved by the first head of the generator, with everything that disturbs its clips. The flow of
both heads is added to what was measured of a person who sits still, and of people who talk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.posed_expressions import COURSES, added_upper, group_movement, measured, recordings, spotted
from benchmarks.scoring import measure, noticed, pairs
from benchmarks.streams import TEST_SEEDS, Stream
from benchmarks.table import Figure
from mer_ros.data.synthetic.generator import generator
from mer_ros.evaluation.spotting import pooled_f1
from mer_ros.face import canonical_mesh, facs
from mer_ros.face.geometry import CROP_SIZE
from mer_ros.reports.synthetic_tables import unit_fields
from mer_ros.spotting.transients import largest_motion

RATES = ((60.0, 0.0), (30.0, 0.2))
"""Frames per second of the clips of photographs, and shortest true event that counts, s."""

PEAK = 0.011
"""Largest movement of an added expression, interocular distances: 1 px of a face 145 px wide."""

MICRO = COURSES[3]._replace(words="micro, 1 px", scale=1.0)


def composites(folder: Path) -> Iterator[Figure]:
    """All rows for which the folder has people."""
    yield from photographs(sorted((folder / "pairs").glob("*/neutral.*")))
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
        if talk:
            upper = added_upper(movements, MICRO)
            found = spotted(talk, upper, MICRO)
            name = f"expressions of the head {head}, upper face, {MICRO.words}, while talking: spotted"
            yield Figure(name, found.mean(), "share", note=f"{len(upper)} recipes, {len(talk)} clips")


def photographs(paths: Sequence[Path]) -> Iterator[Figure]:
    """Rows of clips that move photographs, one clip of each at each rate, with 14 expressions of 1 px."""
    for fps, shortest_s in RATES if paths else ():
        streams = [Stream(TEST_SEEDS[i], fps, photograph=str(path)) for i, path in enumerate(paths)]
        seen = measure((stream, False) for stream in streams)
        found = [pairs(one, one.found, shortest_s) for one in seen]
        hits, misses, false = (sum(len(getattr(m, k)) for m in found) for k in ("pairs", "missed", "false"))
        note = f"{len(paths)} people: {hits} hits, {misses} missed, {false} false"
        yield Figure(f"photographs, {fps:g} fps, 1 px: micro F1", pooled_f1(found), "F1", note=note)
        any_kind, n_true = np.sum([noticed(one) for one in seen], axis=0)
        yield Figure(f"photographs, {fps:g} fps, 1 px: expressions with an event", any_kind / n_true, "share")


def expressions(head: str) -> list[NDArray[np.float64]]:
    """(G, 2) movement of the motion groups in each recipe of the generator, as large as ``PEAK``."""
    fields, own, landmarks = unit_fields(head, CROP_SIZE), generator(), canonical_mesh.crop_landmarks()
    recipes = dict.fromkeys(recipe.units for of_emotion in own.recipes.values() for recipe in of_emotion)
    summed = (np.sum([fields[facs.UNITS.index(unit)] for unit in units], axis=0) for units in recipes)
    movements = [group_movement(flow.astype(np.float32), landmarks) for flow in summed]
    return [movement * (PEAK / largest_motion(movement.ravel())) for movement in movements]
