"""`make bench-covered`: what the tracker says of faces that something covers, and of those that nothing does.

Rendered clips of both heads go through the whole perception: expressions with an open mouth, talk, turns and
changing light must be judged; drawn hands, a cup, a scarf, a telephone, a mask and sunglasses that come, stay
for 5 s and leave must be reported as covered for as long as they hide the mouth, an eye or a quarter of the
face. No subject was used to choose the limits.

`python -m benchmarks.covered DIR` adds real faces from your own folder; nothing of it is stored. What is
missing is left out:

    talking/*.mpg         people who talk
    still/*.mp4           people who sit still
    pairs/PERSON/*.jpg    neutral.jpg, and other expressions of the same person
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks import covered_image
from benchmarks.covered_clips import CLEAR, ClearKind, Shot, behind, clear_clip, face_of, hidden_shares, shots
from benchmarks.real_faces import recordings
from benchmarks.table import Figure, publish
from mer_ros.data.corruptions.occluders import (
    MASK,
    OCCLUDERS,
    SUNGLASSES,
    Occluder,
    composite,
    frame_affine,
    skin_colour,
    softened,
)
from mer_ros.face.appearance import TextureMeasures
from mer_ros.face.covering import CoverDetector
from mer_ros.face.mesh import FaceMesh
from mer_ros.pipeline import Pipeline, frames_of
from mer_ros.sources import SourceOptions, open_source
from mer_ros.types import Frame

RESTING = ClearKind("rest")
HEADS = ("photograph", "parametric")
CLEAR_SEEDS, COVERED_SEEDS = (890,), (892,)
PICTURE = Path("docs/covered.jpg")
RECORDED = SourceOptions(fps=0.0, size_wh=(0, 0))
MIN_JUDGED, MIN_COVERED = 0.97, 0.95
MAX_CALLED = 0.01
"""Share of the frames of a face that nothing covers which may be called covered."""


@dataclass
class Count:
    """Frames of one row.

    clear, covered: by truth; frames between are left out. judged: clear ones that the tracker judges; called:
    clear ones that it calls covered; reported: covered ones that it reports so or in which it has no face.
    """

    clear: int = 0
    judged: int = 0
    called: int = 0
    covered: int = 0
    reported: int = 0
    events: int = 0

    def add(self, shot: Shot, quality: str | None) -> None:
        """quality: what the tracker says; None if it has no face."""
        if shot.is_clear:
            self.clear += 1
            self.judged += quality == ""
            self.called += quality is not None and quality.startswith("covered")
        elif shot.is_covered:
            self.covered += 1
            self.reported += quality is None or quality.startswith("covered")


def watch(clip: Iterable[Shot], count: Count) -> None:
    """Run the whole perception on a clip."""
    with Pipeline() as pipeline:
        for shot in clip:
            seen = pipeline.watcher.process(Frame(shot.image, round(shot.time_s * 1e9)))
            count.add(shot, seen.faces[0].quality if seen.faces else None)
            count.events += sum(not (event.provisional or event.withdrawn) for event in seen.events)


def clear_figures(name: str, count: Count) -> Iterator[Figure]:
    """Rows of faces that nothing covers."""
    judged, called = count.judged / count.clear, count.called / count.clear
    yield Figure(
        f"{name}: judged", judged, "share", f">= {MIN_JUDGED}", judged >= MIN_JUDGED, f"{count.clear} frames"
    )
    yield Figure(f"{name}: called covered", called, "share", f"<= {MAX_CALLED}", called <= MAX_CALLED)


def covered_figures(name: str, count: Count) -> Iterator[Figure]:
    """Rows of a thing in front of a face."""
    if count.covered:
        share = count.reported / count.covered
        note = f"{count.covered} frames, {count.events} events"
        yield Figure(
            f"{name}: covered", share, "share of the time", f">= {MIN_COVERED}", share >= MIN_COVERED, note
        )
    if count.clear:
        called = count.called / count.clear
        yield Figure(
            f"{name}: before and after, called covered", called, "share", note=f"{count.clear} frames"
        )


def synthetic() -> Iterator[Figure]:
    """Rows of rendered clips."""
    for head in HEADS:
        for kind in CLEAR:
            count = Count()
            for seed in CLEAR_SEEDS:
                watch(shots(clear_clip(kind, head, seed)), count)
            yield from clear_figures(f"{head}, {kind.name}", count)
    for thing in OCCLUDERS:
        for head in HEADS:
            count = Count()
            for seed in COVERED_SEEDS:
                watch(behind(_resting(head, seed), thing, seed), count)
            yield from covered_figures(f"{head}, {thing.name}", count)
    for thing in (MASK, SUNGLASSES):
        count = Count()
        for head in HEADS:
            watch(behind(_resting(head, COVERED_SEEDS[0]), thing, 1, from_start=True), count)
        yield from covered_figures(f"both heads, {thing.name} from the first frame", count)


def _resting(head: str, seed: int) -> list[tuple[float, NDArray[np.uint8], NDArray[np.float32]]]:
    """A face at rest in everyday conditions, for as long as a thing comes, stays and leaves."""
    return face_of(clear_clip(RESTING, head, seed, 8.5))


def cost() -> Iterator[Figure]:
    """Rows of the time that one detection takes."""
    frames = _resting(HEADS[0], COVERED_SEEDS[0])[:50]
    detector, best = CoverDetector(), np.inf
    for repeat in range(20):
        start = time.process_time()
        for time_s, image, landmarks in frames:
            detector.update(round((time_s + 2 * repeat) * 1e9), TextureMeasures.of(image, landmarks))
        best = min(best, (time.process_time() - start) / len(frames))
    yield Figure("CPU time of one detection", 1e3 * best, "ms", note="10 detections a second, 25 if unsteady")
    for rate in (10, 25):
        name, each = f"CPU time a frame at 200 fps, {rate} detections a second", best * rate / 200
        yield Figure(name, 1e3 * each, "ms", "<= 0.3", each <= 3e-4)


def real(folder: Path) -> Iterator[Figure]:
    """Rows of real faces."""
    for part in ("talking", "still"):
        for path in recordings(folder, part):
            count = Count()
            watch(_recorded(path), count)
            yield from clear_figures(f"real, {part}/{path.stem}", count)
    talking = recordings(folder, "talking")
    if talking:
        for number, thing in enumerate(OCCLUDERS):
            count = Count()
            for path in talking:
                watch(behind(_to_and_fro(path), thing, number), count)
            yield from covered_figures(f"real, talking, {thing.name}", count)
    people = sorted(path for path in (folder / "pairs").glob("*") if (path / "neutral.jpg").is_file())
    if people:
        yield from _pairs(people)


def _recorded(path: Path) -> Iterator[Shot]:
    source = open_source(str(path), RECORDED)
    try:
        for frame in frames_of(source):
            yield Shot(frame.stamp_ns * 1e-9, frame.image, {})
    finally:
        source.close()


def _to_and_fro(path: Path) -> list[tuple[float, NDArray[np.uint8], NDArray[np.float32]]]:
    """(time, image, landmarks) of a recording, forwards, backwards and so on, for 8.5 s."""
    mesh, source = FaceMesh(), open_source(str(path), RECORDED)
    try:
        found = [(frame.image, mesh.detect(frame.image)) for frame in frames_of(source)]
        fps = source.fps
    finally:
        mesh.close()
        source.close()
    seen = [(image, faces[0]) for image, faces in found if faces]
    order = np.resize(np.r_[0 : len(seen), len(seen) - 2 : 0 : -1], round(8.5 * fps))
    return [(k / fps, *seen[i]) for k, i in enumerate(order)]


def _pairs(people: Sequence[Path]) -> Iterator[Figure]:
    """Rows of pictures: a neutral one, then one of another expression, without or with a thing in front."""
    mesh = FaceMesh(tracking=False)
    clear: dict[str, Count] = {}
    covered = {thing.name: Count() for thing in OCCLUDERS}
    try:
        for person in people:
            for path in sorted(person.glob("*.jpg")):
                neutral, image = cv2.imread(str(person / "neutral.jpg")), cv2.imread(str(path))
                faces = mesh.detect(image)
                if not faces:
                    continue
                quality = _said(mesh, neutral, image)
                clear.setdefault(path.stem, Count()).add(Shot(0, image, {}), quality)
                for number, thing in enumerate(OCCLUDERS):
                    shot = _in_front(image, faces[0], thing, number)
                    covered[thing.name].add(shot, _said(mesh, neutral, shot.image))
    finally:
        mesh.close()
    for name, count in clear.items():
        yield from clear_figures(f"real, pairs, {name}", count)
    for name, count in covered.items():
        yield from covered_figures(f"real, pairs, {name}", count)


def _in_front(image: NDArray[np.uint8], landmarks: NDArray[np.float32], thing: Occluder, seed: int) -> Shot:
    affine = frame_affine(landmarks)
    canvas = thing.draw(skin_colour(image, landmarks), np.random.default_rng(seed))
    seen, opacity = composite(image, softened(canvas, affine), affine)
    return Shot(0, seen, hidden_shares(opacity, landmarks))


def _said(mesh: FaceMesh, neutral: NDArray[np.uint8], image: NDArray[np.uint8]) -> str | None:
    """What the detector says of a picture after 2 s of the neutral face; None if there is no face."""
    at_rest, now = mesh.detect(neutral), mesh.detect(image)
    if not at_rest or not now:
        return None
    detector = CoverDetector()
    for second in range(2):
        detector.update(second * 1_000_000_000, TextureMeasures.of(neutral, at_rest[0]))
    return detector.update(2_000_000_000, TextureMeasures.of(image, now[0]))


def main() -> int:
    """Measure and publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", help="your own folder of real faces")
    parser.add_argument("--only-real", action="store_true", help="without the rendered clips")
    options = parser.parse_args()
    if options.folder is not None and not options.folder.is_dir():
        raise SystemExit(f"There is no folder {options.folder}: give the folder with your recordings.")
    cv2.setNumThreads(1)
    if options.folder is not None:
        met = publish("covered_real", list(real(options.folder)))
        if options.only_real:
            return 0 if met else 1
    covered_image.draw(PICTURE)
    return 0 if publish("covered", [*synthetic(), *cost()]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
