"""The import of mediapipe with its remedy, and silence about start-up."""

import os
import sys
from types import ModuleType

import pytest

from mer_ros.errors import PackageError
from mer_ros.face import mediapipe_graphs


def test_what_c_code_writes_during_the_creation_is_discarded_and_later_output_is_not(capfd):
    def build(mediapipe):
        os.write(2, b"a message of the graph")
        return mediapipe.__name__

    assert mediapipe_graphs.create(build) == "mediapipe"
    os.write(2, b"an error of the node")
    assert capfd.readouterr().err == "an error of the node"


def test_output_is_back_after_a_creation_that_failed(capfd):
    def build(mediapipe):
        raise ValueError("no such model")

    with pytest.raises(ValueError, match="no such model"):
        mediapipe_graphs.create(build)
    os.write(2, b"visible")
    assert capfd.readouterr().err == "visible"


def test_a_release_without_the_models_is_refused_with_the_remedy(monkeypatch):
    newer = ModuleType("mediapipe")
    newer.__version__ = "0.10.30"
    monkeypatch.setitem(sys.modules, "mediapipe", newer)
    with pytest.raises(PackageError, match=r"mediapipe 0\.10\.30 no longer contains FaceMesh: pip install"):
        mediapipe_graphs.create(lambda _: None)
