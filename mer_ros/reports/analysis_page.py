"""The page of one analysed recording: ``report.html``, beside the annotated video and the events as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mer_ros.analysis import Analysis, EventEvidence, MotionLane
from mer_ros.analysis.rejected import REASON_WORDS, short_reason
from mer_ros.errors import quantity
from mer_ros.explanation.text import KIND_NAME
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.limits import MICRO_MIN_S
from mer_ros.reports.analysis_event import anchor_of, event_blocks, short_label
from mer_ros.reports.html import Block, Folded, Link, Page, Section, Table, Text
from mer_ros.reports.html import page as html_page
from mer_ros.reports.timeline_section import timeline_blocks
from mer_ros.stream.stamps import describe_rate, shortest_event_s

REPORT, VIDEO, CSV, JSON = "report.html", "annotated.mp4", "events.csv", "events.json"
"""Names of the files in the folder of a recording."""

MOST_EVENTS, MOST_REJECTED = 400, 200
"""Largest number of events and rejected movements on a page; the files contain all."""

_TABLE_FACES = 6
"""Largest number of faces in one table, so that it fits on a printed page."""

DISCLAIMER = (
    "A label names a facial movement under the coding of the model's training data. It does not say what the "
    "person feels, intends or hides."
)


def write(analysis: Analysis, folder: Path, names: Sequence[str] = (VIDEO, CSV, JSON)) -> None:
    """Write the page; images of the weakest events, and at last the charts, are left out until it is small
    enough to be sent by mail. names: of the files in the folder that it links, if they are there.

    ConfigError where it cannot be written.
    """
    files = [name for name in names if (folder / name).is_file()]
    drawn = sorted((event for event in analysis.events if event.n_bytes), key=lambda e: e.signal_to_noise)
    timelines = timeline_blocks(analysis, shown_events(analysis))  # once: they take longer than all the rest
    while True:
        found = page(analysis, files, timelines)
        if len(found.html().encode()) <= html_page.MOST_BYTES:
            break
        if not drawn:
            found = page(analysis, files, _without_charts(analysis))
            break
        weakest = {event.event_id for event in drawn[: -(-len(drawn) // 3)]}
        drawn = [event for event in drawn if event.event_id not in weakest]
        events = (e.without_images() if e.event_id in weakest else e for e in analysis.events)
        analysis = replace(analysis, events=tuple(events))
    found.write(folder / REPORT, "analyse a part of the recording, or with fewer models")


def page(analysis: Analysis, files: list[str], timelines: Sequence[Block] | None = None) -> Page:
    """The page. files: names of the files beside it, which it links. timelines: of ``timeline_blocks``, None
    draws them.
    """
    shown = shown_events(analysis)
    if timelines is None:
        timelines = timeline_blocks(analysis, shown)
    return Page(
        f"Facial movements in {analysis.name}",
        [*sentences(analysis), DISCLAIMER],
        [
            Section("Summary", _summary(analysis, shown, files)),
            Section("Timeline", timelines),
            Section("Events", [block for n, e in enumerate(shown, 1) for block in event_blocks(n, e)]),
            Section("Rejected movements", _rejected(analysis)),
            Section("What this recording cannot show", _limits(analysis)),
            Section("How it was made", _made(analysis)),
        ],
    )


def shown_events(analysis: Analysis) -> list[EventEvidence]:
    """The events on the page, in order of time: all, or the strongest if they are too many."""
    if len(analysis.events) <= MOST_EVENTS:
        return list(analysis.events)
    strongest = sorted(analysis.events, key=lambda event: -event.signal_to_noise)[:MOST_EVENTS]
    return sorted(strongest, key=lambda event: (event.onset_s, event.face_id))


def sentences(analysis: Analysis) -> list[str]:
    """What was found, in sentences."""
    if not analysis.n_faces:
        found = "No face was found: a frontal face needs 40 pixels between the eyes, in light that shows it."
    else:
        faces = quantity(analysis.n_faces, "face")
        found = f"{quantity(len(analysis.events), 'event')} of {faces}{_labels(analysis)}."
    ended = [analysis.ended_by] if analysis.ended_by else []
    is_slow = analysis.fps > 0 and shortest_event_s(analysis.fps) > MICRO_MIN_S
    rate = [f"{describe_rate(analysis.fps)}."] if is_slow and analysis.n_faces else []
    return [f"{found} {_extent(analysis)}.", *ended, *rate, *analysis.remarks]


def _extent(analysis: Analysis) -> str:
    """As in: 400 frames of 640x480 pixels, 4.0 s at 100 frames per second."""
    width, height = analysis.size_wh
    frames = quantity(analysis.frames, "frame") if analysis.frames else ""
    size = f" of {width}x{height} pixels" if width else ""
    rate = f" at {analysis.fps:.4g} frames per second" if analysis.fps else ""
    return f"{frames}{size}{', ' if frames else ''}{analysis.duration_s:.1f} s{rate}"


def _labels(analysis: Analysis) -> str:
    """As in: : 5 happiness, 2 unknown."""
    counts = Counter(e.answers[0].prediction.label for e in analysis.events if e.answers)
    return f": {', '.join(f'{n} {label}' for label, n in counts.most_common())}" if counts else ""


def _summary(analysis: Analysis, shown: list[EventEvidence], files: list[str]) -> list[Block]:
    blocks: list[Block] = []
    several = len(analysis.models) > 1
    if shown:
        names = [model.partition("@")[0] for model in analysis.models]
        header = ["event", "face", "kind", "duration", *(names if several else ["label"])]
        rows: list[list[str]] = [
            [
                Link(f"{n}. {e.apex_s:.2f} s", f"#{anchor_of(n)}"),
                e.face_id,
                KIND_NAME[e.kind],
                f"{1000 * (e.offset_s - e.onset_s):.0f} ms",
                *(short_label(answer) for answer in e.answers),
                *(["not labelled"] * (len(header) - 4 - len(e.answers))),
            ]
            for n, e in enumerate(shown, start=1)
        ]
        blocks.append(Table("Events by the time of their apex", header, rows, numbers=False))
        left = len(analysis.events) - len(shown)
        if left:
            blocks.append(Text(f"The {quantity(left, 'weakest event')} are in {CSV} only."))
    elif analysis.lanes:
        rejected = "" if analysis.rejected is None else "; the rejected ones are listed below"
        blocks.append(Text(f"No movement of a face was an expression{rejected}."))
    if files:
        rows_of_files: list[list[str]] = [[Link(name, name), _FILE_WORDS[name]] for name in files]
        blocks.append(Table("Files beside this page", ["file", "content"], rows_of_files, numbers=False))
    return blocks


_FILE_WORDS = {
    VIDEO: "the recording with boxes, motion curves and labels, for a browser or player",
    CSV: "one row for each event and model, for a spreadsheet",
    JSON: "the numbers of this page, for programs",
    "overlay.png": "the explanation of the most confident event, as the explainer draws it",
    "prototype.png": "the prototype nearest to that event, decoded",
    "outcome.json": "the counts of events, labels and frames",
}


def _without_charts(analysis: Analysis) -> list[Block]:
    return [Text("The charts were left out to keep this page small.")] if analysis.lanes else []


def _rejected(analysis: Analysis) -> list[Block]:
    if analysis.rejected is None:
        return []
    if not analysis.rejected:
        return [Text("No movement that stood out was rejected.")] if analysis.lanes else []
    counts = Counter(one.reason for one in analysis.rejected)
    rows = [[REASON_WORDS[reason], str(n)] for reason, n in counts.most_common()]
    listed = [
        [
            f"{one.apex_s:.2f} s",
            one.face_id,
            f"{1000 * (one.offset_s - one.onset_s):.0f} ms",
            f"{one.intensity:.1%}",
            f"{one.signal_to_noise:.1f}",
            short_reason(one.reason),
        ]
        for one in analysis.rejected[:MOST_REJECTED]
    ]
    header = ["apex", "face", "duration", "eye distances", "over the noise", "reason"]
    some = f", the first {MOST_REJECTED}" if len(analysis.rejected) > MOST_REJECTED else ""
    table = Table(f"Rejected movements{some}", header, listed, numbers=False)
    return [
        Text("Movements that stood out from the noise of the face, but are no expression."),
        Table("Reasons", ["reason", "movements"], rows),
        Folded("Every rejected movement", [table]),
    ]


def _limits(analysis: Analysis) -> list[Block]:
    blocks: list[Block] = [
        Text(f"{describe_rate(analysis.fps)[0].upper()}{describe_rate(analysis.fps)[1:]}.")
    ]
    if analysis.judged:
        blocks.append(Text(f"{analysis.judged[0].upper()}{analysis.judged[1:]}."))
    if analysis.not_followed:
        n = quantity(analysis.not_followed, "face")
        blocks.append(
            Text(f"Up to {n} at once were seen but not followed: too new, or smaller than the others.")
        )
    for warning in analysis.warnings:
        blocks.append(Text(f"{warning[0].upper()}{warning[1:]}"))
    lanes = {lane.face_id: lane for lane in analysis.lanes}
    named = [id_ for id_ in lanes if id_ in analysis.limits]
    if named:
        parts = [named[first : first + _TABLE_FACES] for first in range(0, len(named), _TABLE_FACES)]
        blocks.append(Folded(_WEAKEST, [_weakest_of(part, analysis, lanes) for part in parts]))
    remarks: dict[str, list[str]] = {}
    for id_ in named:
        for remark in analysis.limits[id_].remarks:
            remarks.setdefault(remark, []).append(id_)
    return [*blocks, *(Text(f"{', '.join(ids)}: {remark}.") for remark, ids in remarks.items())]


_WEAKEST = "Weakest movement that could be an event, median over the recording"


def _weakest_of(ids: Sequence[str], analysis: Analysis, lanes: Mapping[str, MotionLane]) -> Table:
    """One column for each face. ids: at most ``_TABLE_FACES``."""
    rows = [
        [group, *(_weakest(analysis, id_, lanes[id_].interocular_px, g) for id_ in ids)]
        for g, group in enumerate(MOTION_GROUPS)
    ]
    return Table(f"{_WEAKEST}: {', '.join(ids)}", ["region", *ids], rows)


def _weakest(analysis: Analysis, id_: str, interocular_px: float, group: int) -> str:
    share = float(analysis.limits[id_].weakest[group])
    return f"{share * interocular_px:.2f} px ({share:.1%})"


def _made(analysis: Analysis) -> list[Block]:
    rows = [[model.partition("@")[0], model] for model in analysis.models]
    blocks: list[Block] = []
    if rows:
        blocks.append(Table("Models", ["name", "weights"], rows, numbers=False))
    return [
        *blocks,
        Text(analysis.method),
    ]
