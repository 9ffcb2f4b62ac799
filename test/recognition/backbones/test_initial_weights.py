"""Initial weights: those of ResNet; and what a node that labels and explains does not import."""

from __future__ import annotations

import dataclasses
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from mer_ros import files
from mer_ros.recognition.backbones.initial_weights import initialise_convolutions, normal_parameter
from mer_ros.recognition.model_files import ACTION_UNITS
from mer_ros.types import ClipFrame

LABEL_AND_EXPLAIN = """
import pickle, sys
from mer_ros.explanation import Explainer
from mer_ros.recognition.recogniser import Recogniser
event = pickle.load(sys.stdin.buffer)
for path in sys.argv[1:]:
    model = Recogniser.load(path)
    assert Explainer(model).explain(event, model.predict(event)).text
print({"torchvision", "torch._dynamo"} & set(sys.modules))
"""


def test_convolutions_without_bias_have_the_deviation_of_the_paper():
    torch.manual_seed(0)
    trunk = nn.Sequential(
        nn.Conv2d(8, 64, 3, bias=False), nn.Conv3d(8, 64, 3, bias=False), nn.Conv2d(8, 64, 1)
    )
    kept = trunk[2].weight.clone()
    initialise_convolutions(trunk)
    for layer, size in ((trunk[0], 9), (trunk[1], 27)):
        assert float(layer.weight.detach().std()) == pytest.approx((2 / (64 * size)) ** 0.5, rel=0.05)
    assert torch.equal(trunk[2].weight, kept)


def test_a_parameter_is_drawn_with_its_deviation():
    torch.manual_seed(0)
    drawn = normal_parameter(50, 40, 0.1)
    assert drawn.shape == (50, 40) and float(drawn.detach().std()) == pytest.approx(0.1, rel=0.05)


def test_nodes_label_and_explain_without_the_compiler_of_torch(make_event):
    """Its import takes 1.1 s and 81 MB, and torchvision imports it too."""
    paths = [str(path) for path in files.models_dir().glob("*.safetensors") if path.name != ACTION_UNITS]
    event, rng = make_event(), np.random.default_rng(0)
    clip = tuple(
        ClipFrame(rng.integers(0, 256, (128, 128, 3), np.uint8), event.onset_ns + i * 20_000_000)
        for i in range(11)
    )
    sent = pickle.dumps(dataclasses.replace(event, clip=clip))
    command = [sys.executable, "-c", LABEL_AND_EXPLAIN, *paths]
    done = subprocess.run(command, input=sent, capture_output=True, timeout=120)
    assert len(paths) == 4 and done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().strip() == "set()"
