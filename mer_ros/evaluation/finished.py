"""A finished checkpoint as a contestant: it learns nothing more and answers as the node would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros.data import megc_flow
from mer_ros.errors import DataError
from mer_ros.evaluation.contestant import Answer, Contestant, Lesson, Step
from mer_ros.evaluation.linear_head import softmax
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.types import EMOTIONS


def to_labels(own: tuple[str, ...], wanted: tuple[str, ...]) -> NDArray[np.float64]:
    """(len(own), len(wanted)) of 0 and 1: which of a model's labels are summed for each of a data set's.

    The same labels in another order are put in order; emotions become negative, positive and surprise.
    """
    if set(own) == set(wanted):
        classes: tuple[str, ...] = own
    elif wanted == megc_flow.LABELS and set(own) <= set(EMOTIONS):
        classes = tuple(megc_flow.label_of(label) for label in own)
    else:
        raise DataError(
            f"The model answers {', '.join(own)} but the data has {', '.join(wanted)}: choose a model "
            "for these labels."
        )
    return np.array([[label == name for name in wanted] for label in classes], np.float64)


class Finished(Contestant):
    """The weights of one file as they are: its own temperature, no training, no mirror, no rejection."""

    def __init__(self, recogniser: Recogniser, labels: tuple[str, ...]) -> None:
        self.recogniser = recogniser
        self.name, self.reads = recogniser.model_id, recogniser.input_kind
        self._sum = to_labels(self.recogniser.labels, labels)

    @property
    def settings(self) -> dict[str, Any]:
        """The weights and what they were trained on."""
        return {"model": self.name, "training": dict(self.recogniser.card.training)}

    def features(self, shown: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, C) its logits: nothing is learned, so the answers can be had at once."""
        model, out = self.recogniser, []
        with torch.inference_mode():
            for one in shown:
                out.append(model.system(model.tensor(model.card.input.read(one))).logits.float().cpu())
        return torch.cat(out).numpy()

    def answer(self, lesson: Lesson, asked: NDArray[np.float32], seed: int, step: Step) -> Answer:
        """The model's probabilities, summed into the data set's classes. The lesson is not looked at."""
        scores = asked.astype(np.float64) / self.recogniser.card.calibration.temperature
        return Answer(softmax(scores) @ self._sum)
