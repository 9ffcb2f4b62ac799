"""docs/made_data.md kept true: the values in its tables, and its pictures, from the generator itself.

``python -m mer_ros.reports.made_data`` rewrites both. A test holds the tables against the code.
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
    MadeClip,
    everyday,
    flow_samples,
    made_clip,
)
from mer_ros.data.synthetic.nuisances import Span
from mer_ros.explanation.flow_picture import flow_picture
from mer_ros.types import EMOTIONS

_ROW = re.compile(r"^\| `(\w+)\.(\w+)` \| `.*?` \|", re.MULTILINE)


def value_of(module: str, name: str) -> object:
    """A constant of the generator by the page's names."""
    return getattr(importlib.import_module(f"mer_ros.data.synthetic.{module}"), name)


def with_values(page: str) -> str:
    """The page with the code's values in its tables."""
    return _ROW.sub(lambda row: f"| `{row[1]}.{row[2]}` | `{value_of(row[1], row[2])!r}` |", page)


def people() -> NDArray[np.uint8]:
    """Twelve made people at rest."""
    clips = [made_clip(seed, n_events=1, conditions=replace(STILL, tone=1.0)) for seed in range(12)]
    faces = [clip.render(0)[80:330, 205:435] for clip in clips]
    return _grid(faces, 6)


def expressions() -> NDArray[np.uint8]:
    """A movement of each emotion: the flow of the expression alone, and as a sample."""
    rows = []
    for clean in (True, False):
        made = flow_samples(80, EVALUATION_SUBJECTS, 2, 128, clean=clean)
        strong = [
            max(np.flatnonzero(made.labels == k), key=lambda i: min(made.amplitude_px[i], 3.0))
            for k in range(len(EMOTIONS))
        ]
        rows.append([flow_picture(made.data[i], 150) for i in strong])
    for picture, emotion in zip(rows[0], EMOTIONS, strict=True):
        _write(picture, emotion, (4, 13), 0.42)
    return _grid(rows[0] + rows[1], len(EMOTIONS))


def nuisances() -> NDArray[np.uint8]:
    """The same face: at rest, and under one nuisance after the other."""
    rare = {"gap_s": (3.0, 5.0)}
    shown = [("at rest", made_clip(5, n_events=1, conditions=STILL).render(0))]
    for words, kind, settings in (
        ("blink", "blinks", {"blinks": 20.0}),
        ("glance", "glances", {"glances": 60.0, "glance_px": 2.5}),
        ("speech", "talks", {"talks": 20.0, "talk_px": 5.0}),
        ("nod", "gestures", {"gestures": 20.0, "gesture_deg": 10.0}),
        ("autofocus", "refocuses", {"refocuses": 20.0}),
    ):
        clip = made_clip(5, conditions=replace(STILL, **settings, **rare))  # type: ignore[arg-type]
        shown.append((words, clip.render(_busiest(clip, getattr(clip.timeline.nuisances, kind)))))
    aside = made_clip(5, fps=5, conditions=replace(STILL, drift=0.7))
    tilts = [frame[:, :200].mean() / frame[:, -200:].mean() for _, frame in aside.frames()]
    shown.append(("light from aside", aside.render(int(np.argmax(tilts)))))
    pressed = made_clip(5, conditions=replace(STILL, noise_sigma=3.5, jpeg=75))
    shown.append(("noise 3.5, JPEG 75", pressed.render(0)))
    faces = [frame[80:330, 205:435].copy() for _, frame in shown]
    for face, (words, _) in zip(faces, shown, strict=True):
        _write(face, words, (6, 242), 0.55)
    return _grid(faces, 4)


def script(path: Path) -> None:
    """What happens in one clip with every nuisance, over time."""
    from matplotlib import pyplot as plt

    line = made_clip(1, 30.0, conditions=everyday(1)).timeline
    figure, axes = plt.subplots(figsize=(9, 2.6), layout="constrained")
    kinds = ("refocuses", "gestures", "talks", "glances", "blinks")
    for row, kind in enumerate(kinds):
        spans = [(span.start_s, span.duration_s) for span in getattr(line.nuisances, kind)]
        axes.broken_barh(spans, (row + 0.15, 0.7), color="0.6")
    times = np.linspace(0, line.duration_s, 4000)
    for event in line.events:
        inside = times[(times >= event.onset_s) & (times <= event.offset_s)]
        levels = event.dynamics.levels(inside - event.onset_s)
        axes.plot(inside, len(kinds) + 0.15 + 1.3 * levels, color="C0", linewidth=0.9)
    axes.set_yticks(np.arange(len(kinds) + 1) + 0.5, [*kinds, "expressions"])
    axes.set_xlabel("seconds")
    axes.set_xlim(0, line.duration_s)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _busiest(clip: MadeClip, spans: tuple[Span, ...]) -> int:
    """The frame in which one of these differs most from what was there just before it."""
    best, most = 0, -1.0
    for span in spans[:4]:
        before = clip.render(int(span.start_s * clip.fps)).astype(np.int16)
        for time_s in np.linspace(span.start_s, span.end_s, 12)[1:-1]:
            i = int(time_s * clip.fps)
            change = float(np.abs(clip.render(i) - before)[80:330, 205:435].mean())
            if change > most:
                best, most = i, change
    return best


def _write(picture: NDArray[np.uint8], words: str, at_xy: tuple[int, int], size: float) -> None:
    cv2.putText(picture, words, at_xy, cv2.FONT_HERSHEY_SIMPLEX, size, (240, 240, 240), 1, cv2.LINE_AA)


def _grid(pictures: list[NDArray[np.uint8]], columns: int) -> NDArray[np.uint8]:
    rows = [np.hstack(pictures[i : i + columns]) for i in range(0, len(pictures), columns)]
    return np.ascontiguousarray(np.vstack(rows), np.uint8)


def write(docs: Path) -> None:
    """Refresh the page and its pictures in a folder."""
    page = docs / "made_data.md"
    page.write_text(with_values(page.read_text(encoding="utf-8")), encoding="utf-8")
    for name, draw, suffix in (
        ("made_people", people, ".jpg"),
        ("made_expressions", expressions, ".png"),
        ("made_nuisances", nuisances, ".jpg"),
    ):
        cv2.imwrite(str(docs / f"{name}{suffix}"), draw(), [cv2.IMWRITE_JPEG_QUALITY, 85])
    script(docs / "made_script.png")


if __name__ == "__main__":
    write(Path(__file__).parents[2] / "docs")
