"""One event with everything that is known about it, and its images as small files in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.explanation.explainer import Explainer
from mer_ros.explanation.languages import DEFAULT_LANGUAGE
from mer_ros.explanation.what_if import WhatIf, what_if
from mer_ros.face.geometry import interocular_px
from mer_ros.recognition.sample import event_flow
from mer_ros.types import Explanation, ExpressionEvent, Kind, Prediction, Sample
from mer_ros.visualisation.encoding import EncodedImage, jpeg, webp_loop
from mer_ros.visualisation.flow import flow_picture
from mer_ros.visualisation.flow_words import in_words
from mer_ros.visualisation.heat_map import face_under_map
from mer_ros.visualisation.magnification import magnified
from mer_ros.visualisation.prototypes import prototype_picture

CROP_PX, TILE_PX = 128, 160
"""Side of a crop and of a map, flow or prototype."""

_LOOP_S = 2.4  # duration of the loop
_LOOP_FRAMES = 24
_PAUSE_MS = 500  # at the end of the loop
_DRAWN = ("flow", "apex")  # kinds of prototypes that can be drawn


@dataclass(frozen=True, eq=False)
class ModelAnswer:
    """What one model says about an event.

    prediction, text, what_if: see their types. regions, relevance: names and (R,) shares of the heat map.
    inside_face: share of the map on the face over that of a uniform map, inside_face_ceiling: its largest
    possible value, NaN if unknown. map_warning: "unstable" for a map that is not to be trusted, else "".
    language: code of that of ``text``. map, prototype: images; None if they were dropped, and a prototype
    also if the model has none that can be drawn. prototype_words: its content.
    """

    prediction: Prediction
    text: str
    regions: tuple[str, ...]
    relevance: NDArray[np.float32]
    inside_face: float
    what_if: WhatIf | None
    map: EncodedImage | None
    prototype: EncodedImage | None
    prototype_words: str = ""
    inside_face_ceiling: float = float("nan")
    map_warning: str = ""
    language: str = DEFAULT_LANGUAGE


@dataclass(frozen=True, eq=False)
class EventPictures:
    """Images of an event, which do not depend on a model.

    onset, apex: aligned crops. strip: five crops side by side, at ``strip_s``, seconds of the stream. flow:
    from onset to apex, in words ``flow_words``. loop: the event ``slowed`` times slower and magnified
    ``magnified`` times; None without a clip.
    """

    onset: EncodedImage
    apex: EncodedImage
    flow: EncodedImage
    flow_words: str
    strip: EncodedImage | None = None
    strip_s: tuple[float, ...] = ()
    loop: EncodedImage | None = None
    slowed: float = 1.0
    magnified: float = 1.0

    @property
    def n_bytes(self) -> int:
        """Size of all images."""
        images = (self.onset, self.apex, self.flow, self.strip, self.loop)
        return sum(len(image.data) for image in images if image is not None)


@dataclass(frozen=True, eq=False)
class EventEvidence:
    """A final event of a recording.

    onset_s, apex_s, offset_s: stream time. intensity: peak movement, interocular distances; peak_px: the same
    in pixels of the recording. roi_xywh: box of the face at the apex, pixels. units: names of K action units
    with their (K,) probabilities: that it moved, on the person's right, on the left; unit_px: (K, 2) peak
    movement of each side, pixels of the crop, NaN for units that are not likely. answers: one for each model,
    the first one first. failure: why no model could answer, "" if they did. pictures: None if they were
    dropped to bound the size of the page.
    """

    event_id: str
    face_id: str
    kind: Kind
    onset_s: float
    apex_s: float
    offset_s: float
    intensity: float
    peak_px: float
    signal_to_noise: float
    returned: bool
    roi_xywh: tuple[int, int, int, int]
    units: tuple[str, ...] = ()
    unit_probability: NDArray[np.float32] | None = None
    unit_right: NDArray[np.float32] | None = None
    unit_left: NDArray[np.float32] | None = None
    unit_px: NDArray[np.float32] | None = None
    answers: tuple[ModelAnswer, ...] = ()
    failure: str = ""
    pictures: EventPictures | None = None

    @property
    def n_bytes(self) -> int:
        """Size of all images."""
        own = self.pictures.n_bytes if self.pictures is not None else 0
        images = (image for answer in self.answers for image in (answer.map, answer.prototype))
        return own + sum(len(image.data) for image in images if image is not None)

    def without_images(self) -> EventEvidence:
        """The same event with all its numbers and words."""
        answers = tuple(replace(answer, map=None, prototype=None) for answer in self.answers)
        return replace(self, answers=answers, pictures=None)


def plain_evidence(event: ExpressionEvent, failure: str = "") -> EventEvidence:
    """The times and the size of an event, without answers and images. failure: why there are none."""
    scale = float(np.linalg.norm(event.crop_from_image[:, 0]))
    return EventEvidence(
        event_id=event.event_id,
        face_id=event.face_id,
        kind=event.kind,
        onset_s=event.onset_ns * 1e-9,
        apex_s=event.apex_ns * 1e-9,
        offset_s=event.offset_ns * 1e-9,
        intensity=event.intensity,
        peak_px=event.intensity * interocular_px(event.landmarks) / scale,
        signal_to_noise=event.signal_to_noise,
        returned=event.returned,
        roi_xywh=event.roi_xywh,
        failure=failure,
    )


def answer_of(
    explainer: Explainer, event: ExpressionEvent, flow: NDArray[np.float32]
) -> tuple[ModelAnswer, Explanation]:
    """The answer of one model, and the explanation that it comes from. flow: ``event_flow(event)``."""
    recogniser = explainer.recogniser
    sample = recogniser.sample(event, flow)
    prediction = recogniser.predict_sample(sample)
    explanation = explainer.explain(event, prediction, flow, sample)
    other = what_if(recogniser, event, prediction, flow, explainer.language)
    return explained(event, prediction, explanation, other), explanation


def explained(
    event: ExpressionEvent, prediction: Prediction, explanation: Explanation, other: WhatIf | None = None
) -> ModelAnswer:
    """The answer of a model from its prediction and explanation. other: see ``ModelAnswer.what_if``."""
    return ModelAnswer(
        prediction=prediction,
        text=explanation.text,
        regions=explanation.regions,
        relevance=explanation.relevance,
        inside_face=explanation.inside_face,
        what_if=other,
        map=jpeg(face_under_map(event.apex_face, explanation.heatmap, TILE_PX)),
        prototype=_prototype(explanation.prototype),
        prototype_words=_in_words(explanation.prototype),
        inside_face_ceiling=explanation.inside_face_ceiling,
        map_warning=explanation.map_warning,
        language=explanation.language,
    )


def _prototype(prototype: Sample | None) -> EncodedImage | None:
    if prototype is None or prototype.kind not in _DRAWN:
        return None
    return jpeg(_resized(prototype_picture(prototype), TILE_PX))


def _in_words(prototype: Sample | None) -> str:
    if prototype is None or prototype.kind != "flow":
        return ""
    return in_words(prototype.data.astype(np.float32))


def pictures_of(event: ExpressionEvent, flow: NDArray[np.float32]) -> EventPictures:
    """The images of an event. flow: ``event_flow(event)``."""
    pictures = EventPictures(
        onset=jpeg(_resized(event.onset_face, CROP_PX)),
        apex=jpeg(_resized(event.apex_face, CROP_PX)),
        flow=jpeg(flow_picture(flow, TILE_PX)),
        flow_words=in_words(flow),
    )
    if len(event.clip) < 2:
        return pictures
    strip, times_s = _strip(event)
    chosen = np.unique(np.linspace(0, len(event.clip) - 1, _LOOP_FRAMES).round().astype(int))
    clip = [event.clip[i] for i in chosen]
    large = magnified(event.onset_face, [frame.image for frame in clip], event.landmarks)
    lasted_s = (clip[-1].stamp_ns - clip[0].stamp_ns) * 1e-9
    frame_ms = [round(1000 * _LOOP_S / len(clip))] * len(clip)
    frame_ms[-1] += _PAUSE_MS
    return replace(
        pictures,
        strip=strip,
        strip_s=times_s,
        loop=webp_loop([_resized(image, CROP_PX) for image in large.images], frame_ms),
        slowed=_LOOP_S / max(lasted_s, 1e-3),
        magnified=large.factor,
    )


def _strip(event: ExpressionEvent) -> tuple[EncodedImage, tuple[float, ...]]:
    """Five crops side by side: onset, half way, apex, half way, offset; and their times, s."""
    on, top, off = event.onset_ns, event.apex_ns, event.offset_ns
    wanted = (on, (on + top) // 2, top, (top + off) // 2, off)
    frames = [min(event.clip, key=lambda frame: abs(frame.stamp_ns - stamp)) for stamp in wanted]
    image = np.hstack([_resized(frame.image, CROP_PX) for frame in frames])
    return jpeg(image), tuple(frame.stamp_ns * 1e-9 for frame in frames)


def evidence_of(event: ExpressionEvent, explainers: Sequence[Explainer]) -> EventEvidence:
    """Everything about a final event: the answers of all models, the action units and the images.

    InputError if its crops cannot be used.
    """
    flow = event_flow(event)
    plain, pictures = plain_evidence(event), pictures_of(event, flow)
    found = [answer_of(explainer, event, flow) for explainer in explainers]
    plain = with_units(plain, found[0][1]) if found else plain
    return replace(plain, answers=tuple(answer for answer, _ in found), pictures=pictures)


def with_units(evidence: EventEvidence, explanation: Explanation) -> EventEvidence:
    """The evidence with the action units of an explanation."""
    return replace(
        evidence,
        units=explanation.action_units,
        unit_probability=explanation.action_unit_probability,
        unit_right=explanation.action_unit_right,
        unit_left=explanation.action_unit_left,
        unit_px=explanation.action_unit_px,
    )


def _resized(image: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    if image.shape[0] == side_px:
        return image
    return np.asarray(cv2.resize(image, (side_px, side_px), interpolation=cv2.INTER_AREA), np.uint8)
