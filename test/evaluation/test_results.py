from __future__ import annotations

import csv
import dataclasses
import io
import json

import numpy as np
import pytest
from sklearn import metrics as sk

from mer_ros.evaluation import results
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.run import Evaluation, SystemPredictions


@pytest.fixture(scope="module")
def clips(make_clips):
    return make_clips(subject_ids=6, each=9)


def predictions_of(clips, name, is_control, right, seed, tested=None, uses_folds=True):
    """Predictions with about this share of correct labels."""
    rng = np.random.default_rng(seed)
    n, c = len(clips), len(clips.labels)
    labels = np.where(rng.uniform(size=n) < right, clips.truth, rng.integers(c, size=n))
    chances = np.full((n, c), 0.1 / (c - 1))
    chances[np.arange(n), labels] = 0.9
    fold = np.unique(clips.subject_ids, return_inverse=True)[1]
    if tested is not None:
        chances[~tested], fold = np.nan, np.where(tested, fold, -1)
    return SystemPredictions(name, is_control, {"right": right}, chances, fold, (), uses_folds)


@pytest.fixture(scope="module")
def evaluation(clips):
    folds = tuple(protocol_of("loso").folds(clips))
    answers = (
        predictions_of(clips, "weak", True, 0.2, 1),
        predictions_of(clips, "strong", True, 0.6, 2),
        predictions_of(clips, "ours", False, 0.95, 3),
    )
    return Evaluation(clips, protocol_of("loso"), 5, folds, answers)


def test_the_mean_of_the_folds_counts_every_fold_the_same(evaluation, clips):
    hde = protocol_of("hde")
    by_set = dataclasses.replace(evaluation, protocol=hde, folds=tuple(hde.folds(clips)))
    found = results.summarise(by_set)["systems"]
    assert all("fold_mean" not in system for system in results.summarise(evaluation)["systems"].values())
    for answers in evaluation.predictions:
        labels, mean = answers.probabilities.argmax(1), found[answers.name]["fold_mean"]
        folds = [clips.datasets == name for name in ("casme2", "samm", "smic")]
        recall = np.mean([sk.balanced_accuracy_score(clips.truth[k], labels[k]) for k in folds])
        assert mean["uar"]["value"] == pytest.approx(recall, abs=1e-6)
        assert mean["uar"]["low"] <= mean["uar"]["value"] <= mean["uar"]["high"]


def test_scores_are_scikit_learn_s_on_all_clips_and_on_each_data_set(evaluation, clips):
    found = results.summarise(evaluation)
    for answers in evaluation.predictions:
        labels = answers.probabilities.argmax(1)
        for part, keep in [("all", slice(None)), *((d, clips.datasets == d) for d in set(clips.datasets))]:
            scores = found["systems"][answers.name]["scores"][part]
            truth, said = clips.truth[keep], labels[keep]
            assert scores["accuracy"]["value"] == pytest.approx(sk.accuracy_score(truth, said), abs=1e-6)
            assert scores["uf1"]["value"] == pytest.approx(
                sk.f1_score(truth, said, average="macro"), abs=1e-6
            )
            assert scores["uar"]["value"] == pytest.approx(sk.balanced_accuracy_score(truth, said), abs=1e-6)
            assert scores["confusion"] == sk.confusion_matrix(truth, said).tolist()
            assert scores["uf1"]["low"] <= scores["uf1"]["value"] <= scores["uf1"]["high"]
            assert scores["per_class"]["surprise"]["clips"] == (truth == 2).sum()


def test_every_system_is_compared_with_the_best_control(evaluation):
    found = results.summarise(evaluation)["comparisons"]
    assert {(c["system"], c["control"]) for c in found} == {("weak", "strong"), ("ours", "strong")}
    ours = next(c for c in found if c["system"] == "ours" and c["metric"] == "uf1")
    scores = results.summarise(evaluation)["systems"]
    difference = (
        scores["ours"]["scores"]["all"]["uf1"]["value"] - scores["strong"]["scores"]["all"]["uf1"]["value"]
    )
    assert ours["difference"] == pytest.approx(difference, abs=2e-6)
    assert ours["interval"]["low"] > 0 and ours["p"] < 0.05


