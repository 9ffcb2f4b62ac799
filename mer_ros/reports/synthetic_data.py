"""Values, tables and pictures of docs/synthetic_data.md, computed by the generator.

``python -m mer_ros.reports.synthetic_data`` updates them. A test compares the tables with the code.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic import (
    EVALUATION_SUBJECTS,
    STILL,
    SyntheticClip,
    everyday,
    flow_samples,
    synthetic_clip,
    synthetic_timeline,
)
from mer_ros.data.synthetic.clip import FACE_WIDTH_PX
from mer_ros.data.synthetic.head_motion import HeadPose
from mer_ros.data.synthetic.nuisances import Span
from mer_ros.data.synthetic.scenes import N_LANDMARKS, Scene, scene_of
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.face import facs
from mer_ros.reports.synthetic_tables import unit_fields, with_tables
from mer_ros.types import EMOTIONS
from mer_ros.visualisation.flow import GROUND_BGR, flow_picture

_ROW = re.compile(r"^\| `([\w.]+)\.(\w+)` \| `.*?` \|", re.MULTILINE)

FACE = np.s_[80:330, 205:435]
"""Rows and columns of the face in a 640x480 frame."""
PARTS = {"eye": np.s_[138:203, 256:316], "mouth": np.s_[208:286, 284:356], "head": np.s_[90:285, 230:410]}
"""Rows and columns of parts of the face for pictures of nuisances, with an aspect ratio of 12 to 13."""
MOVING_SUBJECTS, MOVING_FACE = (2121, 2103, 2115), np.s_[100:310, 235:405]
MOVING_UNITS = {
    "smile": (("AU6", "AU12"), 5.0),
    "brows raised": (("AU1", "AU2"), 5.0),
    "jaw dropped": (("AU25", "AU26"), 8.0),
}
"""Picture of movements: subjects, part of the frame, and units with the peak of their movement, pixels."""
UNIT_PX, UNIT_COLUMNS = 116, 9
"""Width of the field of a unit, and tiles in a row."""


def value_of(module: str, name: str) -> object:
    """A constant of the generator by its names on the page."""
    return getattr(importlib.import_module(f"mer_ros.data.synthetic.{module}"), name)


def with_values(page: str) -> str:
    """The page with the values of the code in its tables, and with its computed tables."""
    page = _ROW.sub(lambda row: f"| `{row[1]}.{row[2]}` | `{value_of(row[1], row[2])!r}` |", page)
    return with_tables(page)


def subjects() -> NDArray[np.uint8]:
    """Twelve synthetic subjects at rest."""
    clips = [synthetic_clip(seed, n_events=1, conditions=replace(STILL, tone=1.0)) for seed in range(12)]
    faces = [clip.render(0)[FACE] for clip in clips]
    return _grid(faces, 6)


def heads() -> NDArray[np.uint8]:
    """Twelve subjects with the parametric head at rest."""
    return _grid(
        [_scene(number).draw(HeadPose(), None, 0.0)[FACE] for number in EVALUATION_SUBJECTS[1:24:2]], 6
    )


def movements() -> NDArray[np.uint8]:
    """Movements of three subjects with the parametric head, stronger than those of a micro-expression."""
    rows = []
    for number in MOVING_SUBJECTS:
        scene = _scene(number)
        pictures = [scene.draw(HeadPose(), None, 0.0)]
        for units, peak_px in MOVING_UNITS.values():
            moved = scene.displacement({unit + side: 1.0 for unit in units for side in facs.SIDES})
            moved *= peak_px / np.linalg.norm(moved[:N_LANDMARKS, :2], axis=1).max()
            pictures.append(scene.draw(HeadPose(), scene.field(moved), 0.0))
        pictures.append(scene.draw(HeadPose(), None, 1.0))
        pictures.append(scene.draw(HeadPose(), scene.gaze(2.5, 0.0), 0.0))
        pictures.append(scene.draw(HeadPose(yaw_rad=0.2, pitch_rad=0.05), None, 0.0))
        rows += [np.ascontiguousarray(picture[MOVING_FACE]) for picture in pictures]
    names = ("rest", *MOVING_UNITS, "blink", "glance", "turn")
    for picture, name in zip(rows, names, strict=False):
        _write(picture, name, (4, 13), 0.42)
    return _grid(rows, len(names))


def _scene(subject_id: int) -> Scene:
    return scene_of(make_subject(subject_id, head="parametric"), (640, 480), FACE_WIDTH_PX)


def units() -> NDArray[np.uint8]:
    """The field of every unit on the average face: of the photograph's head above, the parametric below."""
    above, below = (unit_fields(head, 128) for head in ("photograph", "parametric"))
    tiles = []
    for unit, *fields in zip(facs.UNITS, above, below, strict=True):
        tile = np.vstack([flow_picture(field, UNIT_PX) for field in fields])
        _write(tile, unit, (4, 13), 0.42)
        tiles.append(tile)
    empty = np.full_like(tiles[0], GROUND_BGR)
    return _grid(tiles + [empty] * (-len(tiles) % UNIT_COLUMNS), UNIT_COLUMNS)


