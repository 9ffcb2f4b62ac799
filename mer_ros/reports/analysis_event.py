"""One event of a recording as the blocks of a page."""

from __future__ import annotations

import math

from mer_ros.analysis import EventEvidence, ModelAnswer
from mer_ros.explanation.action_units import LIKELY
from mer_ros.explanation.languages import DEFAULT_LANGUAGE, LANGUAGES
from mer_ros.explanation.text import KIND_NAME
from mer_ros.face.facs import UNIT_DESCRIPTIONS
from mer_ros.reports.html import Block, EncodedPicture, Folded, Heading, Row, Table, Text
from mer_ros.types import UNKNOWN

LEAST_UNIT = 0.1
"""Smallest probability of an action unit that is listed."""


def anchor_of(number: int) -> str:
    """Identifier of the heading of an event."""
    return f"event-{number}"


def short_label(answer: ModelAnswer) -> str:
    """As in: happiness 81%; of a rejected event: unknown (closest: happiness 40%), or unknown alone."""
    said = answer.prediction
    if not said.confidence:
        return UNKNOWN  # it could not be classified
    if said.label == UNKNOWN:
        return f"{UNKNOWN} (closest: {said.best_label} {said.confidence:.0%})"
    return f"{said.label} {said.confidence:.0%}"


def event_blocks(number: int, event: EventEvidence) -> list[Block]:
    """Heading, sentences, images and tables of an event. number: on the page, from 1 on."""
    label = short_label(event.answers[0]) if event.answers else "not labelled"
    title = f"{number}. {event.apex_s:.2f} s, {event.face_id}: {label}"
    blocks: list[Block] = [Heading(title, anchor_of(number))]
    if event.failure:
        blocks.append(Text(event.failure))
    several = len(event.answers) > 1
    for answer in event.answers:
        name = f"{model_name(answer)}: " if several else ""
        language = "" if answer.language == DEFAULT_LANGUAGE else answer.language
        blocks.append(Text(f"{name}{answer.text}", language))
        if answer.what_if is not None:
            blocks.append(Text(f"{name}{answer.what_if.text}", language))
    if event.pictures is not None:
        blocks += _pictures(event, several)
    elif not event.failure:
        blocks.append(Text("Its images were left out to keep this page small."))
    tables: list[Block] = [_measures(event)]
    if event.unit_probability is not None:
        tables.append(_units(event))
    if event.answers:
        tables.append(_labels(event))
    return [*blocks, Row(tables)]


def model_name(answer: ModelAnswer) -> str:
    """The name of a model without its hash."""
    return answer.prediction.model.partition("@")[0]


def _pictures(event: EventEvidence, several: bool) -> list[Block]:
    pictures = event.pictures
    assert pictures is not None
    row: list[Block] = [
        EncodedPicture(pictures.onset, f"Aligned face at rest, onset {event.onset_s:.2f} s", "onset", 1.25),
        EncodedPicture(pictures.apex, f"Aligned face at the apex, {event.apex_s:.2f} s", "apex", 1.25),
    ]
    for answer in event.answers:
        name = f", {model_name(answer)}" if several else ""
        if answer.map is not None:
            warning = f" ({answer.map_warning})" if answer.map_warning else ""
            words = f"Heat map on the apex face: {map_words(answer)}"
            row.append(EncodedPicture(answer.map, words, f"heat map{name}{warning}"))
    row.append(
        EncodedPicture(pictures.flow, f"Flow from onset to apex: {pictures.flow_words}", "measured flow")
    )
    for answer in event.answers:
        name = f", {model_name(answer)}" if several else ""
        if answer.prototype is not None:
            words = answer.prototype_words or "an image of a face"
            best = answer.prediction.best_label
            row.append(
                EncodedPicture(
                    answer.prototype, f"Nearest prototype of {best}: {words}", f"nearest {best}{name}"
                )
            )
    blocks: list[Block] = [Row(row)]
    if pictures.strip is not None:
        times = ", ".join(f"{t:.2f}" for t in pictures.strip_s)
        words = f"Five aligned frames of the event at {times} s: onset, rise, apex, fall, offset"
        blocks.append(EncodedPicture(pictures.strip, words, f"Frames at {times} s", 1.25))
    if pictures.loop is not None:
        how = f"{pictures.slowed:.0f} times slower, movement magnified {pictures.magnified:.1f} times"
        loop = EncodedPicture(
            pictures.loop, f"The event as a loop, {how}", "The loop repeats while it is open.", 2.0
        )
        blocks.append(Folded(f"Slow motion: {how}", [loop]))
    return blocks


