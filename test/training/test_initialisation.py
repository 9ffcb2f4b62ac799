"""From a checkpoint, in three depths; ensembles; a folder of one's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mer_ros.errors import ConfigError, DataError
from mer_ros.recognition import Recogniser, checkpoint, create
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.systems.probe import Probe
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.families.choice import family_of
from mer_ros.training.families.linear_probe import ProbeEntrant
from mer_ros.training.initialisation import freeze, initialise
from mer_ros.training.probe_heads import frozen_probe
from mer_ros.training.run import train as run
from mer_ros.training.samples import samples_of_clips
from mer_ros.types import EMOTIONS

NARROW = {"widths": [8, 8, 12, 16], "depths": [1, 1, 1, 1]}
SETTINGS = {
    "micro_attention": {"backbone": NARROW},
    "prototype": {"backbone": NARROW, "size": 24, "decoder_width": 16},
}
SPEC = InputSpec("flow", 24)


@pytest.fixture(scope="module")
def starts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("starts")
    for seed, (name, settings) in enumerate(SETTINGS.items()):
        torch.manual_seed(seed)
        checkpoint.save(
            folder / f"{name}.safetensors", create(name, settings), ModelCard(name, EMOTIONS, SPEC)
        )
    return {name: str(folder / f"{name}.safetensors") for name in SETTINGS}


def tiny(system, **more):
    if more.get("transfer") != "probe":
        more["optimiser"] = OptimiserConfig(epochs=2, batch=16)
    return TrainConfig(system, input=SPEC, samples=64, validation_samples=32, **more)


@pytest.fixture(scope="module")
def clips(make_flow_clips):
    return make_flow_clips()


@pytest.fixture(scope="module")
def make_flow_clips():
    from mer_ros.data.clip_set import ClipSet
    from mer_ros.data.label_mapping import MEGC_LABELS

    def make(subject_ids=12, each=9):
        rng = np.random.default_rng(0)
        n = subject_ids * each
        truth = np.arange(n) % 3
        flow = rng.normal(0, 1, (n, 2, 28, 28)).astype(np.float32)
        for c in range(3):
            flow[truth == c, 1, 8 + 5 * c : 12 + 5 * c, 10:18] += 3
        names = np.array([f"s{i // each:02d}" for i in range(n)])
        return ClipSet(
            flow, truth, MEGC_LABELS, np.arange(n).astype(str), names, np.full(n, "samm"), "for a test"
        )

    return make


@pytest.mark.parametrize("name", SETTINGS)
def test_a_start_gives_its_weights_and_its_settings(name, starts):
    system = initialise(tiny(name, start=(starts[name],)), 3, 0)
    own = checkpoint.load(Path(starts[name])).system.state_dict()
    assert system.config.n_labels == 3 and system.config.backbone.widths == (8, 8, 12, 16)
    same = [k for k, v in system.state_dict().items() if v.shape == own[k].shape and torch.equal(v, own[k])]
    assert len(same) >= len(own) - 4 and "trunk.conv1.weight" in same


@pytest.mark.parametrize(
    ("system", "transfer", "patterns"),
    [
        ("micro_attention", "attention", ("attention", "head")),
        ("prototype", "attention", ("proto", "decoder")),
    ],
)
def test_what_learns_beside_a_frozen_backbone(system, transfer, patterns, starts):
    network = initialise(tiny(system, start=(starts[system],), transfer=transfer), 7, 0)
    n = freeze(network, transfer)
    learning = [name for name, p in network.named_parameters() if p.requires_grad]
    assert learning and all(any(part in name for part in patterns) for name in learning)
    assert n == sum(p.numel() for p in network.parameters() if p.requires_grad)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": ("prototype", "micro_attention")}, "only a probe reads several"),
        ({"model": {"dropout": 0.1}}, "leave 'model' out"),
        ({"input": InputSpec("flow", 32)}, "start from a network of the same input"),
    ],
)
def test_a_start_that_does_not_fit_is_one_sentence(change, said, starts):

    settings = tiny("micro_attention", start=(starts["micro_attention"],))
    if "start" in change:
        change = {"start": tuple(starts[name] for name in change["start"])}
    with pytest.raises(ConfigError, match=said):
        initialise(replace(settings, **change), 7, 0)


@pytest.mark.parametrize("transfer", ["full", "attention"])
def test_a_folder_of_ones_own_is_learned_from_a_start(transfer, starts, clips, tmp_path):
    out = tmp_path / "mine.safetensors"
    settings = tiny("micro_attention", start=(starts["micro_attention"],), transfer=transfer)
    found = run(settings, out, "cpu", clips=clips)
    loaded = checkpoint.load(out)
    assert loaded.card.labels == clips.labels == found.labels and not found.synthetic
    before, after = checkpoint.load(Path(starts["micro_attention"])).system, loaded.system
    moved = not torch.equal(before.trunk.conv1.weight, after.trunk.conv1.weight)
    assert moved == (transfer == "full") and "label_ceiling" not in loaded.card.training
    assert found.validation.sum() > 0 and found.test.sum() > 0


def test_a_probe_learns_a_folder_and_a_node_can_use_it(starts, clips, tmp_path):
    out = tmp_path / "probe.safetensors"
    settings = tiny("probe", start=tuple(starts.values()), transfer="probe")
    found = run(settings, out, "cpu", clips=clips)
    loaded = checkpoint.load(out)
    assert isinstance(loaded.system, Probe) and set(found.chosen) == {
        "strength_1",
        "strength_2",
        "strength_3",
    }
    assert loaded.card.calibration.mirror and 0 < loaded.card.calibration.rejection_confidence < 1
    test = samples_of_clips(clips, 0, SPEC).test
    model = Recogniser.load(out)
    with torch.inference_mode():
        answers = model.answer(test.data).logits.argmax(1)
    assert (answers == test.labels).float().mean() > 0.6
    assert np.trace(found.test) == int((answers == test.labels).sum())


@pytest.mark.parametrize("system", ["micro_attention", "prototype"])
def test_a_backbone_too_narrow_to_learn_is_one_sentence(system):
    config = TrainConfig(system, model={"backbone": {"widths": [8, 4, 8, 8]}})
    with pytest.raises(ConfigError, match=r"'widths' of the backbone is \[8, 4, 8, 8\]: to train it"):
        initialise(config, 7, 0)


def test_a_probe_of_another_system_is_refused(starts):
    settings = tiny("micro_attention", start=(starts["prototype"],), transfer="probe")
    with pytest.raises(ConfigError, match="is a 'prototype' and the settings are for 'micro_attention'"):
        frozen_probe(settings, EMOTIONS, torch.device("cpu"))


def test_several_seeds_become_one_file_that_answers_as_their_mean(tmp_path, clips):
    out = tmp_path / "three.safetensors"
    settings = tiny("micro_attention", model={"backbone": NARROW}, ensemble=3)
    found = run(settings, out, "cpu", clips=clips)
    system = checkpoint.load(out).system
    assert isinstance(system, Probe) and len(system.members) == 3 and found.chosen == {"networks": 3}
    first, second = (member.trunk.conv1.weight for member in system.members[:2])
    assert not torch.equal(first, second)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["three.safetensors"]


def test_fault_76_too_few_people_are_one_sentence(make_flow_clips):
    with pytest.raises(DataError, match="training needs three or more"):
        samples_of_clips(make_flow_clips(subject_ids=2), 0, SPEC)


def test_fault_72_a_folder_is_split_by_people(clips):
    found = samples_of_clips(clips, 0, SPEC)
    groups = [set(part.subjects.tolist()) for part in (found.train, found.validation, found.test)]
    assert not groups[0] & groups[1] and not groups[1] & groups[2] and not groups[0] & groups[2]
    assert sum(len(part) for part in (found.train, found.validation, found.test)) == len(clips)


def test_several_seeds_can_begin_where_a_checkpoint_ended(tmp_path, clips, starts):
    settings = tiny("micro_attention", start=(starts["micro_attention"],), ensemble=2)
    found = run(settings, tmp_path / "two.safetensors", "cpu", clips=clips)
    assert found.chosen == {"networks": 2}


@pytest.mark.parametrize("what", ["start", "generator"])
def test_fault_73_a_killed_run_whose_start_or_generator_changed_is_not_gone_on_with(
    what, starts, clips, tmp_path, monkeypatch, recorder
):
    start, out = tmp_path / "start.safetensors", tmp_path / "mine.safetensors"
    weights = Path(starts["micro_attention"]).read_bytes()
    start.write_bytes(weights)
    settings, resumed = tiny("micro_attention", start=(str(start),)), recorder()

    def stop(observer):
        if len(observer.epochs) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(settings, out, "cpu", recorder(stop), clips)
    if what == "start":
        other = create("micro_attention", SETTINGS["micro_attention"])
        checkpoint.save(start, other, ModelCard("micro_attention", EMOTIONS, SPEC))
    else:
        monkeypatch.setattr("mer_ros.data.synthetic.GENERATOR_VERSION", "another")
    with pytest.raises(ConfigError, match="is of another run"):
        run(settings, out, "cpu", clips=clips)
    start.write_bytes(weights)
    monkeypatch.undo()
    run(settings, out, "cpu", resumed, clips)
    assert [epoch.number for epoch in resumed.epochs] == [1]  # as it was, it is resumed


def test_macro_expressions_of_seven_emotions_are_not_taught_to_other_classes(tmp_path, clips):
    settings = tiny("micro_attention", model={"backbone": NARROW}, macro_epochs=1)
    with pytest.raises(ConfigError, match="name that file as 'start'"):
        run(settings, tmp_path / "one.safetensors", "cpu", clips=clips)


@pytest.mark.parametrize("change", [{"ensemble": 2}, {"transfer": "probe", "start": ("prototype",)}])
def test_sequences_have_neither_an_ensemble_nor_a_probe(change):
    with pytest.raises(ConfigError, match="neither a probe nor an ensemble"):
        family_of(TrainConfig("me_plan", input=InputSpec("sequence", 28), **change))


def test_a_probe_is_asked_about_flow(starts):
    settings = tiny("probe", start=(starts["prototype"],), transfer="probe")
    with pytest.raises(ConfigError, match="evaluated on flow"):
        ProbeEntrant(replace(settings, input=InputSpec("apex", 24)))