def expressions() -> NDArray[np.uint8]:
    """One expression of each emotion: its flow without noise, and as a sample with noise."""
    rows = []
    for clean in (True, False):
        samples = flow_samples(80, EVALUATION_SUBJECTS, 2, 128, clean=clean)
        strong = [
            max(np.flatnonzero(samples.labels == k), key=lambda i: min(samples.amplitude_px[i], 3.0))
            for k in range(len(EMOTIONS))
        ]
        rows.append([flow_picture(samples.data[i], 150) for i in strong])
    for picture, emotion in zip(rows[0], EMOTIONS, strict=True):
        _write(picture, emotion, (4, 13), 0.42)
    return _grid(rows[0] + rows[1], len(EMOTIONS))


def nuisances() -> NDArray[np.uint8]:
    """One strong nuisance per tile: without it on the left, with it on the right."""
    tiles = []
    for words, kind, part, settings in (
        ("blink", "blinks", "eye", {"blinks": 20.0}),
        ("glance", "glances", "eye", {"glances": 60.0, "glance_px": 2.5}),
        ("speech", "talks", "mouth", {"talks": 20.0, "talk_px": 5.0}),
        ("nod", "gestures", "head", {"gestures": 20.0, "gesture_deg": 10.0}),
        ("autofocus", "refocuses", "head", {"refocuses": 20.0}),
    ):
        clip = synthetic_clip(5, conditions=replace(STILL, **settings, gap_s=(3.0, 5.0)))  # type: ignore[arg-type]
        tiles.append(_tile(words, part, *_strongest(clip, getattr(clip.timeline.nuisances, kind), part)))
    rest = synthetic_clip(5, n_events=1, conditions=STILL).render(0)
    tiles.append(_tile("light from one side", "head", rest, _lit_from_one_side()))
    pressed = synthetic_clip(5, conditions=replace(STILL, noise_sigma=3.5, jpeg=75)).render(0)
    tiles.append(_tile("noise and JPEG", "eye", rest, pressed))
    tiles.append(_tile("open shutter", "eye", *_shutter()))
    return _grid(tiles, 4)


