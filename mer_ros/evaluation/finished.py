"""A finished checkpoint as a contestant: it learns nothing more and answers as the node would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros.data import megc_flow
from mer_ros.errors import DataError
from mer_ros.evaluation.contestant import Answer, Contestant, Lesson, Step, normalised
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

    def __init__(self, path: Path, labels: tuple[str, ...], device: str = "auto") -> None:
        self.recogniser = Recogniser.load(path, device)
        self.name = self.recogniser.model_id
        if self.recogniser.input_kind != "flow":
            raise DataError(
                f"{path} reads {self.recogniser.input_kind!r} and the data is flow: choose a flow model."
            )
        self._sum = to_labels(self.recogniser.labels, labels)

    @property
    def settings(self) -> dict[str, Any]:
        """The weights and what they were trained on."""
        return {"model": self.name, "training": dict(self.recogniser.card.training)}

    def features(self, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 3, size, size), scaled for the network."""
        spec = self.recogniser.card.input
        return spec.scale(normalised(flow, spec.size))

    def answer(self, lesson: Lesson, asked: NDArray[np.float32], seed: int, step: Step) -> Answer:
        """The model's probabilities, summed into the data set's classes. The lesson is not looked at."""
        temperature = self.recogniser.card.calibration.temperature
        parts = []
        with torch.inference_mode():
            for x in torch.from_numpy(asked).split(128):
                logits = self.recogniser.system(x.to(self.recogniser.device)).logits.double().cpu()
                parts.append(torch.softmax(logits / temperature, 1).numpy())
        return Answer(np.concatenate(parts) @ self._sum)
