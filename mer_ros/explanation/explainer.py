"""Event and prediction -> Explanation, with the weights that answered."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError
from mer_ros.explanation.action_units import action_unit_evidence
from mer_ros.explanation.evidence import evidence
from mer_ros.explanation.regions import relevance
from mer_ros.explanation.text import sentences
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.recognition.sample import event_flow
from mer_ros.recognition.systems.prototype import Prototype
from mer_ros.types import Explanation, ExpressionEvent, Prediction
from mer_ros.visualisation.flow import flow_picture

PROTOTYPE_SIZE = 256
"""Width and height of a decoded prototype's picture, pixels."""


class Explainer:
    """Explains the answers of one recogniser."""

    def __init__(self, recogniser: Recogniser) -> None:
        self.recogniser = recogniser
        self._pictures: dict[int, NDArray[np.uint8]] = {}

    def explain(self, event: ExpressionEvent, prediction: Prediction) -> Explanation:
        """Why the model's best label is what it is; a rejected event is explained by its best label too."""
        if prediction.labels != self.recogniser.labels:
            raise InputError(
                f"The prediction of {prediction.model!r} has other labels than {self.recogniser.model_id!r}: "
                "explain it with the model that answered."
            )
        label = int(np.argmax(prediction.probabilities))
        system = self.recogniser.system
        found = evidence(system, self.recogniser.tensor(self.recogniser.sample(event)), label)
        heatmap = _on_crop(found.map, event.apex_face.shape[0])
        where = relevance(heatmap, event.landmarks)
        units, shown = action_unit_evidence(event_flow(event))
        prototype = None
        if found.output.distances is not None:
            prototype = self._prototype(label, found.output.distances[0].cpu().numpy())
        words = sentences(event, prediction, where.names, where.share, units, shown)
        return Explanation(
            label=prediction.label,
            model=self.recogniser.model_id,
            text=f"{words} {found.note}".rstrip(),
            heatmap=heatmap,
            regions=where.names,
            relevance=where.share,
            action_units=units,
            action_unit_evidence=shown,
            inside_face=where.inside_face,
            prototype=prototype,
        )

    def _prototype(self, label: int, distances: NDArray[np.float32]) -> NDArray[np.uint8] | None:
        """The picture of the label's nearest prototype; each is decoded once."""
        system = self.recogniser.system
        if not isinstance(system, Prototype):
            return None
        own = [k for k, owner in enumerate(system.prototype_labels) if owner == label]
        winner = min(own, key=lambda k: distances[k])
        if winner not in self._pictures:
            spec = self.recogniser.card.input
            decoded = spec.unscale(system.decode(winner).cpu().numpy())
            self._pictures[winner] = flow_picture(decoded) if spec.kind == "flow" else _photo(decoded)
        return self._pictures[winner]


def _on_crop(values: NDArray[np.floating], size: int) -> NDArray[np.float32]:
    """(h, w) map -> (size, size) float32, 0..1, its largest value 1 unless it is empty or not a number."""
    whole = np.nan_to_num(values).astype(np.float32)
    large = np.maximum(cv2.resize(whole, (size, size), interpolation=cv2.INTER_CUBIC), 0)
    peak = float(large.max())
    return (large / peak if peak > 0 else large).astype(np.float32)


def _photo(decoded: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(3, S, S) RGB, about 0..1 -> (PROTOTYPE_SIZE, PROTOTYPE_SIZE, 3) uint8 BGR."""
    bgr = (np.clip(decoded, 0, 1)[::-1].transpose(1, 2, 0) * 255).astype(np.uint8)
    return cv2.resize(bgr, (PROTOTYPE_SIZE, PROTOTYPE_SIZE), interpolation=cv2.INTER_CUBIC)
