"""The reader of action units on coded clips."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from mer_ros.data.annotations.coded_units import parse_units
from mer_ros.evaluation import bootstrap
from mer_ros.evaluation.unit_scores import unit_scores
from mer_ros.explanation.action_unit_file import shipped_reader
from mer_ros.explanation.action_units import UnitProbabilities

UNITS = ("AU4", "AU12", "AU26")


class Answers:
    """A reader that gives the stored probabilities of (unit, right, left), clip by clip."""

    units, reader_id = UNITS, "answers@0"

    def __init__(self, values):
        self.values, self.asked = values, 0

    def read(self, flow):
        self.asked += 1
        return UnitProbabilities(*self.values[:, self.asked - 1])


@pytest.fixture
def coded(make_clips):
    """60 clips of 6 subjects, and their texts: AU4 in a third, AU12 with sides in half, AU26 in none."""
    rng = np.random.default_rng(0)
    clips = make_clips(subject_ids=6, each=10)
    texts = []
    for i in range(60):
        own = ["4"] if rng.uniform() < 1 / 3 else []
        own += [("R12", "L12")[i % 4 // 2]] if i % 2 else []
        texts.append("+".join(own))
    return clips, texts


def with_units(clips, texts):
    return dataclasses.replace(
        clips, units=tuple(None if text is None else parse_units(text) for text in texts)
    )


def answers(n, seed=1):
    return Answers(np.random.default_rng(seed).uniform(size=(3, n, 3)).astype(np.float32))


def test_areas_are_scikit_learn_s_and_lie_in_their_intervals(coded):
    clips, texts = coded
    reader = answers(60)
    found = unit_scores(with_units(clips, texts), reader, 0)
    assert found["clips"] == 60 and found["subjects"] == 6 and list(found["by_unit"]) == ["AU4", "AU12"]
    areas = []
    for k, name in enumerate(("AU4", "AU12")):
        truth = np.array([name[2:] in text for text in texts])
        own = found["by_unit"][name]
        area = roc_auc_score(truth, reader.values[0, :, k])
        areas.append(area)
        assert own["auc"]["value"] == pytest.approx(area) and own["clips"] == truth.sum() and own["of"] == 60
        assert own["auc"]["low"] < area < own["auc"]["high"]
    assert found["mean_auc"]["value"] == pytest.approx(np.mean(areas)) and found["mean_auc"]["units"] == 2
    assert found["mean_auc"]["low"] < np.mean(areas) < found["mean_auc"]["high"]


def test_the_interval_is_that_of_resampled_clips(coded, monkeypatch):
    clips, texts = coded
    reader, draws = answers(60), np.array([[1, 1, 1, 1, 1, 1], [2, 0, 1, 0, 3, 0], [0, 0, 6, 0, 0, 0]])
    monkeypatch.setattr(bootstrap, "subject_draws", lambda n, seed: draws)
    given = []
    monkeypatch.setattr(
        bootstrap, "percentiles", lambda v: given.append(v) or bootstrap.ConfidenceInterval(0, 1)
    )
    unit_scores(with_units(clips, texts), reader, 0)
    truth = np.array(["4" in text for text in texts])
    subject = np.unique(clips.subject_ids, return_inverse=True)[1]
    for row, area in zip(draws, given[0], strict=True):
        again = np.repeat(np.arange(60), row[subject])
        assert area == pytest.approx(roc_auc_score(truth[again], reader.values[0, again, 0]))


def test_sides_are_compared_where_a_coder_named_one(coded):
    clips, texts = coded
    reader = answers(60)
    found = unit_scores(with_units(clips, ["L12+R12", "U12", *texts[2:]]), reader, 0)["by_unit"]["AU12"]
    sides = {i: text[text.index("12") - 1] for i, text in enumerate(texts) if "12" in text and i >= 2}
    right = sum(
        (reader.values[1, i, 1] > reader.values[2, i, 1]) == (side == "R") for i, side in sides.items()
    )
    assert (found["one_sided"], found["right_side"]) == (len(sides), right)
    lead = [reader.values[1, i, 1] - reader.values[2, i, 1] for i in sides]
    assert found["side_auc"] == pytest.approx(roc_auc_score([side == "R" for side in sides.values()], lead))


def test_unsure_uncoded_and_unknown_units_do_not_count(coded):
    clips, texts = coded
    texts = ["4?", None, "4+38", "38+39", *texts[4:]]
    found = unit_scores(with_units(clips, texts), answers(60), 0)
    assert found["clips"] == 59 and found["by_unit"]["AU4"]["of"] == 58
    assert found["not_read"] == {"AU38": 2, "AU39": 1}
    rare = unit_scores(with_units(clips, ["26", *texts[1:]]), answers(60), 0)
    assert rare["by_unit"]["AU26"]["clips"] == 1 and rare["mean_auc"]["units"] == 2
    assert rare["by_unit"]["AU26"]["auc"]["value"] is not None
    assert unit_scores(clips, answers(60), 0) is None


def test_each_data_set_is_scored_alone(coded):
    clips, texts = coded
    reader = answers(60)
    found = unit_scores(with_units(clips, texts), reader, 0)["by_dataset"]
    assert list(found) == ["casme2", "samm", "smic"] and sum(one["clips"] for one in found.values()) == 60
    own = clips.datasets == "samm"
    truth = np.array(["4" in text for text in texts])[own]
    area = roc_auc_score(truth, reader.values[0, own, 0])
    assert found["samm"]["by_unit"]["AU4"]["auc"]["value"] == pytest.approx(area)
    assert found["samm"]["subjects"] == 2
    one_set = dataclasses.replace(with_units(clips, texts), datasets=np.full(60, "x"))
    assert unit_scores(one_set, answers(60), 0)["by_dataset"] == {}


def test_the_shipped_reader_finds_the_units_of_the_generator():
    from mer_ros.data.datasets.synthetic import synthetic_clips

    found = unit_scores(synthetic_clips(120, 12, 0), shipped_reader(), 0)
    assert found["mean_auc"]["value"] > 0.75 and found["mean_auc"]["units"] >= 5
    assert found["right_side"] > 0.8 * found["one_sided"] > 0
