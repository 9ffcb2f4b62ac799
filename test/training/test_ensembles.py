"""Ensembles: one file that answers as the mean of its networks, resumed where it was interrupted."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros.metrics import confusion_of
from mer_ros.recognition import Recogniser, checkpoint
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.systems.votes import Votes
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.run import train as run
from mer_ros.training.samples import samples_of_clips

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}
SPEC = InputSpec("flow", 24)


def tiny(ensemble, epochs=2, **more):
    options = OptimiserConfig(epochs=epochs, batch=16, learning_rate=3e-3)
    return TrainConfig("micro_attention", input=SPEC, optimiser=options, ensemble=ensemble, **more)


def test_several_seeds_become_one_file_that_answers_as_their_mean(tmp_path, own_clips):
    out = tmp_path / "three.safetensors"
    settings = tiny(3, model={"backbone": NARROW})
    found = run(settings, out, "cpu", clips=own_clips)
    system = checkpoint.load(out).system
    assert isinstance(system, Votes) and len(system.members) == 3 and found.chosen == {"networks": 3}
    first, second = (member.trunk.conv1.weight for member in system.members[:2])
    assert not torch.equal(first, second)
    temperatures = system.temperatures.tolist()
    assert len(set(temperatures)) == 3 and 1.0 not in temperatures  # each network is calibrated
    x = samples_of_clips(own_clips, 0, SPEC).test.data
    with torch.inference_mode():
        votes = [
            torch.log_softmax(m(x).logits / t, 1) for m, t in zip(system.members, temperatures, strict=True)
        ]
        mean = torch.log_softmax(torch.stack(votes).mean(0), 1)
        torch.testing.assert_close(system(x).logits, mean, atol=1e-3, rtol=1e-3)
        answers = Recogniser.load(out).answer(x).logits.argmax(1).numpy()
    truth = samples_of_clips(own_clips, 0, SPEC).test.labels.numpy()
    assert (
        np.abs(confusion_of(truth, answers, 3) - found.test).sum() <= 2
    )  # half precision may turn one answer
    assert sorted(p.name for p in tmp_path.iterdir()) == ["three.safetensors"]


def test_several_seeds_can_begin_where_a_checkpoint_ended(tmp_path, own_clips, starts):
    settings = tiny(2, start=(starts["micro_attention"],))
    found = run(settings, tmp_path / "two.safetensors", "cpu", clips=own_clips)
    assert found.chosen == {"networks": 2}


def test_fault_73_an_interrupted_ensemble_ends_with_the_same_bytes(tmp_path, own_clips, recorder):
    """Interrupted in the second network: the first one is complete and is not trained again."""
    settings = tiny(2, model={"backbone": NARROW})

    def stop(observer):
        if len(observer.epochs) == 4:
            raise KeyboardInterrupt

    outs = [tmp_path / name / "m.safetensors" for name in ("whole", "broken")]
    for out in outs:
        out.parent.mkdir()
    run(settings, outs[0], "cpu", clips=own_clips)
    with pytest.raises(KeyboardInterrupt):
        run(settings, outs[1], "cpu", recorder(stop), own_clips)
    assert sorted(p.name for p in outs[1].parent.iterdir()) == [
        ".m.micro-0.unfinished",
        ".m.micro-1.unfinished",
    ]
    resumed = recorder()
    run(settings, outs[1], "cpu", resumed, own_clips)
    assert resumed.resumed_after == [2, 1] and [epoch.number for epoch in resumed.epochs] == [1]
    assert outs[1].read_bytes() == outs[0].read_bytes()
    assert [p.name for p in outs[1].parent.iterdir()] == ["m.safetensors"]