def map_words(answer: ModelAnswer) -> str:
    """As in: 42% on the mouth, 22% on the nose; 1.8 times more on the face than a uniform map."""
    order = sorted(range(len(answer.regions)), key=lambda i: -float(answer.relevance[i]))[:3]
    parts = [
        f"{answer.relevance[i]:.0%} on the {answer.regions[i]}" for i in order if answer.relevance[i] > 0
    ]
    if not parts:
        return "empty"
    most = answer.inside_face_ceiling
    ceiling = f", of at most {most:.1f}" if math.isfinite(most) else ""
    warning = f"; {answer.map_warning}" if answer.map_warning else ""
    inside = f"{answer.inside_face:.1f} times as much on the face as a uniform map"
    return f"{', '.join(parts)}; {inside}{ceiling}{warning}"


def _measures(event: EventEvidence) -> Table:
    lasted_ms, size = 1000 * (event.offset_s - event.onset_s), f"{event.peak_px:.2f} px"
    rows = [
        ["kind", KIND_NAME[event.kind]],
        ["onset, apex, offset", f"{event.onset_s:.3f}, {event.apex_s:.3f}, {event.offset_s:.3f} s"],
        ["duration", f"{lasted_ms:.0f} ms"],
        ["largest movement", f"{size} of the recording ({event.intensity:.1%} of the eye distance)"],
        ["over the noise", f"{event.signal_to_noise:.1f} times"],
        ["at the offset", "at rest again" if event.returned else "not at rest: the movement stopped there"],
    ]
    return Table("Measured", ["", "value"], rows, numbers=False)


def _units(event: EventEvidence) -> Table:
    found = event.unit_probability, event.unit_right, event.unit_left
    rows: list[list[str]] = []
    styles: dict[int, str] = {}
    if all(part is not None for part in found):
        unit, right, left = (part for part in found if part is not None)
        for k in sorted(range(len(event.units)), key=lambda k: -float(unit[k])):
            if unit[k] < LEAST_UNIT:
                break
            name = event.units[k]
            if unit[k] > LIKELY:
                styles[len(rows)] = "strong"
            shares = (f"{min(float(p[k]), 0.99):.0%}" for p in (unit, right, left))
            rows.append([f"{name} {UNIT_DESCRIPTIONS.get(name, '')}".rstrip(), *shares, *_pixels(event, k)])
    if not rows:
        rows.append(["none above 10%", *["-"] * 5])
    header = ["action unit", "moved", "right", "left", "right, px", "left, px"]
    caption = "Action units on the person's right and left: probability, movement in pixels of the crop"
    return Table(caption, header, rows, styles=styles)


def _pixels(event: EventEvidence, unit: int) -> list[str]:
    """Movement of a unit on both sides; "-" where it was not measured."""
    if event.unit_px is None or not len(event.unit_px):
        return ["-", "-"]
    english = LANGUAGES.get(DEFAULT_LANGUAGE)
    values = event.unit_px[unit].tolist()
    return [english.pixels(v).removesuffix(" px") if math.isfinite(v) else "-" for v in values]


def _labels(event: EventEvidence) -> Table:
    """Probabilities and distances of all labels, models side by side."""
    labels = list(dict.fromkeys(label for answer in event.answers for label in answer.prediction.labels))
    first = event.answers[0].prediction
    order = {label: -float(p) for label, p in zip(first.labels, first.probabilities, strict=True)}
    header, columns = ["label"], []
    several = len(event.answers) > 1
    for answer in event.answers:
        said = answer.prediction
        name = f"{model_name(answer)}, " if several else ""
        header.append(f"{name}probability")
        columns.append({one: f"{p:.0%}" for one, p in zip(said.labels, said.probabilities, strict=True)})
        if len(said.prototype_distances):
            header.append(f"{name}distance")
            pairs = zip(said.labels, said.prototype_distances, strict=True)
            columns.append({one: f"{d:.1f}" for one, d in pairs})
    rows = [
        [label, *(column.get(label, "-") for column in columns)]
        for label in sorted(labels, key=lambda label: order.get(label, 1.0))
    ]
    return Table(f"Labels{_limits(event)}", header, rows)


def _limits(event: EventEvidence) -> str:
    several = len(event.answers) > 1
    limits = [
        f"{answer.prediction.rejection_distance:.1f}{f' ({model_name(answer)})' if several else ''}"
        for answer in event.answers
        if math.isfinite(answer.prediction.rejection_distance)
    ]
    if not limits:
        return ""
    return f"; rejected beyond a distance of {' and '.join(limits)}"
