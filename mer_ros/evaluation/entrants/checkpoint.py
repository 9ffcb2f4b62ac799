"""A finished checkpoint as an entrant: it is not trained and predicts as the classifier node does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax

from mer_ros.data.label_mapping import map_probabilities, mapping_matrix
from mer_ros.progress import Progress
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.training.entrant import Entrant, FoldPrediction, Inspection, TrainingSet
from mer_ros.training.inspection import decoded

FINISHED = "Finished before this evaluation: nothing is chosen on this data set."
UNSTATED = (
    "Finished before this evaluation; its file does not state on which data sets it was trained, so this one "
    "may be among them."
)


class CheckpointEntrant(Entrant):
    """The weights of one file, with its own temperature and mirroring; no training, no rejection."""

    uses_folds = False

    def __init__(self, recogniser: Recogniser, labels: tuple[str, ...]) -> None:
        self.recogniser = recogniser
        self.name, self.reads = recogniser.model_id, recogniser.input_kind
        self.trained_on = recogniser.card.datasets
        self.choices = FINISHED if self.trained_on is not None else UNSTATED
        self._same_labels = recogniser.labels == labels
        self._weights = mapping_matrix(recogniser.labels, labels, recogniser.card.priors)

    @property
    def settings(self) -> dict[str, Any]:
        """The id of the weights, their training summary and the mapping of its labels."""
        training = dict(self.recogniser.card.training)
        return {"model": self.name, "training": training, "translation": self._weights.tolist()}

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, C + D) logits and, for a system with one, latents: without training they do not depend on the
        fold.
        """
        model, out = self.recogniser, []
        with torch.inference_mode():
            for one in inputs:
                output = model.answer(model.tensor(model.card.input.read(one)))
                parts = [part for part in (output.logits, output.latent) if part is not None]
                out.append(torch.cat([part.float().cpu() for part in parts], 1))
        return torch.cat(out).numpy()

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        """The model's probabilities in the data set's classes; of the training set only latents are read."""
        card, n = self.recogniser.card, len(self.recogniser.labels)
        scores = test[:, :n].astype(np.float64) / card.calibration.temperature
        probabilities = map_probabilities(softmax(scores, axis=1), self._weights)
        if not training_set.inspect or test.shape[1] == n:
            return FoldPrediction(probabilities)
        # Prototypes of other classes than those of the data set have no place in its report.
        prototypes = decoded(self.recogniser.system, card.input, 0) if self._same_labels else []
        found = Inspection(training_set.features[:, n:], test[:, n:], tuple(prototypes))
        return FoldPrediction(probabilities, inspection=found)
