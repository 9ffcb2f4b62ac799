"""The landmark network of FaceMesh on a face whose place is known, without FaceMesh's search for faces.

FaceMesh (see ``face.mesh``) searches the whole picture and then runs this network. Here the place comes from
the landmarks of an earlier frame or from a detector that looks at a part of the picture, so faces are
followed at every picture size. The model is the one in the mediapipe wheel.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.compat import need
from mer_ros.face.mediapipe_graphs import create
from mer_ros.face.mesh import N_LANDMARKS
from mer_ros.face.roi import FaceRoi

_SIZE = 192  # side of the network's input, pixels
_GRAPH = """
input_stream: "image"
output_stream: "landmarks"
output_stream: "presence"
node {
  calculator: "ImageToTensorCalculator"
  input_stream: "IMAGE:image"
  output_stream: "TENSORS:input"
  options: { [mediapipe.ImageToTensorCalculatorOptions.ext] {
    output_tensor_width: 192 output_tensor_height: 192
    output_tensor_float_range { min: 0.0 max: 1.0 }
  } }
}
node {
  calculator: "InferenceCalculator"
  input_stream: "TENSORS:input"
  output_stream: "TENSORS:output"
  options: { [mediapipe.InferenceCalculatorOptions.ext] {
    model_path: "mediapipe/modules/face_landmark/face_landmark.tflite"
    delegate { xnnpack { num_threads: 1 } }
  } }
}
node {
  calculator: "SplitTensorVectorCalculator"
  input_stream: "output"
  output_stream: "landmark_tensor"
  output_stream: "presence_tensor"
  options: { [mediapipe.SplitVectorCalculatorOptions.ext] {
    ranges: { begin: 0 end: 1 } ranges: { begin: 1 end: 2 }
  } }
}
node {
  calculator: "TensorsToFloatsCalculator"
  input_stream: "TENSORS:landmark_tensor"
  output_stream: "FLOATS:landmarks"
}
node {
  calculator: "TensorsToFloatsCalculator"
  input_stream: "TENSORS:presence_tensor"
  output_stream: "FLOAT:presence"
  options: { [mediapipe.TensorsToFloatsCalculatorOptions.ext] { activation: SIGMOID } }
}
"""


class LandmarkNetwork:
    """Landmarks of one face whose place is known. PackageError as for ``FaceMesh``."""

    def __init__(self) -> None:
        def build(_mediapipe: ModuleType) -> Any:
            graph = need("mediapipe.python.solution_base").SolutionBase(graph_config=_GRAPH)
            graph.process(np.zeros((_SIZE, _SIZE, 3), np.uint8))
            return graph

        self._graph = create(build)

    def fit(self, image: NDArray[np.uint8], roi: FaceRoi) -> tuple[NDArray[np.float32], float]:
        """Landmarks and the presence of a face, 0..1, in a square of an (H, W, 3) uint8 BGR picture.

        Landmarks: (468, 3) float32: x, y in image pixels, z in the same unit, smaller towards the camera.
        """
        crop = cv2.cvtColor(roi.crop(image, _SIZE), cv2.COLOR_BGR2RGB)
        answer = self._graph.process(crop)
        found = np.array(answer.landmarks, np.float32).reshape(N_LANDMARKS, 3)
        image_from_crop = cv2.invertAffineTransform(roi.crop_from_image(_SIZE))
        landmarks = np.empty_like(found)
        landmarks[:, :2] = found[:, :2] @ image_from_crop[:, :2].T + image_from_crop[:, 2]
        landmarks[:, 2] = found[:, 2] * np.float32(roi.side_px / _SIZE)
        return landmarks, float(answer.presence)

    def close(self) -> None:
        """Stop MediaPipe's threads and free its memory."""
        self._graph.close()
