"""The experiment with small networks on small images; settings and splits are the real ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation import reproduction
from mer_ros.evaluation.reproduction import (
    BY_SAMPLE,
    BY_SUBJECT,
    MICRO_ATTENTION,
    PROTOTYPE,
    RANDOM_START,
    Models,
    models,
    reproduce,
    task_of,
)
from mer_ros.evaluation.workers import Workers
from mer_ros.progress import SILENT
from mer_ros.recognition import create
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.fixed_epochs import trained_name

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}


@pytest.fixture(scope="module")
def small():
    """Both systems on images of 24 pixels."""
    spec, options = InputSpec("apex", 24), OptimiserConfig(batch=16)
    model = {"backbone": NARROW, "size": 24, "decoder_width": 16}
    return Models(
        {
            PROTOTYPE: TrainConfig("prototype", model, spec, options),
            MICRO_ATTENTION: TrainConfig("micro_attention", {"backbone": NARROW}, spec, options),
        }
    )


@pytest.fixture(scope="module")
def clips(make_clips):
    clips = make_clips(subject_ids=6, each=9)
    images = np.random.default_rng(0).integers(0, 255, (len(clips), 32, 32, 3)).astype(np.uint8)
    return replace(clips, apex_images=tuple(images))


def test_both_systems_are_trained_on_both_splits_and_a_second_run_computes_nothing(small, clips, tmp_path):
    sets = {"casme2": clips}
    found = reproduce(sets, small, (1, 2), 0, tmp_path, SILENT, Workers(), "cpu")
    [part] = found.parts
    names = [trained_name(system, n) for system in (PROTOTYPE, MICRO_ATTENTION) for n in (1, 2)]
    for split in (BY_SAMPLE, BY_SUBJECT):
        scores = part.results[split]["systems"]
        assert [name for name, one in scores.items() if not one["control"]] == names
        assert (tmp_path / "casme2" / split / "results.json").is_file()
    by_subject, by_sample = (part.evaluations[split].folds[0] for split in (BY_SUBJECT, BY_SAMPLE))
    people = clips.subject_ids
    assert not set(people[by_subject.train]) & set(people[by_subject.test])
    assert set(people[by_sample.train]) & set(people[by_sample.test])
    stored = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("folds/*/*")}
    again = reproduce(sets, small, (1, 2), 0, tmp_path, SILENT, Workers(), "cpu")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("folds/*/*")} == stored
    assert again.parts[0].results == part.results
    maps = again.parts[0].evaluations[BY_SAMPLE].predictions[-1].inspection.maps
    assert len(maps) == len(by_sample.test)


def test_a_set_that_cannot_be_split_is_refused_before_any_training(small, clips, tmp_path):
    alone = replace(clips, subjects=np.full(len(clips), "one"), datasets=np.full(len(clips), "mmew"))
    with pytest.raises(DataError, match="All 54 clips show subject"):
        reproduce({"casme2": clips, "mmew": alone}, small, (1,), 0, tmp_path, SILENT, Workers(), "cpu")
    assert not list(tmp_path.iterdir())


def missing():
    raise ConfigError("The ImageNet weights of ResNet-18 are not available (no route).")


def test_without_imagenet_weights_micro_attention_starts_at_random_and_the_departure_is_named(monkeypatch):
    monkeypatch.setattr(reproduction, "imagenet_weights", missing)
    found = models("auto")
    assert found.departures == (RANDOM_START,) and "no route" in found.reason
    own = found.settings[MICRO_ATTENTION]
    assert own.start == () and own.transfer == "full" and own.input.kind == "apex"
    with pytest.raises(ConfigError, match="no route"):
        models("imagenet")


def test_with_imagenet_weights_only_attention_and_head_are_trained(monkeypatch):
    monkeypatch.setattr(reproduction, "imagenet_weights", dict)
    found = models("auto")
    assert found.departures == () and found.reason == ""
    own = found.settings[MICRO_ATTENTION]
    assert own.start == ("imagenet",) and own.transfer == "attention"
    assert models("random").departures == (RANDOM_START,) and not models("random").reason


def test_the_shipped_settings_give_the_systems_of_the_experiment():
    names = [one.name for one in models("random").entrants((10, 50), "cpu") if not one.is_control]
    assert names == [
        "prototype, 10 epochs",
        "prototype, 50 epochs",
        "micro-attention, 10 epochs",
        "micro-attention, 50 epochs",
    ]
    assert task_of("mmew", BY_SUBJECT) == "mmew, 70/30 by subject"


def test_small_images_keep_fine_heat_maps():
    for size in (56, 112):
        settings = models("random", size).settings
        assert {one.input.size for one in settings.values()} == {size}
        assert settings[PROTOTYPE].model["size"] == size
        for one in settings.values():
            system = create(one.system, {**one.model, "n_labels": 3})
            x = torch.zeros(2, 3, size, size)
            found = []
            module = system.get_submodule(system.gradcam_layer)
            module.register_forward_hook(lambda _m, _i, out, found=found: found.append(out.shape[-1]))
            system(x)
            assert found[0] >= 14
    with pytest.raises(ConfigError, match="multiple of 8"):
        models("random", 60)
