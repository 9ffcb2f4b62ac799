"""A probe as contestant: frozen networks read every clip once, the heads are learned anew in every fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros.errors import ConfigError
from mer_ros.evaluation.entry import entrant_of, training_settings
from mer_ros.recognition.recogniser import device_of
from mer_ros.recognition.systems.probe import Probe
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import Answer, Entrant, Step, TrainingSet, normalised
from mer_ros.training.families import linear_probe
from mer_ros.training.initialisation import loaded


class ProbeEntrant(Entrant):
    """The networks learned on made flow, so they know nobody of the set; all else comes from the lesson, but
    for the published mix of classes by which their answers are translated (``data.label_mapping``).
    """

    def __init__(self, config: TrainConfig, device: str = "auto") -> None:
        self.name = config.system
        self.config = config
        self._device = device_of(device)
        if config.input.kind != "flow":
            raise ConfigError(
                f"A probe is asked about flow, not {config.input.kind!r}: start from flow networks."
            )

    def meet(self, labels: tuple[str, ...]) -> None:
        """Load the networks; what they answer is translated into these classes."""
        self._system = linear_probe.untaught(self.config, labels, self._device)

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the answers, the weights of the networks too; the device rounds differently."""
        starts = [one.model_id for one in loaded(self.config.start, self.config)]
        return {**training_settings(self.config), "starts": starts, "device": self._device.type}

    def features(self, shown: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """(N, C + D_1 + ...) what the networks think, then each set of features, averaged over the mirror."""
        spec, threads = self.config.input, torch.get_num_threads()
        samples = torch.from_numpy(spec.scale(normalised(shown, spec.size)))
        torch.set_num_threads(1)  # the same sums in the same order, however many cores there are
        try:
            found = linear_probe.read(self._system, samples, self.config.mirrors)
        finally:
            torch.set_num_threads(threads)
        return np.concatenate([found.opinion, *found.features], 1)

    def answer(self, training_set: TrainingSet, asked: NDArray[Any], seed: int, step: Step) -> Answer:
        """Heads, strengths and temperature from the people of the lesson."""
        taught = linear_probe.learn(
            self._read(training_set.features),
            training_set.truth,
            training_set.subject_ids,
            self.config.probe.strengths,
            seed,
            lambda done, total: step(done / total),
        )
        calibration = linear_probe.calibration_of(taught, training_set.truth, self.config)
        logits = torch.from_numpy(taught(self._read(asked)))
        chances = torch.softmax(logits / calibration.temperature, 1).numpy()
        return Answer(chances, {**taught.chosen, "temperature": calibration.temperature})

    def _read(self, rows: NDArray[np.float32]) -> linear_probe.Read:
        sizes = [self._system.config.n_labels, *self._system.feature_sizes]
        opinion, *features = np.split(rows, np.cumsum(sizes)[:-1], axis=1)
        return linear_probe.Read(opinion, tuple(features), self._system.alone)


@entrant_of.register
def _probe(system: Probe, config: TrainConfig, device: str) -> Entrant:
    return ProbeEntrant(config, device)
