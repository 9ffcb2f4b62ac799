"""A checkpoint is read back unchanged; every damaged file gives an error of one sentence."""

from __future__ import annotations

import io
import json
import pickle
import struct

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from mer_ros.errors import CheckpointError
from mer_ros.recognition import checkpoint
from mer_ros.recognition.checkpoint import Calibration, ModelCard
from mer_ros.recognition.registry import create
from mer_ros.recognition.sample import InputSpec

SETTINGS = {
    "n_labels": 2,
    "size": 16,
    "decoder_width": 16,
    "backbone": {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]},
}
CARD = ModelCard(
    "prototype",
    ("up", "down"),
    InputSpec("flow", 16, std=(2.0, 2.0, 2.0)),
    Calibration(1.5, 9.0, 0.2),
    {"generator": "0", "scores": {"uf1": 0.5}},
)


@pytest.fixture
def good(tmp_path):
    torch.manual_seed(0)
    path = tmp_path / "toy.safetensors"
    checkpoint.save(path, create("prototype", SETTINGS), CARD)
    return path


def rewritten(path, change):
    """The file with its tensors and metadata changed in place."""
    with safe_open(path, "pt") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        metadata = json.loads(file.metadata()["mer_ros"])
    change(tensors, metadata)
    save_file(tensors, path, {"mer_ros": json.dumps(metadata)})
    return path


def test_a_round_trip_keeps_outputs_and_card(tmp_path):
    torch.manual_seed(0)
    system = create("prototype", SETTINGS).eval()
    path = tmp_path / "toy.safetensors"
    model_id = checkpoint.save(path, system, CARD)
    loaded = checkpoint.load(path)
    assert loaded.card == CARD or vars(loaded.card) == vars(CARD)
    assert loaded.model_id == model_id and model_id.startswith("toy@") and len(model_id) == len("toy@") + 12
    x = torch.randn(2, 3, 16, 16)
    with torch.inference_mode():
        torch.testing.assert_close(loaded.system(x).logits, system(x).logits, rtol=1e-2, atol=1e-3)
    assert not loaded.system.training and not any(p.requires_grad for p in loaded.system.parameters())


def test_equal_weights_are_equal_files(good):
    first = good.read_bytes()
    checkpoint.save(good, checkpoint.load(good).system, CARD)
    assert good.read_bytes() == first


@pytest.mark.parametrize("document", ["{", "[]", "[" * 100_000])
def test_a_description_that_is_no_mapping(good, document):
    save_file({"x": torch.zeros(2)}, good, {"mer_ros": document})
    with pytest.raises(CheckpointError, match="The metadata of .* is invalid"):
        checkpoint.load(good)


def test_a_safetensors_file_of_somebody_else(good):
    save_file({"x": torch.zeros(2)}, good)
    with pytest.raises(CheckpointError, match="not a mer_ros checkpoint .format 'none'"):
        checkpoint.load(good)


def test_matrices_are_stored_in_half_precision(good):
    with safe_open(good, "pt") as file:
        kinds = {key: file.get_tensor(key).dtype for key in file.keys()}  # noqa: SIM118
    assert kinds["trunk.conv1.weight"] == torch.float16 and kinds["trunk.bn1.running_var"] == torch.float32


def test_fault_48_size_mean_and_std_travel_with_the_weights(good):
    assert checkpoint.load(good).card.input == CARD.input


def broken(kind, good):
    data = good.read_bytes()
    header = struct.unpack("<Q", data[:8])[0]
    torch_file, raw = io.BytesIO(), pickle.dumps({"weight": [1.0] * 100})
    torch.save({"weight": torch.zeros(3)}, torch_file)
    return {
        "empty": b"",
        "truncated in its weights": data[:-40],
        "truncated in its header": data[:50],
        "html": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        "lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 26607284\n",
        "pickle": raw,
        "torch pickle": torch_file.getvalue(),
        "bloated header": struct.pack("<Q", 2**40) + data[8:],
        "invalid header": data[:8] + b"{" + b"x" * (header - 1) + data[8 + header :],
        "header of a list": struct.pack("<Q", 2) + b"[]" + b"0" * 10,
        "nested header": struct.pack("<Q", 100_001) + b'{"a":' + b"[" * 99_996 + b"0" * 10,
        "trailing bytes": data + b"#!/bin/sh\n" * 3,
        "noise": bytes(range(256)) * 4,
    }[kind]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("empty", "not a checkpoint: it has only 0 bytes"),
        ("truncated in its weights", "not a checkpoint: it is truncated"),
        ("truncated in its header", "not a checkpoint: it is truncated within its header"),
        ("html", "not a checkpoint: it is a web page"),
        ("lfs", "not a checkpoint: it is a Git LFS pointer"),
        ("pickle", "not a checkpoint: it is a pickle"),
        ("torch pickle", "not a checkpoint: it is a pickle"),
        ("bloated header", "not a checkpoint: its header claims"),
        ("invalid header", "not a checkpoint: its header is invalid"),
        ("header of a list", "not a checkpoint: it does not start like"),
        ("nested header", "not a checkpoint: its header is invalid"),
        ("trailing bytes", "not a checkpoint: it has 30 bytes more"),
        ("noise", "not a checkpoint: it does not start like"),
    ],
)
def test_faults_43_44_45_what_is_no_checkpoint_is_named(good, kind, said):
    good.write_bytes(broken(kind, good))
    with pytest.raises(CheckpointError) as caught:
        checkpoint.load(good)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_fault_42_a_missing_file_a_folder_and_an_unreadable_one(tmp_path):
    with pytest.raises(CheckpointError, match=r"no\.safetensors cannot be read \(No such file"):
        checkpoint.load(tmp_path / "no.safetensors")
    with pytest.raises(CheckpointError, match="cannot be read"):
        checkpoint.load(tmp_path)


