"""Whole evaluations of quick entrants: interrupted and resumed, repeated, refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from toy_entrants import Counted, fits

from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation import results
from mer_ros.evaluation.entrants.controls import Majority, NearestMean
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.run import evaluate
from mer_ros.evaluation.workers import Workers
from mer_ros.progress import SILENT
from mer_ros.training.entrant import Entrant, FoldPrediction


class Spy(Entrant):
    """Predicts by the mean of the features; stores its training sets; stops on demand."""

    name = "spy"

    def __init__(self, stop_at=None, bias=0.0):
        self.training_sets, self.stop_at, self.bias = [], stop_at, bias

    @property
    def settings(self):
        return {"bias": self.bias}

    def features(self, flow):
        return flow[:, 1, 8:22].mean((1, 2), keepdims=True)[:, :, 0]

    def fit_predict(self, training_set, test, seed, progress):
        if len(self.training_sets) == self.stop_at:
            raise KeyboardInterrupt
        self.training_sets.append(training_set)
        progress.started("fitting", 2)
        progress.advanced("fitting", 1)
        first = 1 / (1 + np.exp(-test[:, 0].astype(np.float64) - self.bias))
        return FoldPrediction(np.stack([first, 1 - first, 0 * first], 1), {"bias": self.bias})


@pytest.fixture(scope="module")
def clips(make_clips):
    return make_clips(subject_ids=6, each=9)


def files(out):
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def run(clips, out, *systems, protocol="loso", seed=0, progress=SILENT):
    systems = systems or (Majority(), NearestMean(), Spy())
    found = evaluate(clips, protocol_of(protocol), systems, seed, out, progress)
    results.write(found, out)
    return found


def test_a_training_set_holds_all_subjects_but_those_of_the_test(clips, tmp_path):
    spy = Spy()
    found = run(clips, tmp_path, spy)
    assert len(spy.training_sets) == 6
    for training_set, fold in zip(spy.training_sets, found.folds, strict=True):
        assert set(training_set.subject_ids) == set(clips.subject_ids) - {fold.name}
        assert len(training_set.features) == len(training_set.truth) == 45
        assert training_set.datasets.tolist() == clips.datasets[fold.train].tolist()
        assert training_set.tested.tolist() == clips.datasets[fold.test].tolist()


def test_every_clip_is_predicted_once_by_the_fold_that_was_not_trained_on_it(clips, tmp_path):
    (answers,) = run(clips, tmp_path, Spy()).predictions
    assert np.isfinite(answers.probabilities).all() and (answers.fold >= 0).all()
    (partly,) = run(clips, tmp_path / "b", Spy(), protocol="subjects-70-30").predictions
    assert len(partly.tested) == 18
    assert np.isnan(partly.probabilities[partly.fold < 0]).all()


def test_the_same_seed_gives_the_same_bytes(clips, tmp_path):
    for name in "ab":
        run(clips, tmp_path / name)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert set(files(tmp_path / "a")) > {"results.json", "predictions.csv", "folds/spy/0005.json"}


def test_fault_73_an_interrupted_evaluation_is_resumed_and_ends_as_an_uninterrupted_one(clips, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(clips, tmp_path / "stopped", Majority(), Spy(stop_at=2))
    assert "results.json" not in files(tmp_path / "stopped")
    rest = Spy()
    run(clips, tmp_path / "stopped", Majority(), rest)
    assert len(rest.training_sets) == 4
    run(clips, tmp_path / "whole", Majority(), Spy())
    assert files(tmp_path / "stopped") == files(tmp_path / "whole")


def test_a_system_can_join_without_the_others_being_trained_again(clips, tmp_path):
    spy = Spy()
    run(clips, tmp_path, spy)
    again = Spy()
    assert len(run(clips, tmp_path, again, Majority()).predictions) == 2
    assert again.training_sets == []


@pytest.mark.parametrize("change", ["clips", "seed", "protocol", "settings"])
def test_predictions_of_another_evaluation_are_refused_and_kept(change, clips, make_clips, tmp_path):
    run(clips, tmp_path, Spy())
    before = files(tmp_path)
    kinds = {
        "clips": (make_clips(subject_ids=6, each=9, seed=1), Spy(), {}),
        "seed": (clips, Spy(), {"seed": 1}),
        "protocol": (clips, Spy(), {"protocol": "3-fold"}),
        "settings": (clips, Spy(bias=0.1), {}),
    }
    other, spy, options = kinds[change]
    with pytest.raises(ConfigError, match="from another evaluation"):
        run(other, tmp_path, Majority(), spy, **options)
    assert files(tmp_path) == before and spy.training_sets == []


def test_a_damaged_fold_is_refused_before_any_training(clips, tmp_path):
    run(clips, tmp_path, Spy())
    (tmp_path / "folds" / "spy" / "0003.json").write_text("")
    spy = Spy()
    with pytest.raises(ConfigError, match=r"0003.json cannot be used .*remove it"):
        run(clips, tmp_path, Majority(), spy)
    assert spy.training_sets == [] and not (tmp_path / "folds" / "majority").exists()


def test_fault_74_an_unwritable_folder_is_refused_before_any_training(clips, tmp_path):
    (tmp_path / "file").write_text("")
    spy = Spy()
    with pytest.raises(ConfigError, match="is not writable"):
        run(clips, tmp_path / "file", spy)
    assert spy.training_sets == []


def test_fault_76_a_set_that_cannot_be_split_leaves_nothing_behind(clips, tmp_path):
    names = ("flow", "truth", "samples", "subjects", "datasets")
    one = dataclasses.replace(clips, **{n: getattr(clips, n)[clips.truth == 0] for n in names})
    with pytest.raises(DataError, match="two or more classes"):
        run(one, tmp_path / "new", Spy())
    assert not (tmp_path / "new").exists()


def test_no_system_and_one_system_twice_are_refused(clips, tmp_path):
    for systems in ([], [Spy(), Spy()]):
        with pytest.raises(ConfigError, match="each once"):
            evaluate(clips, protocol_of("loso"), systems, 0, tmp_path)


def test_any_number_of_workers_gives_the_same_bytes_and_resumes_the_folds_of_another(clips, tmp_path):
    def evaluated(name, workers, systems):
        out = tmp_path / name
        results.write(evaluate(clips, protocol_of("loso"), systems, 0, out, workers=workers), out)
        return files(out)

    def systems():
        notes = tmp_path / "notes"
        others = [Counted(notes, name, uses_folds=name != "finished") for name in ("a", "b", "finished")]
        return [Majority(), *others]

    alone = evaluated("one", Workers(), systems())
    assert evaluated("two", Workers(2), systems()) == alone
    stored = tmp_path / "two" / "folds"
    for path in (*(stored / "a").iterdir(), stored / "b" / "0001.json"):
        path.unlink()
    assert evaluated("two", Workers(2), systems()) == alone
    assert "folds/a/0000.safetensors" in alone


def test_what_was_finished_before_is_not_sent_to_workers(clips, tmp_path):
    notes = tmp_path / "notes"
    evaluate(clips, protocol_of("loso"), [Counted(notes)], 0, tmp_path / "out")
    before = fits(notes)
    evaluate(clips, protocol_of("loso"), [Counted(notes)], 0, tmp_path / "out", workers=Workers(2))
    assert fits(notes) == before


def test_progress_of_workers_counts_finished_folds(clips, tmp_path, recorder):
    recorded = recorder()
    systems = [Counted(tmp_path / "notes")]
    evaluate(clips, protocol_of("3-fold"), systems, 0, tmp_path / "out", recorded, Workers(2))
    assert recorded.totals == {"counted": 3} and recorded.finished_tasks == ["counted"]
    assert recorded.done("counted") == [0, 1, 2, 3]


def test_the_fold_with_the_most_test_clips_is_inspected(clips, tmp_path):
    found = evaluate(clips, protocol_of("loso"), [Counted(tmp_path / "notes")], 0, tmp_path / "out")
    sizes = [len(fold.test) for fold in found.folds]
    assert found.inspected == sizes.index(max(sizes)) == 0
    (system,) = found.predictions
    assert len(system.inspection.test) == 9 and len(system.inspection.train) == 45
    assert [len(epochs) for epochs in system.epochs] == [2] * 6


def test_progress_counts_folds_and_the_share_of_the_running_one(clips, tmp_path, recorder):
    recorded = recorder()
    run(clips, tmp_path, Spy(), progress=recorded, protocol="3-fold")
    assert recorded.totals == {"spy": 3} and recorded.finished_tasks == ["spy"]
    assert recorded.done("spy") == [0.5, 1, 1.5, 2, 2.5, 3]
