"""What would have to change for the second most probable label: the smallest change of one part of the face.

The flow of the event is changed in one part of the face at a time, to none or to twice its movement, and the
model labels the changed flow. This is a search over counterfactual inputs (Wachter, Mittelstadt and Russell,
"Counterfactual Explanations without Opening the Black Box", 2017, eq. 1) that is restricted to changes with a
name. Departure: distance is the share of the movement that changes, and the search is exhaustive.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros.explanation.languages import LANGUAGES
from mer_ros.explanation.text import DEFAULT_LANGUAGE
from mer_ros.face.regions import REGIONS, region_masks
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.types import ExpressionEvent, Prediction

FACTORS = (0.0, 2.0)
"""The movement of a part is multiplied by each of these."""

_EDGE = 0.02  # of the width of the crop: standard deviation of the soft edge of a part
_BOTH = {"brows": "brow", "eyes": "eye", "cheeks": "cheek"}  # with the end of the names of both sides

PARTS: dict[str, tuple[int, ...]] = {name: (i,) for i, name in enumerate(REGIONS)} | {
    both: tuple(i for i, name in enumerate(REGIONS) if name.endswith(end)) for both, end in _BOTH.items()
}
"""Parts of the face to their regions: every region of ``REGIONS``, and both brows, eyes and cheeks."""


@dataclass(frozen=True)
class WhatIf:
    """What separates the best label from the second best.

    second: the second most probable label. probability: of the second label now, 0..1. part, factor: the
    smallest change after which the second label is the most probable; if no change does that, the one that
    comes closest. share: of the movement that this change adds or removes, 0..1 or more. changed_probability:
    of the second label after it. flips: whether the second label then is the most probable. part is "" for a
    model that does not read flow, or if nothing moves. language: code of that of ``text``.
    """

    second: str
    probability: float
    part: str = ""
    factor: float = 1.0
    share: float = 0.0
    changed_probability: float = 0.0
    flips: bool = False
    language: str = DEFAULT_LANGUAGE

    @property
    def text(self) -> str:
        """As in: The label would be surprise (62%) if the brows moved twice as much."""
        phrases = LANGUAGES.get(self.language)
        label = phrases.label(self.second)
        now, changed = f"{self.probability:.0%}", f"{self.changed_probability:.0%}"
        if not self.part:
            return phrases.second.format(label=label, percent=now)
        condition = phrases.changes[self.factor].format(part=phrases.part_of_face(self.part))
        if self.flips:
            return phrases.would_be.format(label=label, percent=changed, condition=condition)
        return phrases.undecided.format(label=label, percent=now, changed=changed, condition=condition)


def what_if(
    recogniser: Recogniser,
    event: ExpressionEvent,
    prediction: Prediction,
    flow: NDArray[np.float32],
    language: str = DEFAULT_LANGUAGE,
) -> WhatIf | None:
    """The answer for an event; None for a model with a single label.

    flow: (2, S, S) float32 of the event in crop pixels (``recognition.sample.event_flow``). prediction: of
    the event by this model. language: code of that of the text.
    """
    if len(prediction.labels) < 2:
        return None
    best, second = np.argsort(-prediction.probabilities, kind="stable")[:2]
    now = WhatIf(prediction.labels[second], float(prediction.probabilities[second]), language=language)
    total = float(np.abs(flow).sum())
    if recogniser.input_kind != "flow" or total <= 0:
        return now
    changes = [(part, factor) for part in PARTS for factor in FACTORS]
    flows = [_changed(flow, weight, factor) for weight in _weights(event, flow) for factor in FACTORS]
    shares = np.array([float(np.abs(changed - flow).sum()) / total for changed in flows])
    found = _probabilities(recogniser, event, flows)
    flips = found.argmax(1) == second
    lead = found[:, second] - found[:, best]
    chosen = int(np.where(flips, shares, np.inf).argmin()) if flips.any() else int(lead.argmax())
    part, factor = changes[chosen]
    return replace(
        now,
        part=part,
        factor=factor,
        share=float(shares[chosen]),
        changed_probability=float(found[chosen, second]),
        flips=bool(flips[chosen]),
    )


def _weights(event: ExpressionEvent, flow: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """(S, S) float32, 0..1, of each of ``PARTS``: 1 within it, with a soft edge."""
    size = flow.shape[-1]
    scale = size / event.apex_face.shape[0]
    masks = region_masks(event.landmarks * scale, size)
    sigma = max(_EDGE * size, 0.5)
    return [
        cv2.GaussianBlur(masks[list(regions)].any(0).astype(np.float32), (0, 0), sigma)
        for regions in PARTS.values()
    ]


def _changed(flow: NDArray[np.float32], weight: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    return (flow * (1 + (factor - 1) * weight)).astype(np.float32)


def _probabilities(
    recogniser: Recogniser, event: ExpressionEvent, flows: list[NDArray[np.float32]]
) -> NDArray[np.float32]:
    """(N, C) probabilities of N flows, in one batch."""
    batch = torch.cat([recogniser.tensor(recogniser.sample(event, flow)) for flow in flows])
    with torch.inference_mode():
        logits = recogniser.answer(batch).logits.float() / recogniser.card.calibration.temperature
    return np.asarray(torch.softmax(logits, 1).cpu().numpy(), np.float32)
