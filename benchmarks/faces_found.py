"""`python -m benchmarks.faces_found [DIR]`: which faces are found in pictures of which size, at what cost.

Portraits of both synthetic heads, and those in your own folder DIR, are scaled to some pixels between the
outer eye corners and hung at random places before several backgrounds. A still scene is shown to the tracker
at 60 frames a second until it reports the face. A folder of pictures without people (`--no-people DIR`) shows
what is taken for a face. Nothing of your folders is stored.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.portraits import WALLS, Portrait, hang, portrait, wall
from benchmarks.table import Figure, publish
from mer_ros.face.finder import FaceFinder
from mer_ros.face.geometry import interocular_px
from mer_ros.face.mesh import FaceMesh
from mer_ros.face.search import search_parts
from mer_ros.spotting import FaceWatcher
from mer_ros.types import Frame

SIZES = ((640, 480), (1280, 720), (1920, 1080))
EYES_PX = (40, 60, 80, 100, 130)
SUBJECTS, FRAMES, PLACES = range(8), (0, 29), 2
FPS, LONGEST_S = 60, 2.0
MAX_ERROR = 0.15  # mean distance of the landmarks from the true ones, interocular distances
MARGIN = 0.1  # distance of a face from the border of the picture, widths of the face
SUFFIXES = {".jpg", ".jpeg", ".png"}
LONGEST_SIDE_PX = 1920  # larger pictures of the user are reduced
DETECTIONS_PER_S = 25  # of a face in motion; 10 of a steady one


def synthetic(head: str) -> list[Portrait]:
    """Portraits of one head."""
    return [portrait(130.0, head, seed, frame) for seed in SUBJECTS for frame in FRAMES]


def pictures(folder: Path) -> Iterator[NDArray[np.uint8]]:
    """All pictures below a folder that OpenCV can read, BGR; very large ones reduced."""
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        image = cv2.imread(str(path))
        if image is None:
            continue
        scale = min(LONGEST_SIDE_PX / max(image.shape), 1.0)
        yield np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def portraits_in(folder: Path) -> list[Portrait]:
    """The pictures of a folder that show one face, with the landmarks of FaceMesh."""
    mesh = FaceMesh(max_faces=2, tracking=False)
    shown = [(image, mesh.detect(image)) for image in pictures(folder)]
    mesh.close()
    return [Portrait(image, faces[0][:, :2]) for image, faces in shown if len(faces) == 1]


def scene(
    picture: Portrait, size_wh: tuple[int, int], name: str, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A picture with a portrait at a random place, and its true landmarks."""
    image = wall(*size_wh, name)
    low, high = picture.landmarks.min(axis=0), picture.landmarks.max(axis=0)
    margin = MARGIN * (high[0] - low[0])
    x, y = rng.uniform(margin - low, np.maximum(size_wh - high - margin, margin - low + 1)).astype(int)
    return image, hang(image, picture, int(x), int(y))