def without(key):
    return lambda tensors, metadata: tensors.pop(key)


def with_metadata(key, value):
    return lambda tensors, metadata: metadata.update({key: value})


def with_tensor(key, value):
    return lambda tensors, metadata: tensors.update({key: value})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("prototypes"), "1 missing ['prototypes'], 0 extra"),
        (with_tensor("head.weight", torch.zeros(2, 2)), "0 missing [], 1 extra ['head.weight']"),
        (with_tensor("prototypes", torch.zeros(3, 8)), "'prototypes' as (3, 8) instead of (2, 8)"),
        (with_metadata("labels", ["up", "down", "left"]), "2 classes but names 3 labels"),
        (with_metadata("labels", "up"), "is invalid"),
        (with_metadata("system", "lbp"), "No recognition system is named 'lbp'"),
        (with_metadata("configuration", {"n_label": 2}), "unknown setting 'n_label'"),
        (with_metadata("configuration", 5), "cannot be built"),
        (with_metadata("input", {"kind": "flow", "size": 32}), "decodes to 16 px but reads 32 px"),
        (with_metadata("input", {"kind": "sound"}), "'kind' of the input is 'sound'"),
        (with_metadata("calibration", {"temperature": 0.0}), "the temperature is 0.0"),
        (with_metadata("format", "other 2"), "not a mer_ros checkpoint"),
        (lambda tensors, metadata: metadata.pop("training"), ".safetensors is invalid ('training')"),
    ],
)
def test_fault_46_a_file_that_contradicts_itself(good, change, said):
    with pytest.raises(CheckpointError) as caught:
        checkpoint.load(rewritten(good, change))
    assert said in str(caught.value)


@pytest.mark.parametrize("key", ["trunk.conv1.weight", "decoder.1.weight"])
def test_fault_47_weights_that_are_not_numbers(good, key):
    def spoil(tensors, metadata):
        tensors[key].view(-1)[0] = float("nan")

    with pytest.raises(CheckpointError, match="not numbers"):
        checkpoint.load(rewritten(good, spoil))


def test_a_giant_configuration_is_refused_without_allocating_it(good):
    wide = {**SETTINGS, "backbone": {"widths": [2048] * 4, "depths": [16] * 4}}
    with pytest.raises(CheckpointError, match="does not contain the tensors"):
        checkpoint.load(rewritten(good, with_metadata("configuration", wide)))


def test_weights_that_are_not_numbers_are_not_saved(tmp_path, good):
    system = create("prototype", SETTINGS)
    with torch.no_grad():
        system.prototypes[0, 0] = 1e6  # beyond half precision
    before = good.read_bytes()
    with pytest.raises(CheckpointError, match="'prototypes' are not finite"):
        checkpoint.save(good, system, CARD)
    assert good.read_bytes() == before


def test_faults_33_and_73_a_save_that_fails_leaves_the_earlier_file(good, monkeypatch):
    before = good.read_bytes()

    def full_disk(tensors, path, metadata):
        path.write_bytes(b"half a fi")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save_file", full_disk)
    with pytest.raises(CheckpointError, match="is not writable"):
        checkpoint.save(good, create("prototype", SETTINGS), CARD)
    assert good.read_bytes() == before and list(good.parent.iterdir()) == [good]


@pytest.mark.parametrize(
    ("stored", "expected"),
    [([0.25, 0.75], (0.25, 0.75)), (None, None), ([1.0], None), ([0.0, 1.0], None), (["a", "b"], None)],
)
def test_priors_are_one_positive_number_for_each_label_or_equal(stored, expected):
    training = {} if stored is None else {"priors": stored}
    assert ModelCard("prototype", ("yes", "no"), training=training).priors == expected