def test_a_finished_model_is_also_compared_with_the_best_control_that_saw_no_clip_either(evaluation, clips):
    finished = [
        predictions_of(clips, "weak (synthetic)", True, 0.1, 4, uses_folds=False),
        predictions_of(clips, "linear (synthetic)", True, 0.4, 5, uses_folds=False),
        predictions_of(clips, "checkpoint", False, 0.9, 6, uses_folds=False),
    ]
    answers = (*evaluation.predictions, *finished)
    found = results.summarise(Evaluation(clips, evaluation.protocol, 5, evaluation.folds, answers))
    pairs = [(c["system"], c["control"]) for c in found["comparisons"] if c["metric"] == "uf1"]
    assert pairs[-2:] == [("weak (synthetic)", "linear (synthetic)"), ("checkpoint", "linear (synthetic)")]
    assert {control for _, control in pairs[:-2]} == {"strong"} and len(pairs) == 5 + 2
    assert found["systems"]["weak"]["uses_folds"] and not found["systems"]["checkpoint"]["uses_folds"]


def test_without_controls_there_is_no_comparison(evaluation, clips):
    alone = Evaluation(clips, evaluation.protocol, 5, evaluation.folds, evaluation.predictions[2:])
    assert results.summarise(alone)["comparisons"] == []


def test_predictions_have_a_row_for_each_system_and_clip(evaluation, clips):
    rows = list(csv.DictReader(io.StringIO(results.predictions_csv(evaluation))))
    assert list(rows[0]) == [
        "system", "sample", "subject", "dataset", "truth", "label",
        "p_negative", "p_positive", "p_surprise", "fold",
    ]  # fmt: skip
    assert len(rows) == 3 * len(clips)
    for row in rows:
        chances = {label: float(row[f"p_{label}"]) for label in clips.labels}
        assert row["label"] == max(chances, key=chances.get)
        assert row["fold"] == f"{row['dataset']}/{row['subject']}"
    right = np.mean([row["label"] == row["truth"] for row in rows if row["system"] == "ours"])
    assert right == pytest.approx(
        results.summarise(evaluation)["systems"]["ours"]["scores"]["all"]["accuracy"]["value"]
    )


def test_clips_without_a_prediction_are_neither_scored_nor_listed(evaluation, clips):
    tested = clips.subjects < "s02"
    answers = predictions_of(clips, "ours", False, 0.9, 0, tested)
    part = Evaluation(clips, evaluation.protocol, 5, evaluation.folds, (answers,))
    scores = results.summarise(part)["systems"]["ours"]["scores"]
    assert scores["all"]["clips"] == 18 and scores["all"]["subjects"] == 2
    assert set(scores) == {"all", "casme2", "samm"}
    assert results.predictions_csv(part).count("\n") == 19


def test_the_file_is_json_without_nan_and_names_no_place_or_time(evaluation, tmp_path):
    results.write(evaluation, tmp_path)
    text = (tmp_path / "results.json").read_text()
    found = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert found["format"] == "mer_ros evaluation 1" and found["data"]["clips"] == 54
    assert found["data"]["datasets"]["samm"] == [6, 6, 6]
    assert found["label_ceiling"] is None  # these clips do not come from the generator
    assert str(tmp_path) not in text


def test_a_class_that_a_part_lacks_is_none_not_nan(make_clips):
    clips = make_clips(subject_ids=4, each=9, datasets=("smic",))
    kept = clips.truth.copy()
    kept[kept == 2] = 0
    fold = np.unique(clips.subject_ids, return_inverse=True)[1]
    same = SystemPredictions("ours", False, {}, np.eye(3)[kept], fold, ())
    whole = type(clips)(**{**vars(clips), "truth": kept})
    folds = tuple(protocol_of("loso").folds(whole))
    scores = results.summarise(Evaluation(whole, protocol_of("loso"), 0, folds, (same,)))["systems"]["ours"][
        "scores"
    ]
    assert set(scores) == {"all"} and scores["all"]["per_class"]["surprise"]["f1"] is None
    assert scores["all"]["uf1"]["value"] == pytest.approx(2 / 3, abs=1e-6)


def test_warnings_and_caveats_go_along(clips):
    protocol = protocol_of("samples-70-30")
    answers = predictions_of(clips, "ours", False, 0.9, 0)
    found = results.summarise(Evaluation(clips, protocol, 0, tuple(protocol.folds(clips)), (answers,)))
    assert found["notes"] == [protocol.warning]
    protocol = protocol_of("megc2019")
    found = results.summarise(Evaluation(clips, protocol, 0, tuple(protocol.folds(clips)), (answers,)))
    assert "442 clips of 68 subjects" in found["notes"][0]
    noted = dataclasses.replace(clips, notes=("The sheet is separated by semicolons.",))
    found = results.summarise(Evaluation(noted, protocol, 0, tuple(protocol.folds(noted)), (answers,)))
    assert found["notes"][1:] == ["The sheet is separated by semicolons."]