def seconds_until_found(watcher: FaceWatcher, image: NDArray[np.uint8], truth: NDArray[np.float32]) -> float:
    """Time from the first frame until the face is reported at its place; infinite if it is not."""
    watcher.reset()
    for i in range(int(LONGEST_S * FPS)):
        for face in watcher.process(Frame(image, 10**18 + i * 10**9 // FPS)).faces:
            away = np.linalg.norm(face.landmarks[:, :2] - truth, axis=1).mean()
            if away < MAX_ERROR * interocular_px(truth):
                return i / FPS
    return float("inf")


def found(name: str, shown: Sequence[Portrait], watcher: FaceWatcher, mesh: FaceMesh) -> Iterator[Figure]:
    """Rows of one kind of portraits."""
    rng = np.random.default_rng(0)
    for size_wh in SIZES:
        shares, late_s, before = [], [], []
        for eyes_px in EYES_PX:
            scenes = [
                scene(one.with_eyes(eyes_px), size_wh, WALLS[(i + place) % len(WALLS)], rng)
                for i, one in enumerate(shown)
                for place in range(PLACES)
            ]
            times = np.array([seconds_until_found(watcher, *one) for one in scenes])
            shares.append(float(np.isfinite(times).mean()))
            late_s.append(times)
            before.append(float(np.mean([bool(mesh.detect(image)) for image, _ in scenes])))
        others = ", ".join(f"{eyes} px {share:.2f}" for eyes, share in zip(EYES_PX, shares, strict=True))
        alone = ", ".join(f"{share:.2f}" for share in before)
        size = f"{size_wh[0]}x{size_wh[1]}"
        note = f"{others}; FaceMesh on the whole picture: {alone}"
        yield Figure(
            f"{name}, {size}: found at 40 px", shares[0], "share", ">= 0.95", shares[0] >= 0.95, note
        )
        each = late_s[0][np.isfinite(late_s[0])]
        slowest = f"longest {each.max():.2f} s" if len(each) else ""
        yield Figure(f"{name}, {size}: found after", float(np.median(late_s[0])), "s", note=slowest)


def cpu_ms(step: Callable[[int], object], n: int = 60) -> float:
    """CPU time of one step, ms, median of three rounds."""
    rounds = []
    for k in range(3):
        start = time.process_time()
        for i in range(n):
            step(n * k + i)
        rounds.append((time.process_time() - start) / n * 1e3)
    return float(np.median(rounds))


def cost(size_wh: tuple[int, int], finder: FaceFinder) -> Iterator[Figure]:
    """CPU time of a search in one picture size, with a followed face that FaceMesh finds too, and without."""
    size = f"{size_wh[0]}x{size_wh[1]}"
    image, empty = wall(*size_wh), wall(*size_wh)
    known = [hang(image, portrait(size_wh[0] / 10), 40, 40)]
    mesh = FaceMesh(max_faces=5)
    mesh_ms = cpu_ms(lambda _: mesh.detect(image))
    mesh.close()
    followed_ms = cpu_ms(lambda turn: finder.find(image, known, turn))
    empty_ms = cpu_ms(lambda turn: finder.find(empty, [], turn))
    added = (followed_ms - mesh_ms) * DETECTIONS_PER_S / FPS
    note = f"FaceMesh on the whole picture {mesh_ms:.1f}"
    yield Figure(f"{size}: search, one followed face", followed_ms, "ms CPU", note=note)
    yield Figure(f"{size}: added at 60 fps, face in motion", added, "ms CPU a frame", "<= 1", added <= 1)
    note = f"{len(search_parts(size_wh, 40.0))} parts in one round"
    yield Figure(f"{size}: search without a face", empty_ms, "ms CPU", note=note)


def taken_for_faces(folder: Path, finder: FaceFinder) -> Iterator[Figure]:
    """Row of the pictures without people."""
    mesh, ours, theirs, n = FaceMesh(max_faces=5, tracking=False), 0, 0, 0
    for image in pictures(folder):
        n += 1
        turns = range(len(search_parts((image.shape[1], image.shape[0]), 40.0)))
        ours += any(finder.find(image, [], turn) for turn in turns)
        theirs += bool(mesh.detect(image))
    mesh.close()
    if n:
        note = f"{ours} of {n} pictures; FaceMesh {theirs}"
        yield Figure("no people: pictures with a face", ours / n, "share", note=note)


def main() -> int:
    """Measure and publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", help="your own portraits, one face in each")
    parser.add_argument("--no-people", type=Path, help="pictures without people, for example of animals")
    options = parser.parse_args()
    for folder in (options.folder, options.no_people):
        if folder is not None and not folder.is_dir():
            raise SystemExit(f"There is no folder {folder}: give the folder with your pictures.")
    kinds = {head: synthetic(head) for head in ("photograph", "parametric")}
    if options.folder is not None:
        kinds["own portraits"] = portraits_in(options.folder)
        if not kinds["own portraits"]:
            raise SystemExit(f"No picture in {options.folder} shows exactly one face: give another folder.")
    watcher, finder, mesh = FaceWatcher(), FaceFinder(5), FaceMesh(max_faces=5, tracking=False)
    figures = [row for name, shown in kinds.items() for row in found(name, shown, watcher, mesh)]
    figures += [row for size_wh in SIZES for row in cost(size_wh, finder)]
    if options.no_people is not None:
        figures += taken_for_faces(options.no_people, finder)
    for one in (watcher, finder, mesh):
        one.close()
    return 0 if publish("faces_found", figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
