"""Loads checkpoints for the classifier and the explainer, according to their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.compat import need
from mer_ros.nodes.base.lifecycle import MerLifecycleNode
from mer_ros.recognition import model_files
from mer_ros.recognition.latest_measurements import LatestMeasurements
from mer_ros.runtime import IMPORTING, Precedence

if TYPE_CHECKING:
    from mer_ros.recognition.recogniser import Recogniser

PREDICTIONS = Precedence()
"""Predictions go before explanations if both nodes share a process, and therefore the interpreter's lock."""

MEASURED = LatestMeasurements()
"""What the classifier measured on an event; the explainer uses it if both nodes share a process."""


class ModelFolder:
    """The folder of the parameter models_dir; PackageError if torch or safetensors is missing."""

    def __init__(self, node: MerLifecycleNode) -> None:
        self._device: str = node.value("device")
        self._threads: int = node.value("threads")
        self.path = model_files.folder_of(node.value("models_dir"))
        with IMPORTING:
            self._torch = need("torch")  # takes 2 s and 200 MB, so camera and tracker do not import it
            need("safetensors")

    def load(self, model: str) -> Recogniser:
        """Load a model by name, hash or path in the folder; CheckpointError if it cannot be loaded."""
        with IMPORTING:
            from mer_ros.recognition.recogniser import Recogniser

            self._torch.set_num_threads(self._threads)
            return Recogniser.load(model_files.find(self.path, model), self._device)