def timeline(path: Path) -> None:
    """Plot the events of one clip with all nuisances over time."""
    from matplotlib import pyplot as plt

    line = synthetic_timeline(3, conditions=everyday(3))  # it has nuisances of every kind
    figure, axes = plt.subplots(figsize=(9, 2.6), layout="constrained")
    kinds = {"refocuses": "autofocus", "gestures": "gestures", "talks": "speech"}
    kinds |= {"glances": "glances", "blinks": "blinks"}
    for row, kind in enumerate(kinds):
        spans = [(span.start_s, span.duration_s) for span in getattr(line.nuisances, kind)]
        axes.broken_barh(spans, (row + 0.15, 0.7), color="0.6")
    times = np.linspace(0, line.duration_s, 4000)
    for event in line.events:
        inside = times[(times >= event.onset_s) & (times <= event.offset_s)]
        levels = event.dynamics.levels(inside - event.onset_s)
        axes.plot(inside, len(kinds) + 0.15 + 1.3 * levels, color="C0", linewidth=0.9)
    axes.set_yticks(np.arange(len(kinds) + 1) + 0.5, [*kinds.values(), "expressions"])
    axes.set_xlabel("seconds")
    axes.set_xlim(0, line.duration_s)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _strongest(
    clip: SyntheticClip, spans: tuple[Span, ...], part: str
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The frame just before one of the spans, and the frame in it with the largest difference in a part."""
    found, most = (clip.render(0), clip.render(0)), -1.0
    for span in spans[:4]:
        before = clip.render(int(span.start_s * clip.fps))
        for time_s in np.linspace(span.start_s, span.end_s, 12)[1:-1]:
            during = clip.render(int(time_s * clip.fps))
            change = float(cv2.absdiff(before[PARTS[part]], during[PARTS[part]]).mean())
            if change > most:
                found, most = (before, during), change
    return found


def _lit_from_one_side() -> NDArray[np.uint8]:
    """The frame with the largest difference between the two sides and about average brightness."""
    clip = synthetic_clip(5, fps=5, conditions=replace(STILL, drift=0.7))
    whole, aside = clip.timeline.light
    return clip.render(
        max(range(clip.n_frames), key=lambda i: abs(aside.at(i / clip.fps)) - abs(whole.at(i / clip.fps)))
    )


def _shutter() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The frame with the fastest head motion, at an exposure of 0 and of 18 ms."""
    moving = replace(STILL, gestures=30.0, gesture_deg=15.0, gap_s=(3.0, 5.0))
    sharp, smeared = (synthetic_clip(5, fps=50, conditions=replace(moving, exposure=e)) for e in (0.0, 0.9))
    nose = np.array([sharp.true_landmarks(i)[4] for i in range(sharp.n_frames)])
    fastest = int(np.argmax(np.linalg.norm(np.diff(nose, axis=0), axis=1)))
    return sharp.render(fastest), smeared.render(fastest)


def _tile(words: str, part: str, left: NDArray[np.uint8], right: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A part of two frames side by side, enlarged, with a caption."""
    halves = [
        cv2.resize(frame[PARTS[part]], (180, 195), interpolation=cv2.INTER_CUBIC) for frame in (left, right)
    ]
    tile = np.zeros((224, 366, 3), np.uint8)
    tile[:195, :360] = np.hstack(halves)
    _write(tile, words, (6, 214), 0.55)
    return tile


def _write(picture: NDArray[np.uint8], words: str, at_xy: tuple[int, int], size: float) -> None:
    cv2.putText(picture, words, at_xy, cv2.FONT_HERSHEY_SIMPLEX, size, (240, 240, 240), 1, cv2.LINE_AA)


def _grid(pictures: list[NDArray[np.uint8]], columns: int) -> NDArray[np.uint8]:
    rows = [np.hstack(pictures[i : i + columns]) for i in range(0, len(pictures), columns)]
    return np.ascontiguousarray(np.vstack(rows), np.uint8)


def write(docs: Path) -> None:
    """Update the page and its pictures in a folder."""
    page = docs / "synthetic_data.md"
    page.write_text(with_values(page.read_text(encoding="utf-8")), encoding="utf-8")
    for name, draw, suffix in (
        ("synthetic_subjects", subjects, ".jpg"),
        ("synthetic_heads", heads, ".jpg"),
        ("synthetic_movements", movements, ".jpg"),
        ("unit_fields", units, ".png"),
        ("synthetic_expressions", expressions, ".png"),
        ("synthetic_nuisances", nuisances, ".jpg"),
    ):
        cv2.imwrite(str(docs / f"{name}{suffix}"), draw(), [cv2.IMWRITE_JPEG_QUALITY, 85])
    timeline(docs / "synthetic_timeline.png")


if __name__ == "__main__":
    write(Path(__file__).parents[2] / "docs")
