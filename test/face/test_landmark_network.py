"""The landmark network alone gives what FaceMesh gives."""

import numpy as np
import pytest
import skimage.data

from benchmarks.portraits import wall
from mer_ros.face import FaceMesh
from mer_ros.face.geometry import interocular_px
from mer_ros.face.landmark_network import LandmarkNetwork
from mer_ros.face.roi import roi_of_landmarks


@pytest.fixture(scope="module")
def network():
    network = LandmarkNetwork()
    yield network
    network.close()


@pytest.fixture(scope="module")
def image():
    return np.ascontiguousarray(skimage.data.astronaut()[:, :, ::-1])


@pytest.fixture(scope="module")
def tracked(image):
    """Landmarks of FaceMesh that has followed the still face for a while."""
    mesh = FaceMesh()
    for _ in range(6):
        (landmarks,) = mesh.detect(image)
    mesh.close()
    return landmarks


def test_in_the_square_that_facemesh_uses_the_landmarks_are_those_of_facemesh(network, image, tracked):
    landmarks, presence = network.fit(image, roi_of_landmarks(tracked))
    assert presence > 0.95 and landmarks.shape == (468, 3) and landmarks.dtype == np.float32
    assert np.abs(landmarks - tracked).max(axis=0) == pytest.approx(0, abs=0.02 * interocular_px(tracked))


def test_without_a_face_the_presence_is_low(network, tracked):
    assert network.fit(wall(512, 512), roi_of_landmarks(tracked))[1] < 0.1


def test_a_new_network_prints_nothing(image, tracked, capfd):
    network = LandmarkNetwork()
    network.fit(image, roi_of_landmarks(tracked))
    network.close()
    assert capfd.readouterr().err == ""
