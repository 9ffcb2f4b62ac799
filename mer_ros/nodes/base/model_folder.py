"""Loads checkpoints for the classifier and the explainer, as their parameters say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.compat import need
from mer_ros.nodes.base.lifecycle import MerLifecycleNode
from mer_ros.recognition import model_files

if TYPE_CHECKING:
    from mer_ros.recognition.recogniser import Recogniser


class ModelFolder:
    """The folder of the parameter models_dir; PackageError without torch or safetensors."""

    def __init__(self, node: MerLifecycleNode) -> None:
        self._device = node.value("device")
        self._threads = node.value("threads")
        self.path = model_files.folder_of(node.value("models_dir"))
        self._torch = need("torch")  # 2 s and 200 MB, which camera and tracker do without
        need("safetensors")

    def load(self, model: str) -> Recogniser:
        """The model of a name, hash or path under the folder; CheckpointError if it cannot be loaded."""
        from mer_ros.recognition.recogniser import Recogniser

        self._torch.set_num_threads(self._threads)
        return Recogniser.load(model_files.find(self.path, model), self._device)
