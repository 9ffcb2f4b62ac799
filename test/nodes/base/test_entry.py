"""The start of a node's process: signals and faulty installations before rclpy is imported."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_the_executables_import_nothing_heavy_before_signals_are_handled(run_python: Run) -> None:
    heavy = "{'rclpy', 'numpy', 'cv2', 'torch', 'mediapipe'}"
    done = run_python(
        f"import sys, mer_ros.nodes.executables; print({heavy} & {{m.split('.')[0] for m in sys.modules}})"
    )
    assert done.stdout.strip() == "set()", done.stderr


LABELS_AND_EXPLAINS = """
import dataclasses, sys
import numpy as np
import mer_ros.nodes.classifier, mer_ros.nodes.explainer
from mer_ros import files
from mer_ros.explanation import Explainer
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.types import ClipFrame, ExpressionEvent, Kind
rng = np.random.default_rng(0)
faces = rng.integers(0, 256, (12, 128, 128, 3), np.uint8)
clip = tuple(ClipFrame(face, 20_000_000 * i) for i, face in enumerate(faces))
event = ExpressionEvent(
    "camera", "optical", "e", "f", Kind.MICRO, 0, 100_000_000, 220_000_000, 0.02, 9.5, (0, 0, 128, 128),
    np.eye(2, 3, dtype=np.float32), rng.uniform(20, 108, (468, 3)).astype(np.float32), 0, 100_000_000,
    faces[0], faces[5], clip,
)
heavy = {"torchvision", "torch._dynamo"}  # 1.1 s and 81 MB
for name, more in (
    ("linear_prototype", {"scipy.stats", "sklearn", "mer_ros.data.synthetic"}),  # the default model
    ("micro_attention", set()), ("prototype", set()), ("me_plan", set()),
):
    model = Recogniser.load(files.models_dir() / f"{name}.safetensors")
    assert Explainer(model).explain(event, model.predict(event)).text
    assert not (heavy | more) & set(sys.modules), (name, (heavy | more) & set(sys.modules))
print(set())
"""
"""All that a recogniser does with each shipped model."""

PLAYS_A_CLIP = """
import sys
import mer_ros.nodes.camera
from mer_ros.sources import SourceOptions, open_source
next(iter(open_source("synthetic:1", SourceOptions()).timed_frames()))
print({"skimage.data", "mer_ros.face.finder", "torch", "mediapipe"} & set(sys.modules))
"""


@pytest.mark.parametrize("code", [LABELS_AND_EXPLAINS, PLAYS_A_CLIP], ids=["recogniser", "camera"])
def test_a_node_imports_nothing_that_it_does_not_need(code: str, run_python: Run) -> None:
    done = run_python(code)
    assert done.returncode == 0 and done.stdout.strip() == "set()", done.stdout + done.stderr


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM], ids=["fault_63_sigint", "fault_63_sigterm"]
)
def test_a_signal_during_imports_ends_with_exit_code_0_and_no_output(
    number: int, tmp_path: Path, run_node_at: Run
) -> None:
    slow = f"import os, time\nos.kill(os.getpid(), {int(number)})\ntime.sleep(20)\n"
    (tmp_path / "slow_node.py").write_text(slow)
    done = run_node_at("slow_node:Slow", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_module_that_cannot_be_imported_is_one_sentence(tmp_path: Path, run_node_at: Run) -> None:
    (tmp_path / "broken_node.py").write_text("import no_such_package\n")
    done = run_node_at("broken_node:Broken", tmp_path)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "no_such_package" in done.stderr and "mer doctor" in done.stderr
