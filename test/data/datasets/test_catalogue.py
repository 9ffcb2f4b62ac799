"""The catalogue of data sets; one file and one line add a data set to the whole command line."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from mer_ros.data.datasets import DATASETS, Dataset

NEW = '''
import numpy as np
from mer_ros.data.clip_set import ClipSet
from mer_ros.data.datasets import Dataset

def read(request):
    """Subjects move u where the label is 0 and v where it is 1."""
    truth = np.arange(24) % 2
    rng = np.random.default_rng(0)
    flow = rng.normal(0, 0.1, (24, 2, 24, 24)).astype(np.float32)
    flow[np.arange(24), truth, 6:18, 6:18] += 1
    names = np.array([f"clip_{i}" for i in range(24)])
    subjects = np.array([f"s{i // 4}" for i in range(24)])
    text = (request.root / "name.txt").read_text().strip()
    return ClipSet(flow, truth, ("left", "up"), names, subjects, np.full(24, text), origin=text)

TINY = Dataset("tiny", "the folder with name.txt", frozenset({"flow"}), read)
'''
MER = (
    "from mer_ros.data.datasets import DATASETS\n"
    "DATASETS.places['tiny'] = 'tiny_set:TINY'\n"  # the one line
    "from mer_ros.cli.main import main\n"
    "main()\n"
)
SETTINGS = (
    "system: micro_attention\n"
    "model: {backbone: {widths: [8, 8, 8, 8], depths: [1, 1, 1, 1]}}\n"
    "input: {size: 24}\noptimiser: {epochs: 1, batch: 8}\n"
)


@pytest.mark.parametrize("name", DATASETS.names)
def test_each_record_bears_its_name_and_holds_something(name):
    record = DATASETS.get(name)
    assert isinstance(record, Dataset) and record.name == name
    assert record.kinds and record.slow_kinds <= record.kinds
    assert record.help and not record.help.endswith(".")


def test_listing_the_names_imports_no_data_set():
    code = (
        "import sys, mer_ros.cli.data_set; sys.exit(any(name in sys.modules for name in "
        "('numpy', 'cv2', 'mer_ros.data.datasets.synthetic', 'mer_ros.data.datasets.megc_flow')))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_one_file_and_one_line_add_a_data_set_to_evaluate_and_train(tmp_path):
    (tmp_path / "tiny_set.py").write_text(NEW)
    (tmp_path / "name.txt").write_text("tiny")
    (tmp_path / "tiny.yaml").write_text(SETTINGS)

    def mer(*arguments):
        done = subprocess.run(
            [sys.executable, "-c", MER, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=300
        )
        return done.returncode, done.stdout + done.stderr

    status, said = mer("evaluate", "--data", "tiny")
    assert status == 2 and "--data tiny needs --root: give the folder with name.txt." in said
    status, said = mer("evaluate", "--data", "tiny", "--root", ".", "--protocol", "3-fold", "--out", "out")
    assert status == 0, said
    found = json.loads((tmp_path / "out" / "results.json").read_text())
    assert found["data"]["origin"] == "tiny" and found["data"]["labels"] == ["left", "up"]
    assert found["systems"]["linear"]["scores"]["all"]["accuracy"]["value"] > 0.9
    options = ("--config", "tiny.yaml", "--device", "cpu", "--threads", "1", "--out", "tiny.safetensors")
    status, said = mer("train", "--data", "tiny", "--root", ".", *options)
    assert status == 0, said
    assert (tmp_path / "tiny.safetensors").is_file()
