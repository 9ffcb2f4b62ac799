"""The layouts of ``recorded_sets`` with four subjects who show two expressions each.

That is the least on which every system can be trained: one subject is tested, one chooses the epoch, and two
are trained on, each with two classes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import recorded_sets as sets
from recorded_faces import FRAMES, write_frames

EMOTIONS = ("happiness", "disgust")
SIGNS = ("positive", "negative")
SHOWN = [(subject, k) for subject in (1, 2, 3, 4) for k in (0, 1)]
"""Number of the subject, and number of the expression, which is also that of its label."""


def first(k: int) -> int:
    """Number of the first frame of an expression."""
    return 11 + 20 * k


def span(k: int, apex: object = None) -> list[object]:
    """Onset, apex and offset of an expression."""
    return [first(k), first(k) + 3 if apex is None else apex, first(k) + FRAMES - 1]


def casme2(root: Path) -> Path:
    """CASME II."""
    rows = [[s, f"EP0{k}_01", None, *span(k), None, "12", EMOTIONS[k]] for s, k in SHOWN]
    return sets.write_casme2(root, rows, shown=rows)


def samm(root: Path) -> Path:
    """SAMM."""
    rows = []
    for s, k in SHOWN:
        names = [f"00{s}", f"00{s}_{k}_1", 1]
        rows.append([*names, *span(k), FRAMES, "1/2", "12", EMOTIONS[k].title(), 1, None])
    return sets.write_samm(root, rows, rows)


def smic(root: Path) -> Path:
    """SMIC-HS."""
    return sets.write_smic(root, [(f"s0{s}", SIGNS[k], f"s{s}_{SIGNS[k][:2]}_01") for s, k in SHOWN])


def smic_e(root: Path) -> Path:
    """SMIC-HS-E."""
    rows, shown = [], []
    for s, k in SHOWN:
        clip = f"s{s}_{SIGNS[k][:2]}_01"
        onset, _, offset = span(k)
        rows.append([s, clip, None, onset, offset, None, None, 1, 200, None, FRAMES, 0, 200, SIGNS[k]])
        shown.append((s, clip, first(k)))
    return sets.write_smic_e(root, rows, shown)


def mmew(root: Path) -> Path:
    """MMEW, both parts."""
    rows = [[s, f"S0{s}-0{k}-001", 1, 4, FRAMES, "12", EMOTIONS[k], None] for s, k in SHOWN]
    return sets.write_mmew(root, rows, rows, [(f"S0{s}", EMOTIONS[k]) for s, k in SHOWN])


def casme_sq(root: Path, kind: str = "micro") -> Path:
    """CAS(ME)^2 with expressions of one kind."""
    rows = []
    for s, k in SHOWN:
        rows.append([s, f"anger1_{k}", *span(k), "12", SIGNS[k], f"{kind}-expression", "anger", FRAMES])
    return sets.write_casme_sq(root, rows, rows)


def casme3_a(root: Path) -> Path:
    """CAS(ME)^3, part A."""
    rows = [[f"spNO.{s}", "ab"[k], *span(k), "12", "I", EMOTIONS[k]] for s, k in SHOWN]
    return sets.write_casme3_a(root, rows, shown=[(row[0], row[1], row[2]) for row in rows])


def casme3_c(root: Path) -> Path:
    """CAS(ME)^3, part C."""
    rows = [[s, k + 1, first(k), first(k) + FRAMES - 1, "12", EMOTIONS[k]] for s, k in SHOWN]
    return sets.write_casme3_c(root, rows, rows)


def dfme(root: Path) -> Path:
    """DFME."""
    rows = []
    for s, k in SHOWN:
        rows.append([f"sub000{s}", f"sub000{s}_0{k}", 0, 3, FRAMES - 1, EMOTIONS[k], k + 1, 200, "12"])
    return sets.write_dfme(root, rows, rows)


def samm_lv(root: Path) -> Path:
    """SAMM Long Videos."""
    rows = []
    for s, k in SHOWN:
        rows.append([s, f"00{s}_{k}_1", 1, *span(k), FRAMES, ("Micro - 1/2", "Macro")[k], "12", None])
    return sets.write_samm_lv(root, rows, rows)


def folder(root: Path) -> Path:
    """Labelled clips in plain folders."""
    for i, (s, k) in enumerate(SHOWN):
        names = [f"{number}.jpg" for number in range(FRAMES)]
        write_frames(root / EMOTIONS[k] / f"P{s}_{k}", names, s, i)
    return root


WRITERS: dict[str, Callable[[Path], Path]] = {
    "folder": folder,
    "casme2": casme2,
    "samm": samm,
    "smic": smic,
    "smic-e": smic_e,
    "mmew": mmew,
    "mmew-macro": mmew,
    "casme-sq": casme_sq,
    "casme-sq-macro": lambda root: casme_sq(root, "macro"),
    "casme3-a": casme3_a,
    "casme3-c": casme3_c,
    "dfme": dfme,
    "samm-lv": samm_lv,
}
"""By the name of the data set."""
