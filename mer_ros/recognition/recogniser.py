"""Event -> Prediction with one checkpoint: sample, network, calibration and rejection."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros.errors import ConfigError
from mer_ros.limits import DEVICES
from mer_ros.recognition import checkpoint
from mer_ros.recognition.mirror_averaging import answer
from mer_ros.recognition.sample import sample_of
from mer_ros.recognition.system import ModelOutput, System
from mer_ros.types import UNKNOWN, ExpressionEvent, InputKind, Prediction, Sample

NOT_A_NUMBER = "the network's output is not a number"
TOO_FAR = "unlike any learned prototype"
TOO_UNSURE = "no label is likely enough"


def device_of(name: str) -> torch.device:
    """The torch device; "auto" is CUDA if available. ConfigError for "cuda" without a working GPU."""
    if name not in DEVICES:
        raise ConfigError(f"The device is {name!r}: choose one of {', '.join(DEVICES)}.")
    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        raise ConfigError("The device is 'cuda' but this machine has no working GPU: choose auto or cpu.")
    return torch.device("cuda" if available and name != "cpu" else "cpu")


@dataclass(frozen=True)
class Limits:
    """Limits beyond which a label is "unknown", in place of those of the model; 0: those of the model.

    min_confidence: lowest confidence, 0..1. max_distance: largest distance to the nearest prototype, in the
    unit of ``Prediction.prototype_distance``; without effect on a model without prototypes.
    """

    min_confidence: float = 0.0
    max_distance: float = 0.0


class Recogniser:
    """A loaded model that labels events. limits: see ``Limits``; they may change between two events."""

    def __init__(self, loaded: checkpoint.Checkpoint, device: str = "cpu") -> None:
        self.limits = Limits()
        self.device = device_of(device)
        self.system: System = loaded.system.to(self.device)
        self.card = loaded.card
        self.model_id = loaded.model_id

    @classmethod
    def load(cls, path: Path | str, device: str = "cpu") -> Recogniser:
        """Read a checkpoint file; CheckpointError if it cannot be used."""
        return cls(checkpoint.load(Path(path)), device)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the model's classes."""
        return self.card.labels

    @property
    def input_kind(self) -> InputKind:
        """The kind of input that the model reads."""
        return self.card.input.kind

    def sample(self, event: ExpressionEvent, flow: NDArray[np.float32] | None = None) -> Sample:
        """The input of the system for an event; InputError if its crops cannot be used.

        flow: the event's flow (``recognition.sample.event_flow``), if the caller has already computed it.
        """
        return sample_of(event, self.card.input, flow)

    def predict(self, event: ExpressionEvent) -> Prediction:
        """Prediction for an event."""
        return self.predict_sample(self.sample(event))

    def predict_sample(self, sample: Sample) -> Prediction:
        """Prediction for a sample."""
        with torch.inference_mode():
            return self.interpret(self.answer(self.tensor(sample)))

    def answer(self, x: torch.Tensor) -> ModelOutput:
        """Output of the model for (B, ...) scaled samples, averaged over mirror images if calibrated so."""
        return answer(self.system, x, self.card.calibration.mirror)

    def tensor(self, sample: Sample) -> torch.Tensor:
        """(1, ...) float32 input on the model's device, for example (1, 3, S, S), scaled as in training."""
        return torch.from_numpy(self.card.input.scale(sample.data))[None].to(self.device)

    def interpret(self, output: ModelOutput) -> Prediction:
        """Prediction from the output for a batch of one: probabilities, distances and rejection."""
        calibration = self.card.calibration
        logits = output.logits[0].float()
        probabilities = torch.softmax(logits / calibration.temperature, 0)
        distances = np.empty(0, np.float32)
        nearest = limit = math.nan
        if output.distances is not None:
            distances = (-logits).cpu().numpy()
            nearest = float(distances.min())
            limit = self.limits.max_distance or calibration.rejection_distance or math.inf
        values = probabilities.cpu().numpy()
        if not np.isfinite(values).all():
            values, reason = np.full(len(self.labels), 1 / len(self.labels), np.float32), NOT_A_NUMBER
        elif nearest > limit:
            reason = TOO_FAR
        elif values.max() < (self.limits.min_confidence or calibration.rejection_confidence):
            reason = TOO_UNSURE
        else:
            reason = ""
        return self._prediction(values, reason, nearest, limit, distances)

    def _prediction(
        self,
        probabilities: NDArray[np.float32],
        reason: str,
        nearest: float,
        limit: float,
        distances: NDArray[np.float32],
    ) -> Prediction:
        best = int(probabilities.argmax())
        return Prediction(
            label=UNKNOWN if reason else self.labels[best],
            confidence=0.0 if reason == NOT_A_NUMBER else float(probabilities[best]),
            labels=self.labels,
            probabilities=probabilities,
            model=self.model_id,
            reason=reason,
            prototype_distance=nearest,
            rejection_distance=limit,
            prototype_distances=distances,
        )
