from __future__ import annotations

import hashlib
import json
import struct

import pytest

from mer_ros.doctor.checks.models import CHECK, check_model
from mer_ros.doctor.finding import Status


def write(path, metadata):
    """A safetensors file with one tensor of one float32."""
    entries = {"weight": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}
    if metadata:
        entries["__metadata__"] = metadata
    header = json.dumps(entries).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(4))
    return path


@pytest.fixture
def model(tmp_path):
    return write(tmp_path / "prototype.safetensors", {"format": "mer_ros 1"})


def card(model, digest):
    model.with_name("MODEL_CARD.md").write_text(
        f"| {model.name} | `{digest}` |\n| other.safetensors | {'0' * 64} |\n"
    )


def test_a_model_that_the_card_names_is_ok(model):
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    card(model, digest)
    finding = check_model(model)
    assert finding.status is Status.OK
    assert f"prototype@{digest[:12]}" in finding.found


def test_a_model_that_differs_from_the_card_must_be_fetched_again(model):
    card(model, "a" * 64)
    finding = check_model(model)
    assert finding.status is Status.FIX
    assert "aaaaaaaaaaaa" in finding.found


def test_a_model_of_the_user_is_noted(model):
    assert check_model(model).status is Status.NOTE


def test_a_model_without_a_description_is_refused(tmp_path):
    finding = check_model(write(tmp_path / "bare.safetensors", {}))
    assert finding.status is Status.FIX
    assert "without metadata" in finding.found


def test_a_file_that_is_not_a_model_is_named(tmp_path):
    path = tmp_path / "page.safetensors"
    path.write_text("<!doctype html><html></html>")
    finding = check_model(path)
    assert finding.status is Status.FIX
    assert "web page" in finding.found


def test_without_models_the_remedies_state_how_to_get_them(facts, tmp_path):
    model, units = CHECK.judge(facts)
    assert model.status is units.status is Status.FIX
    assert f"mer train --model prototype --out {tmp_path}/prototype.safetensors" in model.remedy
    assert f"mer_ros.training.action_units --out {tmp_path}/action_units.safetensors" in units.remedy


def test_each_model_has_a_line(facts, model):
    for name in ("micro_attention", "action_units"):
        write(model.with_name(f"{name}.safetensors"), {"format": "mer_ros 1"})
    assert [finding.subject for finding in CHECK.judge(facts)] == [
        "model action_units",
        "model micro_attention",
        "model prototype",
    ]
