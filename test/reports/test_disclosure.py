"""The sentence on what synthetic training knows of the tested data sets."""

from __future__ import annotations

import pytest

from mer_ros.reports import evaluation as report
from mer_ros.reports.disclosure import disclosure

MEGC, EMOTIONS = ["negative", "positive", "surprise"], ["anger", "happiness"]
FINISHED = {"control": False, "uses_folds": False, "settings": {"training": {"generator": "2.0"}}}
OLDER = {**FINISHED, "settings": {"training": {"generator": "1.0"}}}
CONTROL = {"control": True, "uses_folds": False, "settings": {"generator": "2.0"}}
REAL = {**FINISHED, "settings": {"training": {"datasets": ["mmew"]}}}
TRAINED = {"control": False, "uses_folds": True, "settings": {}}


def results(system, datasets, labels, synthetic=False):
    data = {"datasets": dict.fromkeys(datasets, [1, 1, 1]), "labels": labels, "synthetic": synthetic}
    return {"data": data, "systems": {"trained": TRAINED, "one": system}}


@pytest.mark.parametrize(
    ("system", "datasets", "labels", "says"),
    [
        (FINISHED, ["casme2", "mmew"], EMOTIONS, ["DFME (here casme2)."]),
        (CONTROL, ["samm-lv", "dfme"], EMOTIONS, ["DFME (here samm-lv, dfme)."]),
        (CONTROL, ["casme2", "smic"], MEGC, ["DFME (here casme2), and", "MEGC 2019 (here casme2, smic)."]),
        (OLDER, ["casme2", "smic"], MEGC, ["labels of these data sets: the class priors"]),
    ],
)
def test_the_sheets_and_counts_of_tested_sets_are_named(system, datasets, labels, says):
    sentence = disclosure(results(system, datasets, labels))
    assert all(words in sentence for words in says)


@pytest.mark.parametrize(
    ("system", "datasets", "labels", "synthetic"),
    [
        (FINISHED, ["mmew"], MEGC, False),
        (OLDER, ["casme2"], EMOTIONS, False),
        (REAL, ["casme2"], MEGC, False),
        (TRAINED, ["casme2"], MEGC, False),
        (FINISHED, ["casme2"], MEGC, True),
    ],
)
def test_nothing_is_said_where_nothing_is_known(system, datasets, labels, synthetic):
    assert disclosure(results(system, datasets, labels, synthetic)) == ""


def test_the_sentence_is_among_those_of_a_report():
    found = results(CONTROL, ["samm"], MEGC)
    found["data"] |= {"origin": "SAMM", "clips": 9, "subjects": 3}
    found |= {
        "protocol": {"title": "loso", "folds": ["a"], "asked": 9},
        "notes": [],
        "bootstrap": {"draws": 2},
    }
    assert disclosure(found) in report.sentences(found)
