"""Event and prediction -> Explanation, by the model of the prediction."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError
from mer_ros.explanation.action_unit_file import shipped_reader
from mer_ros.explanation.action_units import ActionUnitReader, UnitProbabilities
from mer_ros.explanation.faithfulness.trust import trusted_attribution
from mer_ros.explanation.languages import LANGUAGES
from mer_ros.explanation.regions import relevance
from mer_ros.explanation.text import DEFAULT_LANGUAGE, likely_units, sentences
from mer_ros.explanation.unit_pixels import unit_pixels
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.recognition.sample import event_flow
from mer_ros.recognition.system import ModelOutput
from mer_ros.types import Explanation, ExpressionEvent, Prediction, Sample


class Explainer:
    """Explains the predictions of one recogniser, as arrays and text; ``visualisation`` draws them.

    unit_reader: the reader of action units; None: the shipped one, CheckpointError if its file is missing or
    damaged. language: code of the language of the text (``languages.catalogue``), ConfigError if it has none.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        unit_reader: ActionUnitReader | None = None,
        language: str = DEFAULT_LANGUAGE,
    ) -> None:
        LANGUAGES.get(language)
        self.recogniser = recogniser
        self.language = language
        self.unit_reader = unit_reader or shipped_reader()
        self._prototypes: dict[int, Sample] = {}

    def explain(
        self,
        event: ExpressionEvent,
        prediction: Prediction,
        flow: NDArray[np.float32] | None = None,
        sample: Sample | None = None,
    ) -> Explanation:
        """Explanation of the model's best label, which is also used for a rejected event.

        flow: ``event_flow(event)``, and sample: ``recogniser.sample(event)``, if the caller has already
        computed them; the flow is computed once, for the action units and for a model that reads flow. Raises
        InputError for a prediction of another model or crops that cannot be used.
        """
        if prediction.labels != self.recogniser.labels:
            raise InputError(
                f"The prediction of {prediction.model!r} has other labels than {self.recogniser.model_id!r}: "
                f"explain it with {prediction.model!r}."
            )
        label = int(np.argmax(prediction.probabilities))
        flow = event_flow(event) if flow is None else flow
        x = self.recogniser.tensor(sample or self.recogniser.sample(event, flow))
        found, trust = trusted_attribution(self.recogniser.system, x, label)
        heatmap = _on_crop(found.map, event.apex_face.shape[0])
        where = relevance(heatmap, event.landmarks)
        units, moved = self.unit_reader.units, self.unit_reader.read(flow)
        pixels = self._pixels(flow, moved)
        words = sentences(
            event,
            prediction,
            where.names,
            where.share,
            units,
            moved,
            pixels=pixels,
            unstable=trust.warning != "",
            language=self.language,
        )
        return Explanation(
            label=prediction.label,
            model=self.recogniser.model_id,
            text=words + LANGUAGES.get(self.language).remark(found.note),
            heatmap=heatmap,
            regions=where.names,
            relevance=where.share,
            action_units=units,
            action_unit_probability=moved.unit,
            action_unit_right=moved.right,
            action_unit_left=moved.left,
            inside_face=where.inside_face,
            flow=flow,
            prototype=self._prototype(label, found.output),
            action_unit_px=pixels,
            inside_face_ceiling=where.ceiling,
            map_warning=trust.warning,
            language=self.language,
        )

    def _pixels(self, flow: NDArray[np.float32], moved: UnitProbabilities) -> NDArray[np.float32]:
        """(K, 2) movement of the named units, NaN for the others."""
        units = self.unit_reader.units
        named = tuple(one.unit for one in likely_units(units, moved))
        pixels = np.full((len(units), 2), np.nan, np.float32)
        pixels[[units.index(unit) for unit in named]] = unit_pixels(flow, named)
        return pixels

    def _prototype(self, label: int, output: ModelOutput) -> Sample | None:
        """The nearest prototype of the label, decoded; every prototype is decoded only once."""
        system, spec = self.recogniser.system, self.recogniser.card.input
        index = None if output.distances is None else system.nearest_prototype(label, output.distances[0])
        if index is None:
            return None
        if index not in self._prototypes:
            decoded = system.decode(index)
            if decoded is None:
                return None
            data = spec.unscale(decoded.cpu().numpy())
            data.setflags(write=False)
            self._prototypes[index] = Sample(spec.kind, data)
        return self._prototypes[index]


def _on_crop(values: NDArray[np.floating], size: int) -> NDArray[np.float32]:
    """(h, w) map -> (size, size) float32, 0..1, with maximum 1 unless the map is empty or not finite."""
    finite = np.nan_to_num(values).astype(np.float32)
    large = np.maximum(cv2.resize(finite, (size, size), interpolation=cv2.INTER_CUBIC), 0)
    peak = float(large.max())
    return (large / peak if peak > 0 else large).astype(np.float32)
