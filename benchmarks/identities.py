"""`python -m benchmarks.identities [DIR]`: whether the tracker takes two pictures for the same person.

Textures of synthetic subjects in everyday conditions are compared with the first ones of the same subject and
of all others (``face.likeness``). DIR adds real faces: people who talk (`talking/*.mpg`), pictures of
expressions (`pairs/PERSON/*.jpg`), and videos cut from each person who talks to each other one, for the whole
tracker. Nothing of your folder is stored.
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.covered_clips import CLEAR, clear_clip
from benchmarks.real_faces import recordings
from benchmarks.table import Figure, publish
from mer_ros.face.appearance import TextureMeasures
from mer_ros.face.finder import FaceFinder
from mer_ros.face.likeness import CUT_LIMIT, LikenessReference
from mer_ros.face.texture import unwrap
from mer_ros.pipeline import frames_of
from mer_ros.sources import SourceOptions, open_source
from mer_ros.spotting import FaceWatcher
from mer_ros.types import Frame

Image = NDArray[np.uint8]

SUBJECTS, EVERY = range(760, 766), 25
RECORDED = SourceOptions(fps=0.0, size_wh=(0, 0))
CUT_AT, AFTER, FPS = 40, 30, 25
MAX_WRONG = 0.01


def textures(images: Sequence[Image], finder: FaceFinder) -> list[NDArray[np.float32]]:
    """Log brightness of the unwrapped face of each image that shows one."""
    found: list[NDArray[np.float32]] = []
    expected: list[NDArray[np.float32]] = []
    for image in images:
        expected = finder.find(image, expected, 0, 4) or finder.find(image, [], 0, 4)
        found += [TextureMeasures(unwrap(image, face)).grey for face in expected[:1]]
    return found


def likeness(name: str, people: Sequence[Sequence[NDArray[np.float32]]], n_rest: int) -> Iterator[Figure]:
    """Rows of people, each with textures of whom the first ``n_rest`` are the face at rest."""
    same, other = [], []
    for k, one in enumerate(people):
        rest = LikenessReference(np.mean(one[:n_rest], axis=0, dtype=np.float32))
        same += [rest.unlikeness(grey) for grey in one[n_rest:]]
        other += [rest.unlikeness(grey) for j, them in enumerate(people) if j != k for grey in them]
    for what, values, wrong in (
        ("the same person taken for another", same, np.array(same) > CUT_LIMIT),
        ("another person taken for the same", other, np.array(other) <= CUT_LIMIT),
    ):
        note = f"{wrong.sum()} of {len(values)}; unlikeness {min(values):.3f} to {max(values):.3f}"
        share = float(wrong.mean())
        yield Figure(f"{name}: {what}", share, "share", f"<= {MAX_WRONG}", share <= MAX_WRONG, note)


def synthetic(finder: FaceFinder) -> Iterator[Figure]:
    """Rows of the sculpted head: all subjects of the other one have the same photograph."""
    people = []
    for seed in SUBJECTS:
        clips = [clear_clip(kind, "parametric", seed) for kind in CLEAR]
        people.append(
            textures([clip.render(i) for clip in clips for i in range(0, clip.n_frames, EVERY)], finder)
        )
    yield from likeness(f"{len(people)} synthetic subjects, {len(CLEAR)} kinds of clips", people, 2)


def cuts(clips: Sequence[Sequence[Image]]) -> Iterator[Figure]:
    """Row of cuts from each recording to each other one."""
    late_s, n_events = [], 0
    for one, other in ((a, b) for a in clips for b in clips if a is not b):
        with contextlib.closing(FaceWatcher()) as watcher:
            ids = []
            for i, image in enumerate([*one[:CUT_AT], *other[:AFTER]]):
                seen = watcher.process(Frame(image, 10**18 + i * 10**9 // FPS))
                ids.append({face.id for face in seen.faces})
                n_events += sum(event.is_final for event in seen.events)
        new = [i for i in range(CUT_AT, len(ids)) if not ids[i] & ids[CUT_AT - 1]]
        holds = bool(new) and not set.union(*ids[new[0] :]) & ids[CUT_AT - 1]
        late_s.append((new[0] - CUT_AT) / FPS if holds else np.inf)
    good = float(np.mean(np.array(late_s) <= 0.3))
    note = f"{len(late_s)} cuts, slowest {max(late_s):.2f} s, {n_events} events"
    name = "cuts to another person: another id within 0.3 s"
    yield Figure(name, good, "share", ">= 0.95", good >= 0.95, note)


def real(folder: Path, finder: FaceFinder) -> Iterator[Figure]:
    """Rows of the user's faces."""
    clips = []
    for path in recordings(folder, "talking"):
        with contextlib.closing(open_source(str(path), RECORDED)) as source:
            clips.append([frame.image for frame in frames_of(source)])
    if len(clips) > 1:
        people = [textures(clip[::4], finder) for clip in clips]
        yield from likeness(f"{len(clips)} people who talk", people, 4)
        yield from cuts(clips)
    people = []
    for person in sorted((folder / "pairs").glob("*")):
        paths = sorted(person.glob("*.jpg"), key=lambda path: (path.stem != "neutral", path.stem))
        images = [np.asarray(cv2.imread(str(path)), np.uint8) for path in paths]
        people.append([grey for image in images for grey in textures([image], finder)])
    if len(people) > 1:
        yield from likeness(f"pictures of {len(people)} people, one expression each", people, 1)


def main() -> int:
    """Measure and publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", help="your own recordings of faces")
    folder = parser.parse_args().folder
    if folder is not None and not folder.is_dir():
        raise SystemExit(f"There is no folder {folder}: give the folder with your recordings.")
    with contextlib.closing(FaceFinder()) as finder:
        figures = [*synthetic(finder), *(real(folder, finder) if folder else ())]
    return 0 if publish("identities", figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
