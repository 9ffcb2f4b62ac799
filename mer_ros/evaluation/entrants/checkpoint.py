"""A finished checkpoint as a contestant: it learns nothing more and answers as the node would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros.data.label_mapping import translated, translation
from mer_ros.evaluation.linear_head import softmax
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.training.entrant import Answer, Entrant, Step, TrainingSet


class CheckpointEntrant(Entrant):
    """The weights of one file as they are: its own temperature and mirror, no training, no rejection."""

    def __init__(self, recogniser: Recogniser, labels: tuple[str, ...]) -> None:
        self.recogniser = recogniser
        self.name, self.reads = recogniser.model_id, recogniser.input_kind
        self._weights = translation(self.recogniser.labels, labels)

    @property
    def settings(self) -> dict[str, Any]:
        """The weights, what they were trained on, and how its labels become the data set's."""
        training = dict(self.recogniser.card.training)
        return {"model": self.name, "training": training, "translation": self._weights.tolist()}

    def features(self, shown: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, C) its logits: nothing is learned, so the answers can be had at once."""
        model, out = self.recogniser, []
        with torch.inference_mode():
            for one in shown:
                out.append(model.answer(model.tensor(model.card.input.read(one))).logits.float().cpu())
        return torch.cat(out).numpy()

    def answer(self, training_set: TrainingSet, asked: NDArray[Any], seed: int, step: Step) -> Answer:
        """The model's probabilities in the data set's classes. The lesson is not looked at."""
        scores = asked.astype(np.float64) / self.recogniser.card.calibration.temperature
        return Answer(translated(softmax(scores), self._weights))
